"""The words of a sentence: the one tokenizer, for training and serving alike."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A word with its apostrophe, a number with its decimals, or a sign that claims are made with.
WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[%$?!:;\"()=<>+&|/]")


def split(prose: str) -> list[str]:
    """Cut folded prose into lower-case words, in order; time is linear in its length."""
    return WORD.findall(_lowered(prose))


def places(prose: str) -> Iterator[tuple[int, int]]:
    """Give the place of each word of `split(prose)` in the prose, half-open, in code points."""
    return (found.span() for found in WORD.finditer(_lowered(prose)))


def terms(words: Sequence[str]) -> list[str]:
    """Give the words, then the pairs of neighbouring words; a pair is written with a space between."""
    return [*words, *map(" ".join, pairwise(words))]


def share(words: Sequence[str]) -> float:
    """Give what each term of a sentence counts: long sentences say more, but not in proportion."""
    return 1.0 / math.sqrt(max(1, len(words)))


def _lowered(prose: str) -> str:
    """Lower each letter in its place; one that would grow (the Turkish dotted I) stays as it is."""
    lowered = prose.lower()
    if len(lowered) != len(prose):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in prose)
    return lowered
