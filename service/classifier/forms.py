"""The form of a sentence: quotes, numbers, how it begins and ends. One bit a form, by its place in NAMES."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

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
# One of what a form cannot do without, whatever the case: quickly sought, and most sentences lack it.
NEEDED: Final = {
    "quote": ('"',),
    "colon inside": (":",),
    "percent": ("%", "percent"),
    "p value": ("<", "=", ">"),
    "sample size": ("=",),
    "address": ("http", "www.", "@", ".com"),
    "bracket": ("(",),
}
BESIDE_A_NUMBER: Final = frozenset({"p value", "sample size", "telephone", "year"})
# What makes a reference where there is no number.
CITED: Final = "et al"
CAPITALS: Final = "capitals"
NAMES: Final = (*FORMS, CAPITALS)
_BIT: Final = {name: 1 << place for place, name in enumerate(NAMES)}
_ENDINGS: Final = tuple(name for name in FORMS if name.startswith("ends "))
LONGEST_ABBREVIATION: Final = 3


def bits(*names: str) -> int:
    """Give the bits of forms."""
    return sum(_BIT[name] for name in names)


def of(prose: str) -> int:
    """Give the bits of the forms of any text; linear in its length."""
    text = prose.strip()
    lowered = text.lower()
    found = of_ending(text[-2:]) | _tried(text, lowered, _PLAIN)
    if _NUMBER.search(text):
        found |= _BIT["number"] | _tried(text, lowered, _NUMBERED)
    elif CITED in text:
        found |= _BIT["reference"]
    if _BULLET.match(text):
        found |= _BIT["bullet"]
    if text.isupper() and len(text) > LONGEST_ABBREVIATION:
        found |= _BIT[CAPITALS]
    return found


def of_those(text: str, possible: int) -> int:
    """Give the bits of those forms that a text without space around it has, of the `possible` ones."""
    return sum(bit for bit, pattern in _among(possible) if pattern.search(text))


def _tried(text: str, lowered: str, forms: tuple[_Tried, ...]) -> int:
    found = 0
    for bit, pattern, needed in forms:
        for part in needed:
            if part in lowered:
                if pattern.search(text):
                    found |= bit
                break
    return found


@lru_cache(maxsize=8192)
def of_ending(last: str) -> int:
    """Give the bits of the forms that the last two characters tell, of a text without space around it."""
    return bits(*(name for name in _ENDINGS if FORMS[name].search(last)))


@lru_cache(maxsize=8192)
def _among(possible: int) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((_BIT[name], pattern) for name, pattern in FORMS.items() if possible & _BIT[name])


_Tried = tuple[int, re.Pattern[str], tuple[str, ...]]
_PLAIN: Final[tuple[_Tried, ...]] = tuple(
    (_BIT[name], FORMS[name], needed) for name, needed in NEEDED.items() if name not in BESIDE_A_NUMBER
)
_NUMBERED: Final[tuple[_Tried, ...]] = tuple(
    (_BIT[name], FORMS[name], NEEDED.get(name, ("",))) for name in (*sorted(BESIDE_A_NUMBER), "reference")
)
_NUMBER: Final = FORMS["number"]
_BULLET: Final = FORMS["bullet"]
