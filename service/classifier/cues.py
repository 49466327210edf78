"""Find the cues of a sentence: which words of which lexicon stand where."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from service.classifier.lexicon import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

# Article text is unbounded in its words, the memory for them is not.
WORDS_REMEMBERED: Final = 50_000
ANY: Final = "_"
_ENTRY: Final = re.compile(r"_|[a-z]+(?:'[a-z]+)?\*?|\d+(?:[.,]\d+)*|[%$?!:]")


class Match(NamedTuple):
    """A cue: the words `first` to `last` (half-open, by position) stand in the lexicon `family`."""

    first: int
    last: int
    family: int


class _Entry(NamedTuple):
    """A phrase of the lexicon by what follows its first word."""

    rest: tuple[str, ...]
    family: int


_Phrase = tuple[tuple[str, ...], int]  # what must follow, and the bit of its family

FAMILY_NAMES: Final = tuple(FAMILIES)


def find(words: Sequence[str]) -> list[Match]:
    """Find every cue among the words, in order of place; a place may bear cues of several families."""
    found: list[Match] = []
    following = (*words[1:], "")
    for place, word in enumerate(words):
        _, by_next, others = _masked(word)
        found.extend(Match(place, place + 1, family) for family in _begun_by(word)[0])
        if by_next:
            for rest, bit in by_next.get(following[place], ()):
                if not rest or _follows(words, place + 2, rest):
                    found.append(Match(place, place + 2 + len(rest), bit.bit_length() - 1))
        for rest, bit in others:
            if _follows(words, place + 1, rest):
                found.append(Match(place, place + 1 + len(rest), bit.bit_length() - 1))
    return found


def begun(words: Sequence[str]) -> list[tuple[int, int]]:
    """Give the places at which cues begin, in order, each with a mask: one bit a family."""
    found = []
    following = (*words[1:], "")
    for place, word in enumerate(words):
        mask, by_next, others = _masked(word)
        if by_next:
            for rest, bit in by_next.get(following[place], ()):
                if not rest or _follows(words, place + 2, rest):
                    mask |= bit
        for rest, bit in others:
            if _follows(words, place + 1, rest):
                mask |= bit
        if mask:
            found.append((place, mask))
    return found


def families_of(word: str) -> tuple[int, ...]:
    """Name the lexicons in which the word stands alone."""
    return _begun_by(word)[0]


def begun_by(word: str) -> tuple[tuple[int, ...], tuple[_Entry, ...]]:
    """Give what a word begins: the families in which it stands alone, and phrases by what must follow."""
    return _begun_by(word)


def begun_by_stem(stem: str) -> tuple[tuple[int, ...], tuple[_Entry, ...]]:
    """Give what a word begins whose longest beginning among the stems is `stem`, when no entry names it."""
    return _sorted(_stemmed(stem))


def whole_words() -> tuple[str, ...]:
    """Give the words with which entries begin as they stand."""
    return tuple(_WHOLE)


def stems() -> tuple[str, ...]:
    """Give the stems with which entries begin."""
    return tuple(_STEMS)


def _follows(words: Sequence[str], place: int, rest: Sequence[str]) -> bool:
    return place + len(rest) <= len(words) and all(map(_fits, rest, words[place : place + len(rest)]))


def _fits(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return pattern in (word, ANY)


def _index() -> tuple[dict[str, set[_Entry]], dict[str, set[_Entry]]]:
    """Sort the lexicons' entries by their first word, whole or stem."""
    whole: dict[str, set[_Entry]] = {}
    stems: dict[str, set[_Entry]] = {}
    for family, entries in enumerate(FAMILIES.values()):
        for entry in entries:
            first, *rest = _ENTRY.findall(entry)
            index = stems if first.endswith("*") else whole
            index.setdefault(first.removesuffix("*"), set()).add(_Entry(tuple(rest), family))
    return whole, stems


_WHOLE, _STEMS = _index()
_LONGEST_STEM: Final = max(map(len, _STEMS))


@lru_cache(maxsize=WORDS_REMEMBERED)
def _begun_by(word: str) -> tuple[tuple[int, ...], tuple[_Entry, ...]]:
    return _sorted(_stemmed(word) | _WHOLE.get(word, set()))


def _stemmed(word: str) -> set[_Entry]:
    beginnings = (word[:length] for length in range(1, min(len(word), _LONGEST_STEM) + 1))
    return set().union(*(_STEMS[stem] for stem in beginnings if stem in _STEMS))


def _sorted(entries: set[_Entry]) -> tuple[tuple[int, ...], tuple[_Entry, ...]]:
    alone = sorted(entry.family for entry in entries if not entry.rest)
    return tuple(alone), tuple(sorted(entry for entry in entries if entry.rest))


@lru_cache(maxsize=WORDS_REMEMBERED)
def _masked(word: str) -> tuple[int, dict[str, list[_Phrase]], tuple[_Phrase, ...]]:
    """Give what `_begun_by` gives, each family as a bit: phrases by their second word, then the others."""
    alone, phrases = _begun_by(word)
    by_next: dict[str, list[_Phrase]] = {}
    others = []
    for rest, family in phrases:
        if rest[0] == ANY or rest[0].endswith("*"):
            others.append((rest, 1 << family))
        else:
            by_next.setdefault(rest[0], []).append((rest[1:], 1 << family))
    return sum(1 << family for family in alone), by_next, tuple(others)
