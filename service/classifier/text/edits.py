"""Texts derived by replacing stretches, with the map back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.classifier.text.offsets import Offsets, Runs

if TYPE_CHECKING:
    from collections.abc import Sequence


class Edit(NamedTuple):
    """Replace a text's code points `start` to `end` by `text`."""

    start: int
    end: int
    text: str


class Folded(NamedTuple):
    """A derived text and the way back: `offsets` has an entry a code point and one for the end."""

    text: str
    offsets: Offsets

    def then(self, edits: Sequence[Edit]) -> Folded:
        """Apply edits, which are in order and do not overlap, to the derived text."""
        if not edits:
            return self
        after = applied(self.text, edits)
        return Folded(after.text, self.offsets.after(after.offsets))


def applied(text: str, edits: Sequence[Edit]) -> Folded:
    """Apply edits, which are in order and do not overlap."""
    pieces: list[str] = []
    runs = Runs()
    place = copied = 0
    for start, end, replacement in edits:
        pieces += (text[place:start], replacement)
        place = end
        # A replacement of the same length maps like a copy, so the run goes on over it.
        if len(replacement) != end - start:
            if start > copied:
                runs.add(start - copied, copied, start)
            if replacement:
                runs.add(len(replacement), start, end)
            copied = end
    pieces.append(text[place:])
    if len(text) > copied:
        runs.add(len(text) - copied, copied, len(text))
    return Folded("".join(pieces), Offsets(runs))
