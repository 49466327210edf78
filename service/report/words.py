"""The words in which findings are told, taken from the labelling guideline."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.classifier.results import Category, Reason, Step

if TYPE_CHECKING:
    from service.classifier.results import Advice


class Explanation(NamedTuple):
    """Why a category of sentence is overstated, and what an honest sentence has instead."""

    why: str
    instead: str


CATEGORIES = {
    Category.EFFICACY: Explanation(
        "promises a benefit, cure or regrowth that has not been shown",
        "Say that it is being studied, in whom, and what was measured; or name the trial and its figures.",
    ),
    Category.CERTAINTY: Explanation(
        "calls proven or guaranteed what is not, or gives a success rate without its source",
        "Name the study, the number of patients and the comparison; nothing in medicine is guaranteed.",
    ),
    Category.SAFETY: Explanation(
        "says or implies that there is no risk",
        "Give the harms that were seen, in how many patients, and for how long they were followed.",
    ),
    Category.SCOPE: Explanation(
        "stretches a finding to other diseases, or from the laboratory and animals to people",
        "Name the one condition and the one model or group of patients in which it was seen.",
    ),
    Category.CAUSATION: Explanation(
        "reads a cause into what merely came after or went together",
        "Say what came after what, and what happened to those who were not treated.",
    ),
    Category.STANDING: Explanation(
        "borrows the standing of an authority, a registration or of science",
        "Say who approved it for which use; a registration, a licence or a patent is not an approval.",
    ),
    Category.TESTIMONIAL: Explanation(
        "offers a story or a celebrity as proof",
        "Say how many were treated and how all of them fared.",
    ),
    Category.HYPE: Explanation(
        "praises instead of telling: a breakthrough, a miracle, a revolution",
        "Say what is new in it and what was measured.",
    ),
    Category.COMPARISON: Explanation(
        "says or implies that it is better than other care, without a trial that compared them",
        "Name the trial that compared the two, its size, and the harms on both sides.",
    ),
    Category.PRESSURE: Explanation(
        "presses the reader with urgency, fear or scarcity",
        "Leave the urgency out, and advise a talk with a clinician who has nothing to sell.",
    ),
}
# A model made before categories were learnt names none.
UNCATEGORISED = Explanation(
    "claims more than the text supports or the field has established",
    "Hold the claim to its evidence: what was studied, in whom, compared with what, with which harms.",
)

SEVERITIES = ("none", "loose wording", "misleading", "dangerous")

REASONS = {
    Reason.LANGUAGE: "it does not read as English",
    Reason.TOO_SHORT: "it has too few words",
    Reason.NO_WORDS: "it holds no prose",
}


def explanation(category: Category | None) -> Explanation:
    """Why a sentence of this category is overstated."""
    return CATEGORIES[category] if category else UNCATEGORISED


def reasons(advice: Advice) -> str:
    """Why the advice asks for its changes, in sentences."""
    told = dict.fromkeys(change.why for change in advice.changes)
    sentences = [f"{why[:1].upper()}{why[1:]}." for why in told]
    if any(change.step is Step.ASK for change in advice.changes):
        sentences.append("Fill in what stands in [square brackets].")
    return " ".join(sentences)
