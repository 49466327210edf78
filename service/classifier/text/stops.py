"""Whether a stop ends a sentence, by the words on both sides of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from service.classifier.text.abbreviations import (
    BEGINNERS,
    DATES,
    LABELS,
    LETTERED,
    MEASURES,
    NAMES,
    NEVER_LAST,
    NUMBERED,
    SAYS,
    TIMES,
    TITLES,
    WORDS_TOO,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[A-Za-z]|[ivx]{1,4}|[IVX]{1,4})\)?")
_LABEL_LENGTH = 2
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}")
_NUMBERING = re.compile(r"[A-Z]?\d|[IVX]+\b|[A-Z]\b")
_SPEAKER = re.compile(rf"(?:[A-Z][\w'-]*\.?\s){{1,3}}(?:{SAYS.replace(' ', '|')})[.,;:]")
_ZONED = re.compile(r"[A-Z]{2,4}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z][a-z]+ \d")
_CAMEL = re.compile(r"[a-z]{1,3}[A-Z]")
_WORD = re.compile(r"[^\W_]+")
_IN_FULL = re.compile(r"[^\W\d_][a-z]*[aeiouy][a-z]*", re.IGNORECASE)
_SHORTEST_IN_FULL = 3
_BARE = "\"'([{*"
_CLOSED = frozenset(",;:)%=]}/")


class Stop(NamedTuple):
    """A stop in its surroundings.

    `words` are the last ones before it, all of the sentence's when `begun`; `apart` when space
    parts it from them. `following` is the text after it, without the quotes and brackets that
    `opened` tells of.
    """

    words: list[str]
    begun: bool
    apart: bool
    marks: str
    closers: str
    opened: bool
    following: str

    @property
    def word(self) -> str:
        """The word before the stop."""
        return self.words[-1].lstrip(_BARE)

    @property
    def first(self) -> str:
        """The character that comes next."""
        return self.following[0]

    @property
    def after(self) -> str:
        """The word that comes next."""
        word = _WORD.match(self.following)
        return word[0] if word else ""

    @property
    def begins(self) -> bool:
        """Whether the word that comes next is one that begins sentences, written as if it did."""
        after = self.after
        initial = self.following.startswith(".", len(after))
        return self.first.isupper() and after.lower() in BEGINNERS and not initial


def ends_sentence(stop: Stop) -> bool:
    """Say whether a sentence ends here."""
    quoted = '"' in stop.closers or "'" in stop.closers
    if stop.first in _CLOSED or (quoted and not stop.opened and _SPEAKER.match(stop.following)):
        return False
    if stop.marks != ".":
        return _after_marks(stop)
    if not stop.words or stop.apart:
        return stop.first.isupper()
    word = stop.word
    if not word or (stop.begun and _is_label(stop.words)):
        return False
    judge = _judge(word, stop)
    # An abbreviation that ends a parenthesis does not end the sentence around it.
    return judge(stop) and not (")" in stop.closers and judge in (_after_name, _after_numbered, _never))


def _after_marks(stop: Stop) -> bool:
    dots = stop.marks.strip(".…") == ""
    if stop.first.islower():
        return bool(_CAMEL.match(stop.following)) or not (dots or stop.closers)
    return not (dots and stop.first.isdigit())


def _is_label(words: list[str]) -> bool:
    """Say whether a sentence's words are but a number or letter of a list, or a label with one."""
    if len(words) == 1:
        return bool(_LABEL.fullmatch(words[0]))
    return len(words) == _LABEL_LENGTH and words[0].lower() in LABELS and bool(_LABEL.fullmatch(words[1]))


def _judge(word: str, stop: Stop) -> Callable[[Stop], bool]:
    # Amid small letters, a word all in capitals is an acronym: MS is a disease, and no title.
    acronym = word.isupper() and len(word) > 1 and "." not in word and stop.following[1:2].islower()
    if not acronym and word.lower() in _BY_WORD:
        return _BY_WORD[word.lower()]
    if len(word) == 1 and word.isupper():
        return _after_capital
    if word[-1].isdigit():
        return _after_number
    return _after_name if _DOTTED.fullmatch(word) else _after_word


def _never(_: Stop) -> bool:
    return False


def _after_time(stop: Stop) -> bool:
    zoned = _ZONED.match(stop.following) or stop.after.lower() in TITLES
    return stop.first.isupper() and not zoned


def _after_measure(stop: Stop) -> bool:
    return not stop.first.islower() and not stop.first.isdigit()


def _after_numbered(stop: Stop) -> bool:
    if _NUMBERING.match(stop.following) and not stop.begins:
        return False
    return _after_name(stop)


def _after_date(stop: Stop) -> bool:
    return not stop.first.isdigit() and _after_name(stop)


def _after_name(stop: Stop) -> bool:
    word = stop.word
    return _after_word(stop) if word in WORDS_TOO else stop.begins


def _after_capital(stop: Stop) -> bool:
    """Judge a stop after a single capital: an initial, unless it completes a noun ("vitamin C.")."""
    if stop.begins:
        return True
    return not stop.first.islower() and len(stop.words) > 1 and stop.words[-2].lower() in LETTERED


def _after_number(stop: Stop) -> bool:
    if stop.first.islower():
        return bool(_CAMEL.match(stop.following))
    return not (stop.first.isdigit() and len(stop.word) == 1)


def _after_word(stop: Stop) -> bool:
    """Judge a stop after any other word; after one in full it was meant, even before a small letter."""
    if not stop.first.islower() or _CAMEL.match(stop.following):
        return True
    word = stop.word
    return not stop.closers and len(word) >= _SHORTEST_IN_FULL and bool(_IN_FULL.fullmatch(word))


_BY_WORD: dict[str, Callable[[Stop], bool]] = (
    dict.fromkeys(NAMES, _after_name)
    | dict.fromkeys(NUMBERED, _after_numbered)
    | dict.fromkeys(DATES, _after_date)
    | dict.fromkeys(MEASURES, _after_measure)
    | dict.fromkeys(TIMES, _after_time)
    | dict.fromkeys(TITLES | NEVER_LAST, _never)
)

# After any other plain word of small letters a stop before a capital ends the sentence.
KNOWN = frozenset(_BY_WORD)
