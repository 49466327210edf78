"""Between the contract's messages and the values that use cases take and give."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from service.article import MAX_BODY_CODE_POINTS, Article, Keep
from service.classifier.results import Category, Label
from service.classifier.text.markup import Format
from service.errors import InvalidArticle, Violation
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.review.records import strongest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.classifier.results import Advice, ArticleScore, Contribution, Cue, Scores, SentenceScore
    from service.moderation import Judged

FORMATS = {
    pb.FORMAT_UNSPECIFIED: Format.PLAIN,
    pb.FORMAT_PLAIN: Format.PLAIN,
    pb.FORMAT_MARKDOWN: Format.MARKDOWN,
    pb.FORMAT_HTML: Format.HTML,
}

KEEPS = {
    pb.KEEP_UNSPECIFIED: Keep.NOTHING,
    pb.KEEP_STORED: Keep.STORED,
    pb.KEEP_FOR_REVIEW: Keep.FOR_REVIEW,
}

LABELS = {label: pb.Label.Value(f"LABEL_{label.name}") for label in Label}
CATEGORIES: dict[Category | None, pb.Category.ValueType] = {
    None: pb.CATEGORY_UNSPECIFIED,
    **{category: pb.Category.Value(f"CATEGORY_{category.name}") for category in Category},
}

# What a code point is worth in each unit.
WIDTHS: dict[pb.OffsetUnit.ValueType, Callable[[str], int]] = {
    pb.OFFSET_UNIT_UTF16: lambda character: 1 if character <= "\uffff" else 2,
    pb.OFFSET_UNIT_UTF8: lambda character: len(character.encode()),
}


def article(request: pb.ScoreArticleRequest) -> Article:
    """Take the article out of a request; InvalidArticle for what the contract has no name for."""
    submitted = request.article
    unknown = []
    if submitted.format not in FORMATS:
        unknown.append(Violation("article.format", f"{submitted.format} is no Format of this version"))
    if request.offset_unit not in pb.OffsetUnit.values():
        unknown.append(Violation("offset_unit", f"{request.offset_unit} is no OffsetUnit of this version"))
    if request.keep not in KEEPS:
        unknown.append(Violation("keep", f"{request.keep} is no Keep of this version"))
    if request.detail not in pb.Detail.values():
        unknown.append(Violation("detail", f"{request.detail} is no Detail of this version"))
    if unknown:
        raise InvalidArticle(tuple(unknown))
    return Article(
        body=submitted.body,
        title=submitted.title,
        format=FORMATS[submitted.format],
        article_id=submitted.article_id,
        language=submitted.language,
        idempotency_key=request.idempotency_key,
        publisher=submitted.publisher,
        explain=request.detail != pb.DETAIL_SCORES or request.keep != pb.KEEP_UNSPECIFIED,
    )


def keep(request: pb.ScoreArticleRequest) -> Keep:
    """Say what becomes of the article of a request that `article` has checked."""
    return KEEPS[request.keep]


def assessment(judged: Judged) -> pb.Assessment:
    """Write what a policy makes of a score."""
    return pb.Assessment(
        action=pb.Action.Value(f"ACTION_{judged.assessment.action.name}"),
        policy_revision=judged.revision,
        phrases=[
            pb.PhraseMatch(phrase=each.phrase, allows=each.allows, sentence=each.sentence)
            for each in judged.assessment.phrases
        ],
        review_id=judged.item,
    )


def article_score(
    score: ArticleScore,
    *,
    article_id: str,
    body: str,
    unit: pb.OffsetUnit.ValueType = pb.OFFSET_UNIT_CODE_POINT,
) -> pb.ArticleScore:
    """Write the answer on `body`, its offsets in the unit that was asked for; code points need no body."""
    unit = unit or pb.OFFSET_UNIT_CODE_POINT
    answer = _Writer(_offsets(body, unit))
    return pb.ArticleScore(
        article_id=article_id,
        verdict=pb.Verdict.Value(f"VERDICT_{score.verdict.name}"),
        reason=pb.UndeterminedReason.Value(
            f"UNDETERMINED_REASON_{score.reason.name if score.reason else 'UNSPECIFIED'}"
        ),
        severity=score.severity,
        scores=_scores(score.scores),
        model_version=score.model,
        offset_unit=unit,
        sentences=[answer.sentence(each) for each in score.sentences],
    )


class _Writer:
    """Writes what has offsets; `offsets[i]` is where code point i starts in the answer's unit."""

    def __init__(self, offsets: Sequence[int]) -> None:
        self._offsets = offsets

    def sentence(self, sentence: SentenceScore) -> pb.SentenceScore:
        written = pb.SentenceScore(
            start=self._offsets[sentence.start],
            end=self._offsets[sentence.end],
            text=sentence.text,
            label=LABELS[sentence.label],
            scores=_scores(sentence.scores),
            category=CATEGORIES[sentence.category],
            baseline=sentence.baseline,
        )
        if sentence.cues:
            written.cues.extend(self.cue(each) for each in sentence.cues)
        if sentence.contributions:
            written.contributions.extend(self.contributions(sentence.contributions))
        if sentence.advice:
            written.advice.CopyFrom(self.advice(sentence.advice))
        return written

    def cue(self, cue: Cue) -> pb.Cue:
        return pb.Cue(
            start=self._offsets[cue.start], end=self._offsets[cue.end], text=cue.text, family=cue.family
        )

    def contributions(self, contributions: Sequence[Contribution]) -> list[pb.Contribution]:
        """Write the strongest and the sum of the others."""
        return [
            pb.Contribution(
                feature=each.feature,
                weight=each.weight,
                start=None if each.start is None else self._offsets[each.start],
                end=None if each.end is None else self._offsets[each.end],
            )
            for each in strongest(contributions)
        ]

    def advice(self, advice: Advice) -> pb.Advice:
        changes = [
            pb.Change(
                step=pb.Step.Value(f"STEP_{each.step.name}"),
                start=self._offsets[each.start],
                end=self._offsets[each.end],
                replacement=each.replacement,
                why=each.why,
            )
            for each in advice.changes
        ]
        return pb.Advice(changes=changes, rewrite=advice.rewrite)


def _scores(scores: Scores) -> pb.Scores:
    return pb.Scores(overstated=scores.overstated, hedged=scores.hedged, neutral=scores.neutral)


def _offsets(body: str, unit: pb.OffsetUnit.ValueType) -> Sequence[int]:
    """Give, for each code point of `body` and its end, where it starts in `unit`."""
    width = WIDTHS.get(unit)
    if width is None or body.isascii():
        return range(MAX_BODY_CODE_POINTS + 1)
    return list(accumulate(map(width, body), initial=0))
