"""A change to a sentence's prose, and how changes are carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.classifier.results import Step


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the prose's code points `start` to `end` (half-open) by `replacement`.

    The edit carries its own spacing, so that what remains of the sentence still reads.
    """

    step: Step
    start: int
    end: int
    replacement: str
    why: str


def apply(prose: str, edits: Iterable[Edit]) -> str:
    """The prose with every edit carried out. Raises ValueError where two edits overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            message = f"two edits overlap at offset {edit.start}"
            raise ValueError(message)
        pieces += (prose[position : edit.start], edit.replacement)
        position = edit.end
    return "".join((*pieces, prose[position:]))


def overlap(one: Edit, other: Edit) -> bool:
    """Whether the two cannot both be carried out; two insertions at one place cannot."""
    if one.start == other.start:
        return True
    first, second = sorted((one, other), key=lambda edit: edit.start)
    return first.end > second.start
