"""What a moderator says of an article: as it was sent, and with nothing left open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from service.classifier.results import Category, Label, Verdict
from service.errors import Violation
from service.review.texts import require, within
from service.store.words import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.store.tables import Decision, StoredScore

MOST_SEVERE = 3


@dataclass(frozen=True, slots=True)
class SentenceRuling:
    """What a moderator says of one sentence; `category` stands with overstated, and only there."""

    start: int
    end: int
    label: Label
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator says of an article, as it was sent; the contract tells each field."""

    outcome: Outcome
    label: Label | None = None
    severity: int | None = None
    sentences: tuple[SentenceRuling, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left open in a ruling, filled in."""

    label: Label
    severity: int


def settle(ruling: Ruling, *, stage: Stage, score: StoredScore, standing: Decision | None) -> Settled:
    """Check a ruling and fill in what it leaves open; InvalidRequest with all that is wrong.

    `standing` is the decision that an appeal objects to.
    """
    said = standing.label if standing else _label_of(score.verdict)
    require(_violations(ruling, stage=stage, score=score, said=said))
    label = ruling.label or said
    if label is None:
        raise AssertionError("a ruling without a label has been refused")
    return Settled(label, _severity(ruling, label, standing.severity if standing else score.severity))


def sentences_json(ruling: Ruling) -> list[dict[str, Any]]:
    """Write the sentences of a ruling."""
    return [asdict(each) for each in ruling.sentences]


def sentences_of(decision: Decision) -> tuple[SentenceRuling, ...]:
    """Read the sentences of a decision."""
    return tuple(
        SentenceRuling(
            each["start"],
            each["end"],
            Label(each["label"]),
            Category(each["category"]) if each["category"] else None,
        )
        for each in decision.sentences
    )


def _violations(
    ruling: Ruling, *, stage: Stage, score: StoredScore, said: Label | None
) -> Iterator[Violation]:
    yield from within("ruling.reason", ruling.reason)
    yield from within("ruling.note", ruling.note, required=stage is Stage.APPEAL)
    if ruling.label is None and ruling.outcome is Outcome.OVERTURNED:
        yield Violation("ruling.label", "is required when the verdict is overturned")
    elif ruling.label is None and said is None:
        yield Violation("ruling.label", "is required, since the verdict is undetermined")
    if ruling.severity is not None and not 0 <= ruling.severity <= MOST_SEVERE:
        yield Violation("ruling.severity", "must be 0 to 3", MOST_SEVERE)
    known = {(each["start"], each["end"]) for each in score.sentences}
    seen: set[tuple[int, int]] = set()
    for place, each in enumerate(ruling.sentences):
        field = f"ruling.sentences[{place}]"
        span = (each.start, each.end)
        if span not in known:
            yield Violation(field, "is no sentence of the model's answer")
        if span in seen:
            yield Violation(field, "stands twice")
        seen.add(span)
        if (each.label is Label.OVERSTATED) != (each.category is not None):
            yield Violation(f"{field}.category", "stands with overstated, and only there")


def _label_of(verdict: Verdict) -> Label | None:
    return None if verdict is Verdict.UNDETERMINED else Label(verdict.value)


def _severity(ruling: Ruling, label: Label, said: int) -> int:
    if ruling.severity is not None:
        return ruling.severity
    return said if label is Label.OVERSTATED else 0
