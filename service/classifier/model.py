"""The classifier: an article in, its score out, with calibrated probabilities and exact reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from service.classifier.advice import apply, search, together
from service.classifier.decide import decide
from service.classifier.explain import cues_of, worded
from service.classifier.explain import explain as explain_article
from service.classifier.results import (
    Advice,
    ArticleScore,
    Change,
    Contribution,
    Cue,
    Label,
    Reason,
    Scores,
    SentenceScore,
    Verdict,
)
from service.classifier.text.document import read, require_at_most
from service.classifier.text.language import undetermined
from service.classifier.text.markup import Format
from service.classifier.text.normalise import fold
from service.classifier.text.skimming import skim
from service.classifier.weighing import Form, form

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from service.classifier.advice import Edit
    from service.classifier.compiled import Compiled, Reading
    from service.classifier.decide import Biases, Decided
    from service.classifier.explain import Explanation, Worded
    from service.classifier.probabilities import Probabilities
    from service.classifier.selftest import Expected
    from service.classifier.text.document import Document, Sentence

EVEN: Final = Scores(1 / 3, 1 / 3, 1 / 3)
# Code points, and characters among them that may end a sentence: with no more of either, the compiled code
# takes some ten milliseconds for any text at all, and less than one for an honest one.
BRIEF: Final = 5_000
FEW_STOPS: Final = 200
STOPS: Final = ".!?\u2026\u3002\n"
# Advice tries many wordings of a sentence. This many sentences of an article, the most overstated first, get
# it wording by wording; a page with more has no need of wording but of rewriting.
MOST_ADVISED: Final = 60


class Scorer(Protocol):
    """A form of a model that gives probabilities: the compiled tables, or the scikit-learn pipeline."""

    def predict(self, sentences: Sequence[str], *, title: str = "") -> Probabilities:
        """Score the folded sentences of one article; there is at least one."""


@dataclass(frozen=True, slots=True)
class Inner:
    """What a score was decided from: the model's steps, its probabilities and what they were taken to say."""

    reading: Reading
    found: Probabilities
    decided: Decided


@dataclass(frozen=True, slots=True)
class Judged:
    """An article's score, with its sentences as arrays in `inner`; None where there is no sentence."""

    document: Document
    verdict: Verdict
    reason: Reason | None
    severity: int
    scores: Scores
    inner: Inner | None


@dataclass(frozen=True, slots=True)
class Classifier:
    """A model that has been loaded; it never changes, and may be used from many threads.

    `version` names it in every answer. `scorer` gives the probabilities; `compiled` also takes them apart.
    `manifest` is the SHA-256 of the manifest that it was verified by, in hexadecimal; empty where none was.
    """

    version: str
    compiled: Compiled
    biases: Biases
    expected: tuple[Expected, ...]
    scorer: Scorer
    manifest: str = ""

    def score(
        self,
        body: str,
        *,
        title: str = "",
        format: Format = Format.PLAIN,  # noqa: A002 - the contract's own word for it
        explain: bool = True,
        max_sentences: int | None = None,
    ) -> ArticleScore:
        """Score a body, which may be any text whatever.

        Without `explain` there are no cues, contributions or advice. What is undetermined as a whole still
        has its sentences scored one by one. Raises InvalidArticle, before any of them is scored, when there
        are more than `max_sentences`.
        """
        judged = self.judge(body, title=title, format=format, max_sentences=max_sentences)
        sentences = () if judged.inner is None else self._sentences(judged, judged.inner, explain=explain)
        return ArticleScore(
            judged.verdict, judged.reason, judged.severity, judged.scores, self.version, sentences
        )

    def judge(
        self,
        body: str,
        *,
        title: str = "",
        format: Format = Format.PLAIN,  # noqa: A002 - the contract's own word for it
        max_sentences: int | None = None,
    ) -> Judged:
        """Say what `score` says without `explain`, of the sentences in arrays: for many articles."""
        document = read(body, format)
        if max_sentences is not None:
            require_at_most(max_sentences, document)
        reason = undetermined(document)
        if not document.sentences:
            return Judged(document, Verdict.UNDETERMINED, reason, 0, EVEN, None)
        prose = [sentence.prose for sentence in document.sentences]
        title = fold(title).text
        reading = self.compiled.read(prose, title=title)
        found = (
            self.scorer.predict(prose, title=title)
            if self.scorer is not self.compiled
            else reading.probabilities
        )
        decided = decide(found, self.biases)
        verdict, severity = (
            (decided.verdict, decided.severity) if reason is None else (Verdict.UNDETERMINED, 0)
        )
        inner = Inner(reading, found, decided)
        return Judged(document, verdict, reason, severity, _scores(found.verdict), inner)

    def is_brief(self, body: str, *, title: str = "") -> bool:
        """Tell whether `score` without `explain` takes so little that it may as well be waited for."""
        if len(body) + len(title) > BRIEF or self.scorer is not self.compiled:
            return False
        return skim is not None and form() is Form.NATIVE and sum(map(body.count, STOPS)) <= FEW_STOPS

    def self_test(self) -> None:
        """Raise SelfTestFailed unless the model gives the scores that its artifact promises, within 1e-6."""
        for each in self.expected:
            for scorer in (self.compiled, self.scorer):
                each.compare(scorer.predict(each.sentences, title=each.title))

    def _sentences(self, judged: Judged, inner: Inner, *, explain: bool) -> tuple[SentenceScore, ...]:
        sentences, found, decided = judged.document.sentences, inner.found, inner.decided
        if not explain:
            return _bare(judged.document, found, decided)
        texts = [worded(sentence.prose) for sentence in sentences]
        explained = explain_article(self.compiled, inner.reading, texts)
        advised = self._advised(sentences, inner)
        return tuple(
            SentenceScore(
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
                label=decided.labels[place],
                scores=_scores(found.sentences[place]),
                category=decided.categories[place],
                cues=_cues(sentence, texts[place]),
                baseline=explained[place].baseline,
                contributions=_contributions(sentence, explained[place]),
                advice=_advice(sentence, advised[place]) if place in advised else None,
            )
            for place, sentence in enumerate(sentences)
        )

    def _advised(self, sentences: Sequence[Sentence], inner: Inner) -> dict[int, tuple[Edit, ...]]:
        """Give the edits of the most overstated sentences by their places, of all of them at once."""
        found, decided = inner.found, inner.decided
        over = [place for place, label in enumerate(decided.labels) if label is Label.OVERSTATED]
        places = sorted(over, key=lambda place: -found.sentences[place, 0])[:MOST_ADVISED]
        # Of the compiled form's own probability, which that of scikit-learn's is within 1e-6 of.
        current = inner.reading.probabilities.sentences[:, 0].tolist()

        def score(wordings: Sequence[tuple[int, str]]) -> Sequence[float]:
            asked = [(places[number], wording) for number, wording in wordings]
            risks: list[float] = self.compiled.rescored(inner.reading, asked).tolist()
            return risks

        edits = together(
            [search(sentences[each].prose, decided.categories[each], current[each]) for each in places], score
        )
        return dict(zip(places, edits, strict=True))


def _bare(document: Document, found: Probabilities, decided: Decided) -> tuple[SentenceScore, ...]:
    """Tell of each sentence what it is, without reasons."""
    return tuple(
        SentenceScore(
            start=sentence.start,
            end=sentence.end,
            text=sentence.text,
            label=label,
            scores=Scores(*scores),
            category=category,
            cues=(),
            baseline=0.0,
            contributions=(),
            advice=None,
        )
        for sentence, scores, label, category in zip(
            document.sentences, found.sentences.tolist(), decided.labels, decided.categories, strict=True
        )
    )


def _cues(sentence: Sentence, words: Worded) -> tuple[Cue, ...]:
    found = []
    for first, last, family in cues_of(words):
        start, end = sentence.offsets.span(first, last)
        found.append(Cue(start, end, sentence.text[start - sentence.start : end - sentence.start], family))
    return tuple(found)


def _contributions(sentence: Sentence, explained: Explanation) -> tuple[Contribution, ...]:
    parts = []
    for part in explained.parts:
        if part.start is None or part.end is None:
            parts.append(Contribution(part.feature, part.weight))
        else:
            start, end = sentence.offsets.span(part.start, part.end)
            parts.append(Contribution(part.feature, part.weight, start, end))
    return tuple(parts)


def _advice(sentence: Sentence, edits: Sequence[Edit]) -> Advice:
    changes = []
    for edit in edits:
        start, end = sentence.offsets.span(edit.start, edit.end)
        changes.append(Change(edit.step, start, end, edit.replacement, edit.why))
    return Advice(tuple(changes), apply(sentence.prose, edits))


def _scores(row: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Scores:
    return Scores(float(row[0]), float(row[1]), float(row[2]))
