"""The signs of a sentence: what its cues, their company and order, and its form give away.

A word alone does not overstate. A sign joins what an editor joins: a therapy, an effect, what it acts on,
and whether anything holds the claim to evidence. Each is a named number, most often 0 or 1 and never above
4; names are what an artifact's weights hang on.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from service.classifier import cues
from service.classifier.cues import FAMILY_NAMES
from service.classifier.rules import CLAIM, COMPANY, EFFECT, GOVERNORS, HEDGE, OBJECT, RULES, THERAPY
from service.classifier.words import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COUNTED_UP_TO: Final = 4
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
FORMS: Final = {
    "quote": re.compile('"'),
    "colon inside": re.compile(r":(?=.)"),
    "percent": re.compile(r"%|\bpercent\b", re.IGNORECASE),
    "number": re.compile(r"\d"),
    "p value": re.compile(r"\bp\s*[<=>]\s*0?\.\d", re.IGNORECASE),
    "sample size": re.compile(r"\bn\s*=\s*\d", re.IGNORECASE),
    "reference": re.compile(r"\[\d|\(\d{4}\)|et al|\.\d+(?:[-,]\d+)*$"),
    "address": re.compile(r"https?:|www\.|@|\.com"),
    "telephone": re.compile(r"\d{3}[-. )]{1,4}\d{3}"),
    "bracket": re.compile(r"\("),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
    "bullet": re.compile(r"^(?:[-*•✓✔✅●▪]|\d+[.)])"),
    "ends with a stop": re.compile(r"[.)][\"']?$"),
    "ends with a question mark": re.compile(r"\?$"),
    "ends with an exclamation mark": re.compile(r"!$"),
    "ends with a colon": re.compile(r":$"),
    "ends openly": re.compile(r"[^.?!:\"']$"),
}
FORMED: Final = {  # forms whose meeting with a claim or an effect is a sign of its own
    "quote": "claim",
    "colon inside": "claim",
    "percent": "claim",
    "number": "claim",
    "bullet": "claim",
    "ends with a stop": "claim",
    "ends with a question mark": "claim",
    "ends with an exclamation mark": "claim",
    "ends with a colon": "claim",
    "ends openly": "claim",
}
LENGTHS: Final = (3, 7, 13, 20, 30, 45)
_CAPITALISED: Final = re.compile(r"\b[A-Z][\w'-]*")
_LETTERED: Final = re.compile(r"\b[A-Za-z][\w'-]*")
TITLE_SHARE: Final = 0.7
QUESTION_WORDS: Final = frozenset({"what", "why", "who", "which"})


def _names() -> Iterator[str]:
    for family in FAMILY_NAMES:
        yield f"has {family}"
        yield f"count {family}"
    yield from RULES
    yield from GOVERNORS
    yield from ORDERS
    yield from BEGINNINGS
    yield from FORMS
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


def of(prose: str) -> dict[int, float]:
    """Give the signs of any folded prose; none where there are no words."""
    words = split(prose)
    return read(prose, words, cues.find(words)) if words else {}


def read(prose: str, words: Sequence[str], found: Sequence[cues.Match]) -> dict[int, float]:
    """Give the signs of a sentence that are not 0, by position in NAMES.

    `words` are the prose's, and `found` are its cues. Linear in the number of words.
    """
    places: dict[int, list[int]] = {}
    for first, _, family in found:
        at = places.setdefault(family, [])
        if not at or at[-1] != first:
            at.append(first)
    mask = sum(1 << family for family in places)
    signs: dict[str, float] = {}
    for family, at in places.items():
        signs[f"has {FAMILY_NAMES[family]}"] = 1.0
        signs[f"count {FAMILY_NAMES[family]}"] = min(len(at), COUNTED_UP_TO) / 2
    true = [
        name
        for name, rule in RULES.items()
        if not mask & rule.lacks and all(mask & need for need in rule.needs)
    ]
    true += _order(places, mask)
    true += _beginning(words)
    true += _form(prose, mask)
    length = next((limit for limit in LENGTHS if len(words) <= limit), None)
    true.append(f"at most {length} words" if length else f"more than {LENGTHS[-1]} words")
    signs.update(dict.fromkeys(true, 1.0))
    capitals = _capitals(prose)
    signs["share of capitals"] = capitals
    signs["length"] = math.log1p(len(words)) / 4
    if capitals > TITLE_SHARE and len(words) > 1:
        signs["title case"] = 1.0
        if mask & CLAIM:
            signs["title case + claim"] = 1.0
    return {_POSITION[name]: value for name, value in signs.items() if value}


def _at(places: dict[int, list[int]], mask: int) -> list[int]:
    return sorted({place for family, at in places.items() if mask >> family & 1 for place in at})


def _order(places: dict[int, list[int]], mask: int) -> list[str]:
    if not mask & CLAIM:
        return []
    claims = _at(places, CLAIM)
    true = []
    for name, (governor, within) in GOVERNORS.items():
        if mask & governor and _precedes(_at(places, governor), claims, within):
            true.append(name)
    effects = _at(places, EFFECT)
    therapies = _at(places, THERAPY)
    acts = _precedes(effects, _at(places, OBJECT), OBJECT_WITHIN)
    agent = bool(effects and therapies) and therapies[0] < effects[-1]
    bare = not mask & HEDGE
    holds = (acts, acts and bare, acts and bool(therapies), agent, agent and acts, agent and acts and bare)
    return true + [name for name, held in zip(ORDERS, holds, strict=True) if held]


def _precedes(first: list[int], second: list[int], within: int) -> bool:
    """Tell whether any place of `second` comes at most `within` words after one of `first`; both sorted."""
    position = 0
    for place in second:
        while position + 1 < len(first) and first[position + 1] < place:
            position += 1
        if first and 0 < place - first[position] <= within:
            return True
    return False


def _beginning(words: Sequence[str]) -> list[str]:
    if not words:
        return []
    first = words[0]
    claims = any(CLAIM >> family & 1 for family in cues.families_of(first))
    asks = first == "how" and len(words) > 1 and words[1] in {"do", "does"}
    holds = (
        claims,
        claims and not first.endswith(("ing", "s", "ed")),
        claims and first.endswith("s"),
        claims and first.endswith("ing"),
        claims and first.endswith("ed"),
        first == "how",
        first in QUESTION_WORDS,
        first[0].isdigit(),
        asks,
        asks and any(CLAIM >> family & 1 for word in words for family in cues.families_of(word)),
    )
    return [name for name, held in zip(BEGINNINGS, holds, strict=True) if held]


def _form(prose: str, mask: int) -> list[str]:
    text = prose.strip()
    forms = [name for name, pattern in FORMS.items() if pattern.search(text)]
    true = list(forms)
    if mask & CLAIM:
        true += [f"{form} + claim" for form in forms if form in FORMED]
    if "ends openly" in forms and mask & EFFECT:
        true.append("ends openly + effect")
        if mask & OBJECT:
            true.append("ends openly + effect + object")
    if "ends with a stop" in forms and mask & EFFECT and mask & THERAPY:
        true.append("ends with a stop + effect + therapy")
    if "quote" in forms and mask & HEDGE:
        true.append("quote + hedge")
    if "percent" in forms and mask & COMPANY["design"]:
        true.append("percent + design")
    if text.isupper() and len(text) > 3:  # noqa: PLR2004 - an abbreviation is not shouting
        true.append("capitals")
    return true


def _capitals(prose: str) -> float:
    words = _LETTERED.findall(prose)
    return len(_CAPITALISED.findall(prose)) / len(words) if words else 0.0
