"""Forms as flat arrays, for the native form: what tells that a text may have one, and which it then has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.classifier import forms
from service.classifier.flat import Keys, keys, masks, starts

if TYPE_CHECKING:
    import numpy.typing as npt

ASCII: Final = 128
_DIGIT: Final = "0"  # stands for any


class FlatForms(NamedTuple):
    """Of a text in ASCII, without the `spaces` around it.

    `endings` (129, 128) are the bits that its last two characters tell; where there is but one, ASCII stands
    before it. Of `parts`, which are in small letters, those that occur make up a mask, with the bit after
    the last one for any digit; a form of `possible` may be there when that mask meets each of its `needs`
    from `need_starts[form]`, and so may a bullet after a first character of `bullets`. Those of `settled`
    are there when they may be.
    """

    endings: npt.NDArray[np.int32]
    parts: Keys
    possible: npt.NDArray[np.int32]
    needs: npt.NDArray[np.uint64]
    need_starts: npt.NDArray[np.int32]
    settled: int
    bullets: npt.NDArray[np.uint8]
    spaces: npt.NDArray[np.uint8]


def flatten_forms() -> FlatForms:
    """Flatten what forms need, from the one definition."""
    named = [name for name in forms.FORMS if name != "bullet" and not name.startswith("ends ")]
    needs = [_needs(name) for name in named]
    parts = sorted({part for groups in needs for group in groups for part in group} - {_DIGIT})
    bit = {part: 1 << place for place, part in enumerate([*parts, _DIGIT])}
    characters = [*map(chr, range(ASCII))]
    return FlatForms(
        endings=np.array([[forms.of_ending(a + b) for b in characters] for a in (*characters, "")], np.int32),
        parts=keys(parts),
        possible=np.array([forms.bits(name) for name in named], np.int32),
        needs=masks(sum(bit[part] for part in group) for groups in needs for group in groups),
        need_starts=starts(len(groups) for groups in needs),
        settled=forms.bits("number", *(name for name in named if _is_literal(name))),
        bullets=np.array([_begins_bullet(each) for each in characters], np.uint8),
        spaces=np.array([each.isspace() for each in characters], np.uint8),
    )


def _needs(name: str) -> list[tuple[str, ...]]:
    """Give what a form cannot do without: one of each group."""
    if name == "reference":
        return [(forms.CITED, _DIGIT)]
    groups = [forms.NEEDED[name]] if name in forms.NEEDED else []
    return [*groups, (_DIGIT,)] if name in forms.BESIDE_A_NUMBER or name == "number" else groups


def _is_literal(name: str) -> bool:
    return [re.escape(each) for each in forms.NEEDED.get(name, ())] == [forms.FORMS[name].pattern]


def _begins_bullet(character: str) -> bool:
    """Tell whether a bullet may begin so: with a sign of its own, or with a number."""
    return character.isdigit() or forms.FORMS["bullet"].match(character) is not None
