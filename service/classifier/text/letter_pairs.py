"""Which letters follow which in English: a measure that needs no dictionary.

The pairs that make up 97 in 100 of those in every other article of the embedded corpus, `^` and `$` for
the start and the end of a word. Of the articles that were left out, which hold the names of genes and
drugs, at most 6.5 in 100 pairs are others; of the same articles enciphered (ROT13) 34 to 48, spelt
backwards 12 to 21, without their vowels 13 to 25.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# A letter, then all that commonly follow it.
_FOLLOWED: Final = """
    ^abcdefghijklmnoprstuvwy
    a$bcdfgiklmnprstuvy
    baeiloruy
    c$aehiklortu
    d$aeiorsuy
    e$acdefgiklmnoprstvwxy
    f$aefiortu
    g$aehior
    h$aeiorty
    i$acdefglmnoprstv
    je
    k$eins
    l$adeilostuy
    m$abeimopu
    n$acdefgijnostuy
    o$cdfgilmnoprstuvw
    p$aehilopru
    qu
    r$adegikmnoprstuy
    s$acehikopstu
    t$aehimorstuwy
    u$cdegilmnprst
    vaei
    w$aehino
    y$eos
"""
_COMMON: Final = frozenset((row[0], after) for row in _FOLLOWED.split() for after in row[1:])


def unusual(words: Iterable[str]) -> float:
    """Give the share of pairs of letters that are rare in English, from 0 to 1."""
    pairs = [pair for word in words for pair in pairwise(f"^{word.lower()}$")]
    return sum(pair not in _COMMON for pair in pairs) / max(1, len(pairs))
