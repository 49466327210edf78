"""Between the contract's messages and the values that a Python caller works with."""

from __future__ import annotations

from typing import TypeAlias

from service.article import Article, Keep
from service.classifier.results import (
    Advice,
    ArticleScore,
    Category,
    Change,
    Contribution,
    Cue,
    Label,
    Reason,
    Scores,
    SentenceScore,
    Step,
    Verdict,
)
from service.client.faults import error_for
from service.errors import OverclaimError
from service.pb.overclaim.v1 import moderation_pb2 as pb

# What became of one article among several: its score, or the error that score_article would have raised.
Outcome: TypeAlias = ArticleScore | OverclaimError


KEEPS = {
    Keep.NOTHING: pb.KEEP_UNSPECIFIED,
    Keep.STORED: pb.KEEP_STORED,
    Keep.FOR_REVIEW: pb.KEEP_FOR_REVIEW,
}


def request(article: Article, keep: Keep = Keep.NOTHING) -> pb.ScoreArticleRequest:
    """Write the request to score `article`, with offsets in code points."""
    return pb.ScoreArticleRequest(
        article=pb.Article(
            article_id=article.article_id,
            title=article.title,
            body=article.body,
            format=pb.Format.Value(f"FORMAT_{article.format.name}"),
            language=article.language,
            publisher=article.publisher,
        ),
        offset_unit=pb.OFFSET_UNIT_CODE_POINT,
        idempotency_key=article.idempotency_key,
        keep=KEEPS[keep],
        detail=pb.DETAIL_FULL if article.explain else pb.DETAIL_SCORES,
    )


def outcome(result: pb.ScoreArticleResult) -> Outcome:
    """Read what became of one article among several."""
    return article_score(result.score) if result.HasField("score") else error_for(result.error)


def article_score(score: pb.ArticleScore) -> ArticleScore:
    """Read the answer on one article."""
    reason = pb.UndeterminedReason.Name(score.reason).removeprefix("UNDETERMINED_REASON_")
    return ArticleScore(
        verdict=Verdict[pb.Verdict.Name(score.verdict).removeprefix("VERDICT_")],
        reason=Reason[reason] if score.reason else None,
        severity=score.severity,
        scores=_scores(score.scores),
        model=score.model_version,
        sentences=tuple(map(_sentence, score.sentences)),
    )


def _sentence(sentence: pb.SentenceScore) -> SentenceScore:
    category = pb.Category.Name(sentence.category).removeprefix("CATEGORY_")
    return SentenceScore(
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        label=Label[pb.Label.Name(sentence.label).removeprefix("LABEL_")],
        scores=_scores(sentence.scores),
        category=Category[category] if sentence.category else None,
        cues=tuple(Cue(each.start, each.end, each.text, each.family) for each in sentence.cues),
        baseline=sentence.baseline,
        contributions=tuple(map(_contribution, sentence.contributions)),
        advice=_advice(sentence.advice) if sentence.HasField("advice") else None,
    )


def _contribution(contribution: pb.Contribution) -> Contribution:
    return Contribution(
        feature=contribution.feature,
        weight=contribution.weight,
        start=contribution.start if contribution.HasField("start") else None,
        end=contribution.end if contribution.HasField("end") else None,
    )


def _advice(advice: pb.Advice) -> Advice:
    changes = tuple(
        Change(
            step=Step[pb.Step.Name(each.step).removeprefix("STEP_")],
            start=each.start,
            end=each.end,
            replacement=each.replacement,
            why=each.why,
        )
        for each in advice.changes
    )
    return Advice(changes=changes, rewrite=advice.rewrite)


def _scores(scores: pb.Scores) -> Scores:
    return Scores(overstated=scores.overstated, hedged=scores.hedged, neutral=scores.neutral)
