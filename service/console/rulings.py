"""From the decision's form to a ruling, and from a ruling back to what the form held. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from service.classifier.results import Category, Label, Verdict
from service.console.values import Outcome, Ruling, SentenceRuling, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.classifier.results import SentenceScore
    from service.console.forms import Form
    from service.console.values import ItemDetail

Chosen = TypeVar("Chosen", bound=StrEnum)


class Unfinished(Exception):  # noqa: N818 - a fact in the house's words
    """The form lacks something: `wording` names the text that says what, `number` the sentence, if one."""

    def __init__(self, wording: str, *, number: int = 0) -> None:
        super().__init__(wording)
        self.wording = wording
        self.number = number


def ruling(form: Form, detail: ItemDetail) -> Ruling:
    """What the form says; raises Unfinished when it leaves out what the contract requires."""
    outcome = _one_of(Outcome, form["outcome"])
    if outcome is None:
        raise Unfinished("fault.outcome_missing")
    label = _one_of(Label, form["label"])
    undetermined = detail.score.verdict is Verdict.UNDETERMINED
    if label is None and (outcome is Outcome.OVERTURNED or undetermined):
        raise Unfinished("fault.label_missing")
    if detail.item.stage is Stage.APPEAL and not form["note"]:
        raise Unfinished("fault.answer_missing")
    return Ruling(
        outcome=outcome,
        label=label,
        severity=int(form["severity"]) if form["severity"] in {"0", "1", "2", "3"} else None,
        sentences=tuple(
            said
            for number, sentence in enumerate(detail.score.sentences, 1)
            if (said := _sentence(form, number, sentence)) is not None
        ),
        reason=form["reason"],
        note=form["note"],
    )


def fields(said: Ruling, sentences: tuple[SentenceScore, ...]) -> Mapping[str, str]:
    """The form's fields as they were when it said this."""
    numbers = {sentence.start: number for number, sentence in enumerate(sentences, 1)}
    held = {
        "outcome": said.outcome.value,
        "label": said.label.value if said.label else "",
        "severity": "" if said.severity is None else str(said.severity),
        "reason": said.reason,
        "note": said.note,
    }
    for each in said.sentences:
        number = numbers[each.start]
        held[f"label-{number}"] = each.label.value
        held[f"category-{number}"] = each.category.value if each.category else ""
    return held


def _sentence(form: Form, number: int, sentence: SentenceScore) -> SentenceRuling | None:
    """What is said of a sentence; None where the moderator leaves it to the model."""
    label = _one_of(Label, form[f"label-{number}"])
    if label is None:
        return None
    if label is not Label.OVERSTATED:
        return SentenceRuling(sentence.start, sentence.end, label)
    category = _one_of(Category, form[f"category-{number}"])
    if category is None:
        raise Unfinished("fault.category_missing", number=number)
    return SentenceRuling(sentence.start, sentence.end, label, category)


def _one_of(kind: type[Chosen], text: str) -> Chosen | None:
    return next((each for each in kind if each.value == text), None)
