"""The signs of a sentence: what its cues, their company and order, and its form give away.

A word alone does not overstate. A sign joins what an editor joins: a therapy, an effect, what it acts on,
and whether anything holds the claim to evidence. Each is a named number, most often 0 or 1 and never above
4; names are what an artifact's weights hang on.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from service.classifier import cues, forms
from service.classifier.cues import FAMILY_NAMES
from service.classifier.rules import CLAIM, COMPANY, EFFECT, GOVERNORS, HEDGE, OBJECT, RULES, THERAPY
from service.classifier.words import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COUNTED_UP_TO: Final = 4
# What articles are written in is unbounded in its combinations, the memory for them is not.
MASKS_REMEMBERED: Final = 20_000
OBJECT_WITHIN: Final = 4

ORDERS: Final = (
    "effect > object",
    "effect > object, unhedged",
    "effect > object + therapy",
    "therapy > effect",
    "therapy > effect > object",
    "therapy > effect > object, unhedged",
)
BEGINNINGS: Final = (
    "begins with a claim",
    "begins with a bare claim verb",
    "begins with a claim in -s",
    "begins with a claim in -ing",
    "begins with a claim in -ed",
    "begins with how",
    "begins with a question word",
    "begins with a number",
    "asks how it does",
    "asks how it does + claim",
)
FORMED: Final = (  # forms whose meeting with a claim is a sign of its own
    "quote",
    "colon inside",
    "percent",
    "number",
    "bullet",
    "ends with a stop",
    "ends with a question mark",
    "ends with an exclamation mark",
    "ends with a colon",
    "ends openly",
)
LENGTHS: Final = (3, 7, 13, 20, 30, 45)
_CAPITALISED: Final = re.compile(r"\b[A-Z][\w'-]*")
_LETTERED: Final = re.compile(r"\b[A-Za-z][\w'-]*")
TITLE_SHARE: Final = 0.7
ASKS: Final = "how"
QUESTION_WORDS: Final = frozenset({"what", "why", "who", "which"})


def _names() -> Iterator[str]:
    for family in FAMILY_NAMES:
        yield f"has {family}"
        yield f"count {family}"
    yield from RULES
    yield from GOVERNORS
    yield from ORDERS
    yield from BEGINNINGS
    yield from forms.FORMS
    yield from (f"{form} + claim" for form in FORMED)
    yield from (
        "ends openly + effect",
        "ends openly + effect + object",
        "ends with a stop + effect + therapy",
    )
    yield from ("quote + hedge", "percent + design", "title case", "title case + claim", "capitals")
    yield from (f"at most {length} words" for length in LENGTHS)
    yield from (f"more than {LENGTHS[-1]} words", "share of capitals", "length")


NAMES: Final = tuple(_names())
_POSITION: Final = {name: position for position, name in enumerate(NAMES)}
SHARE_OF_CAPITALS: Final = _POSITION["share of capitals"]
LENGTH: Final = _POSITION["length"]
ACTS: Final = 1 << len(GOVERNORS)
AGENT: Final = ACTS << 1
HELD: Final = (CLAIM, EFFECT, OBJECT, THERAPY, HEDGE, COMPANY["design"])
_GOVERNORS: Final = tuple(GOVERNORS.values())


def of(prose: str) -> dict[int, float]:
    """Give the signs of any folded prose; none where there are no words."""
    words = split(prose)
    return _read(prose, words, cues.begun(words)) if words else {}


def read(prose: str, words: Sequence[str], found: Sequence[cues.Match]) -> dict[int, float]:
    """Give the signs of a sentence that are not 0, by position in NAMES.

    `words` are the prose's, and `found` are its cues. Linear in the number of words.
    """
    begun: dict[int, int] = {}
    for first, _, family in found:
        begun[first] = begun.get(first, 0) | 1 << family
    return _read(prose, words, list(begun.items()))


def _read(prose: str, words: Sequence[str], begun: Sequence[tuple[int, int]]) -> dict[int, float]:
    """Give the signs of a sentence from (place, mask of the families of cues that begin there), in order."""
    mask = 0
    for _, families in begun:
        mask |= families
    signs = dict.fromkeys(of_mask(mask), 1.0)
    for _, families in begun:
        for position in _counted(families):
            signs[position] = min(signs.get(position, 0.0) + 0.5, COUNTED_UP_TO / 2)
    asks = asks_how(words[0], words[1] if len(words) > 1 else "")
    claims = asks and any(CLAIM >> family & 1 for word in words for family in cues.families_of(word))
    capitals = share_of_capitals(prose)
    held = sum(1 << number for number, company in enumerate(HELD) if mask & company)
    for true in (
        of_order(order(begun, mask), held),
        of_beginning(words[0], asks, claims),
        of_forms(forms.of(prose), held),
        of_size(len(words), title=capitals > TITLE_SHARE, claim=bool(mask & CLAIM)),
    ):
        signs.update(dict.fromkeys(true, 1.0))
    if capitals:
        signs[SHARE_OF_CAPITALS] = capitals
    signs[LENGTH] = math.log1p(len(words)) / 4
    return signs


@lru_cache(maxsize=MASKS_REMEMBERED)
def of_mask(mask: int) -> tuple[int, ...]:
    """Give the signs that the families of a sentence's cues bear by themselves and by their company."""
    has = (f"has {name}" for family, name in enumerate(FAMILY_NAMES) if mask >> family & 1)
    rules = (
        name
        for name, rule in RULES.items()
        if not mask & rule.lacks and all(mask & need for need in rule.needs)
    )
    return _positions((*has, *rules))


def order(begun: Sequence[tuple[int, int]], mask: int) -> int:
    """Tell in which order cues stand: a bit each of GOVERNORS, then ACTS and AGENT."""
    if not mask & CLAIM:
        return 0
    found = ACTS if _precedes(begun, EFFECT, OBJECT, OBJECT_WITHIN) else 0
    for number, (governor, within) in enumerate(_GOVERNORS):
        if mask & governor and _precedes(begun, governor, CLAIM, within):
            found |= 1 << number
    if mask & EFFECT and mask & THERAPY:
        therapy = next(place for place, families in begun if families & THERAPY)
        effect = next(place for place, families in reversed(begun) if families & EFFECT)
        found |= AGENT if therapy < effect else 0
    return found


def _precedes(begun: Sequence[tuple[int, int]], first: int, second: int, within: int) -> bool:
    """Tell whether a cue of `second` begins at most `within` words after one of `first`."""
    last = -math.inf
    for place, families in begun:
        if families & second and place - last <= within:
            return True
        if families & first:
            last = place
    return False


@lru_cache(maxsize=MASKS_REMEMBERED)
def of_order(found: int, held: int) -> tuple[int, ...]:
    """Give the signs of what `order` told; `held` has a bit for each mask of HELD that the cues meet."""
    claim, _, _, therapy, hedge, _ = _flags(held)
    if not claim:
        return ()
    governed = [name for number, name in enumerate(GOVERNORS) if found >> number & 1]
    acts, agent = bool(found & ACTS), bool(found & AGENT)
    bare = not hedge
    holds = (acts, acts and bare, acts and therapy, agent, agent and acts, agent and acts and bare)
    return _positions((*governed, *(name for name, met in zip(ORDERS, holds, strict=True) if met)))


def asks_how(first: str, second: str) -> bool:
    """Tell whether a sentence that begins with these words asks how something does what it does."""
    return first == ASKS and second in {"do", "does"}


@lru_cache(maxsize=cues.WORDS_REMEMBERED)
def of_beginning(first: str, asks: bool, asks_of_claim: bool) -> tuple[int, ...]:  # noqa: FBT001 - a cache's key
    """Give the signs of a sentence's first word, and of what `asks_how` told, of a claim or not."""
    claims = any(CLAIM >> family & 1 for family in cues.families_of(first))
    holds = (
        claims,
        claims and not first.endswith(("ing", "s", "ed")),
        claims and first.endswith("s"),
        claims and first.endswith("ing"),
        claims and first.endswith("ed"),
        first == ASKS,
        first in QUESTION_WORDS,
        first[0].isdigit(),
        asks,
        asks_of_claim,
    )
    return _positions(name for name, held in zip(BEGINNINGS, holds, strict=True) if held)


@lru_cache(maxsize=MASKS_REMEMBERED)
def of_forms(found: int, held: int) -> tuple[int, ...]:
    """Give the signs of a sentence's forms; `held` has a bit for each mask of HELD that its cues meet."""
    claim, effect, about, therapy, hedge, design = _flags(held)
    formed = [name for name in forms.NAMES if found & forms.bits(name)]
    true = list(formed)
    if claim:
        true += [f"{form} + claim" for form in formed if form in FORMED]
    if "ends openly" in formed and effect:
        true.append("ends openly + effect")
        if about:
            true.append("ends openly + effect + object")
    if "ends with a stop" in formed and effect and therapy:
        true.append("ends with a stop + effect + therapy")
    if "quote" in formed and hedge:
        true.append("quote + hedge")
    if "percent" in formed and design:
        true.append("percent + design")
    return _positions(true)


def of_size(number: int, *, title: bool, claim: bool) -> tuple[int, ...]:
    """Give the signs of a sentence of so many words, most of them capitalised where it is a `title`."""
    return _of_size(min(number, LENGTHS[-1] + 1), title and number > 1, claim)


@lru_cache
def _of_size(number: int, title: bool, claim: bool) -> tuple[int, ...]:  # noqa: FBT001 - a cache's key
    length = next((limit for limit in LENGTHS if number <= limit), None)
    true = [f"at most {length} words" if length else f"more than {LENGTHS[-1]} words"]
    if title:
        true += ["title case", "title case + claim"] if claim else ["title case"]
    return _positions(true)


def share_of_capitals(prose: str) -> float:
    """Give how many of the words that begin with a Latin letter are capitalised."""
    words = _LETTERED.findall(prose)
    return len(_CAPITALISED.findall(prose)) / len(words) if words else 0.0


def _flags(held: int) -> tuple[bool, ...]:
    return tuple(bool(held >> number & 1) for number in range(len(HELD)))


def _positions(names: Iterable[str]) -> tuple[int, ...]:
    return tuple(_POSITION[name] for name in names)


@lru_cache(maxsize=MASKS_REMEMBERED)
def _counted(mask: int) -> tuple[int, ...]:
    return _positions(f"count {name}" for family, name in enumerate(FAMILY_NAMES) if mask >> family & 1)
