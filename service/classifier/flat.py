"""Lexicons and rules as flat arrays, for the native form: made from the one definition as a model loads."""

from __future__ import annotations

from enum import IntEnum
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.classifier import cues, signs
from service.classifier.rules import CLAIM, EFFECT, GOVERNORS, OBJECT, RULES, THERAPY
from service.classifier.words import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.int32]
    Masks = npt.NDArray[np.uint64]

BITS: Final = 64


class Fit(IntEnum):
    """How the word of a phrase is met."""

    WHOLE = 0
    STEM = 1
    ANY = 2


class Keys(NamedTuple):
    """Strings in UTF-8, one after the other; `starts` has one entry more than there are strings."""

    pool: npt.NDArray[np.uint8]
    starts: Integers


class Flat(NamedTuple):
    """All that the native form knows of words and rules.

    `records` (keys of `words` and, after them, of `stems`) leads to `alone`, a mask, and to the phrases from
    `phrase_starts[record]`; a phrase has a mask of `bits`, and its further words are the `rests` from
    `rest_starts[phrase]`, each met as its `fits` says. A rule's needs begin at `need_starts[rule]`. Rules and
    governors stand in their own order.
    """

    words: Keys
    stems: Keys
    records: Integers
    alone: Masks
    phrase_starts: Integers
    bits: Masks
    rest_starts: Integers
    rests: Keys
    fits: Integers
    needs: Masks
    need_starts: Integers
    lacks: Masks
    rule_signs: Integers
    has_signs: Integers
    count_signs: Integers
    governors: Masks
    within: Integers
    held: Masks
    order: Masks
    marks: npt.NDArray[np.uint8]


def fits() -> bool:
    """Tell whether a mask of the families fits the native form's words."""
    return len(cues.FAMILY_NAMES) <= BITS


def flatten(terms: Sequence[str]) -> Flat:
    """Flatten what cues and rules say, for a model with these terms; the first words are the terms.

    Raises ValueError where the families do not fit: `weighing.form` then has the Python form serve.
    """
    if not fits():
        raise ValueError(
            f"{len(cues.FAMILY_NAMES)} families of cues: the native form has {BITS} bits for them"
        )
    known = (*terms, *sorted(set(cues.whole_words()) - set(terms)))
    begun = [*map(_begun, known), *map(cues.begun_by_stem, cues.stems())]
    distinct = {each: record for record, each in enumerate(dict.fromkeys(begun))}
    phrases = [phrase for _, held in distinct for phrase in held]
    rests = [word for rest, _ in phrases for word in rest]
    rules = list(RULES.values())
    return Flat(
        words=keys(known),
        stems=keys(cues.stems()),
        records=integers(distinct[each] for each in begun),
        alone=masks(sum(1 << family for family in alone) for alone, _ in distinct),
        phrase_starts=starts(len(held) for _, held in distinct),
        bits=masks(1 << family for _, family in phrases),
        rest_starts=starts(len(rest) for rest, _ in phrases),
        rests=keys(word.removesuffix("*") for word in rests),
        fits=integers(map(_fit, rests)),
        needs=masks(need for rule in rules for need in rule.needs),
        need_starts=starts(len(rule.needs) for rule in rules),
        lacks=masks(rule.lacks for rule in rules),
        rule_signs=integers(signs.NAMES.index(name) for name in RULES),
        has_signs=integers(signs.NAMES.index(f"has {name}") for name in cues.FAMILY_NAMES),
        count_signs=integers(signs.NAMES.index(f"count {name}") for name in cues.FAMILY_NAMES),
        governors=masks(governor for governor, _ in GOVERNORS.values()),
        within=integers((*(within for _, within in GOVERNORS.values()), signs.OBJECT_WITHIN)),
        held=masks(signs.HELD),
        order=masks((CLAIM, EFFECT, OBJECT, THERAPY)),
        marks=np.array([_is_mark(chr(code)) for code in range(128)], np.uint8),
    )


def _begun(term: str) -> tuple[tuple[int, ...], tuple[tuple[tuple[str, ...], int], ...]]:
    """Give what a term begins; a pair is no word and begins nothing."""
    return ((), ()) if " " in term else cues.begun_by(term)


def _is_mark(character: str) -> bool:
    """Tell whether the tokenizer takes a character by itself for a word, letters and digits apart."""
    return character not in ascii_letters + digits and WORD.fullmatch(character) is not None


def _fit(word: str) -> Fit:
    return Fit.ANY if word == cues.ANY else Fit.STEM if word.endswith("*") else Fit.WHOLE


def keys(strings: Iterable[str]) -> Keys:
    """Put strings one after the other."""
    encoded = [string.encode() for string in strings]
    return Keys(np.frombuffer(b"".join(encoded), np.uint8), starts(map(len, encoded)))


def starts(lengths: Iterable[int]) -> Integers:
    """Give where each of several stretches begins, and where the last one ends."""
    return np.cumsum([0, *lengths], dtype=np.int32)


def integers(values: Iterable[int]) -> Integers:
    """Give an array of numbers."""
    return np.array([*values], np.int32)


def masks(values: Iterable[int]) -> Masks:
    """Give an array of masks."""
    return np.array([*values], np.uint64)
