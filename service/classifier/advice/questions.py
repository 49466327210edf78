"""The facts that an overstated sentence leaves out, as slots for its author to fill.

The questions follow HealthNewsReview's ten criteria and the ISSCR's guidance for patients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.classifier.advice.edits import Edit
from service.classifier.advice.grammar import phrase
from service.classifier.results import Category, Step

if TYPE_CHECKING:
    from collections.abc import Iterator


def asks(prose: str, category: Category | None) -> Iterator[Edit]:
    """The missing facts, the most telling first, each asked for where the sentence ends."""
    end = len(prose.rstrip())
    if not prose[:end].endswith(('"', "\u201d", "\u2019", "'", ")")):
        end = len(prose[:end].rstrip(".!?;:\u2026 "))
    missing = _MISSING.get(category, _STUDY)
    if category in _MECHANISMS and _LABORATORY.search(prose):
        missing = (_ANIMALS, *missing)
    for slot, why in missing:
        yield Edit(Step.ASK, end, end, f" {slot}", why)


def statements(prose: str, category: Category | None) -> Iterator[Edit]:
    """What to state in place of the whole sentence when nothing less brings it down."""
    for words in (*_INSTEAD.get(category, ()), *_INSTEAD_OF_ANY):
        yield Edit(Step.ASK, 0, len(prose), words, "the claim cannot be mended without its evidence")


_ANIMALS = ("[in animals or in people?]", "it does not say where this was seen")
_STUDY = (
    (
        "[in how many patients, compared with what, and with which harms?]",
        "the numbers behind the claim are missing",
    ),
    _ANIMALS,
    ("[name of the study, number of patients, harms seen]", "the study behind the claim is missing"),
)
_MISSING: dict[Category | None, tuple[tuple[str, str], ...]] = {
    Category.CAUSATION: (
        (
            "[compared with what? how many who were not treated fared as well?]",
            "without a comparison it is not shown to be the cause",
        ),
        *_STUDY,
    ),
    Category.CERTAINTY: (
        ("[measured how, in how many patients, in which study?]", "the source of the certainty is missing"),
        *_STUDY,
    ),
    Category.COMPARISON: (
        ("[compared with what, in which trial, with which harms?]", "a comparison needs a trial"),
        *_STUDY,
    ),
    Category.HYPE: (
        ("[what is new in it, and what was measured in how many patients?]", "praise in place of a finding"),
        *_STUDY,
    ),
    Category.PRESSURE: (
        (
            "[what is offered, at what price, and which study supports it?]",
            "it presses the reader; give the evidence",
        ),
        *_STUDY,
    ),
    Category.SAFETY: (
        ("[harms seen, in how many patients, followed for how long?]", "the harms are missing"),
        ("[how often did harms occur, and in which study?]", "the harms are missing"),
    ),
    Category.SCOPE: (
        (
            "[for which conditions, each in how many patients?]",
            "what is shown for one is not shown for the others",
        ),
        *_STUDY,
    ),
    Category.STANDING: (
        ("[approved by whom, for which use?]", "standing is not evidence; approval holds for one use"),
        *_STUDY,
    ),
    Category.TESTIMONIAL: (
        (
            "[one patient's report; how many others were treated, and how did they fare?]",
            "one report says nothing about the others",
        ),
        (
            "[how many patients were treated, compared with what, and with which harms?]",
            "the numbers behind the story are missing",
        ),
    ),
}
_INSTEAD_OF_ANY = (
    "[State what was studied, in how many people, compared with what, and what harms were seen.]",
    "[State what was studied.]",
)
_INSTEAD: dict[Category | None, tuple[str, ...]] = {
    Category.PRESSURE: (
        "[State what is offered, at what price, and which study it rests on, without urging the reader.]",
    ),
    Category.SAFETY: (
        "[State which harms were seen, in how many patients, and for how long they were followed.]",
    ),
    Category.STANDING: ("[State which authority approved it, for which use, and on which study.]",),
    Category.TESTIMONIAL: (
        "[State how many patients were treated, how many improved, and what harms were seen.]",
    ),
}
# What cells and molecules do is mostly known from dishes and animals.
_LABORATORY = phrase(
    r"(?:cells|MSCs?|exosomes?|cytokines?|molecules?|genes?|proteins?|neurons?|angiogenesis|signals?"
    r"|pathways?|differentiation|scientists|researchers)\b"
)
_MECHANISMS = frozenset({None, Category.EFFICACY, Category.SCOPE, Category.CERTAINTY, Category.HYPE})
