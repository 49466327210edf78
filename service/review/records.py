"""Between a model's answer and the rows that keep it: numbers apart from what quotes the article."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service.classifier.results import (
    Advice,
    ArticleScore,
    Category,
    Change,
    Contribution,
    Cue,
    Label,
    Scores,
    SentenceScore,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.tables import StoredScore

STRONGEST = 12


def strongest(contributions: Sequence[Contribution]) -> list[Contribution]:
    """Keep those that weigh most and gather the others in one, so that the sum stays exact."""
    ranked = sorted(contributions, key=lambda each: -abs(each.weight))
    # Gathering a single one would cost its name and save nothing.
    if len(ranked) <= STRONGEST + 1:
        return ranked
    rest = sum(each.weight for each in ranked[STRONGEST:])
    return [*ranked[:STRONGEST], Contribution("others", rest)]


def numbers(score: ArticleScore) -> list[dict[str, Any]]:
    """Write what a model said of each sentence, without a word of it."""
    return [
        {
            "start": each.start,
            "end": each.end,
            "label": each.label,
            "category": each.category,
            "scores": [each.scores.overstated, each.scores.hedged, each.scores.neutral],
            "baseline": each.baseline,
        }
        for each in score.sentences
    ]


def explanations(score: ArticleScore) -> list[dict[str, Any]]:
    """Write why a model said it, sentence by sentence."""
    return [
        {
            "cues": [asdict(cue) for cue in each.cues],
            "contributions": [asdict(part) for part in strongest(each.contributions)],
            "advice": asdict(each.advice) if each.advice else None,
        }
        for each in score.sentences
    ]


def article_score(
    row: StoredScore, *, body: str, explained: Sequence[dict[str, Any]] | None = None
) -> ArticleScore:
    """Read an answer; without `body`, its sentences have no text, without `explained`, no words."""
    empty: dict[str, Any] = {"cues": (), "contributions": (), "advice": None}
    words = explained if explained is not None else [empty] * len(row.sentences)
    return ArticleScore(
        verdict=row.verdict,
        reason=row.reason,
        severity=row.severity,
        scores=Scores(row.overstated, row.hedged, row.neutral),
        model=row.model,
        sentences=tuple(
            _sentence(number, word, body) for number, word in zip(row.sentences, words, strict=True)
        ),
    )


def _sentence(number: dict[str, Any], word: dict[str, Any], body: str) -> SentenceScore:
    category = number["category"]
    return SentenceScore(
        start=number["start"],
        end=number["end"],
        text=body[number["start"] : number["end"]],
        label=Label(number["label"]),
        scores=Scores(*number["scores"]),
        category=Category(category) if category else None,
        cues=tuple(Cue(**each) for each in word["cues"]),
        baseline=number["baseline"],
        contributions=tuple(Contribution(**each) for each in word["contributions"]),
        advice=_advice(word["advice"]) if word["advice"] else None,
    )


def _advice(fields: dict[str, Any]) -> Advice:
    changes = tuple(Change(**{**each, "step": Step(each["step"])}) for each in fields["changes"])
    return Advice(changes, fields["rewrite"])
