"""Tricks that a reader does not notice: each makes a hostile text of a clean one, which must be scored alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from service.classifier.text.markup import Format
from tests.hostile.articles import as_html, as_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LETTER = re.compile(r"[A-Za-z]")
WORD = re.compile(r"[A-Za-z]{4,}")


class Sort(StrEnum):
    """What a trick plays with."""

    INVISIBLE = "invisible"
    COMPATIBILITY = "compatibility"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Trick:
    """A trick by its name; `make` takes a clean text of paragraphs, the result is of `format`."""

    name: str
    sort: Sort
    make: Callable[[str], str]
    format: Format = Format.PLAIN


def after_letters(*marks: str) -> Callable[[str], str]:
    """Set marks after every letter, each in turn."""

    def make(text: str) -> str:
        return "".join(
            letter + marks[place % len(marks)] if LETTER.match(letter) else letter
            for place, letter in enumerate(text)
        )

    return make


def swap(table: Mapping[str, str]) -> Callable[[str], str]:
    """Put other code points in place of letters."""
    return lambda text: text.translate({ord(each): other for each, other in table.items()})


def alphabet(
    small: int, capital: int, gaps: Mapping[str, str] | None = None, *, digits: int = 0
) -> dict[str, str]:
    """Give a table of an alphabet that begins at these code points."""
    table = {chr(0x61 + place): chr(small + place) for place in range(26)}
    table |= {chr(0x41 + place): chr(capital + place) for place in range(26)}
    if digits:
        table |= {chr(0x30 + place): chr(digits + place) for place in range(10)}
    return table | dict(gaps or {})


def in_words(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change each word of four letters or more."""
    return lambda text: WORD.sub(lambda word: change(word[0]), text)


def _html(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change the words of HTML, and neither its tags nor its entities."""
    piece = re.compile(r"<[^>]*>|&\w+;|[A-Za-z]{4,}")

    def make(text: str) -> str:
        return piece.sub(lambda found: found[0] if found[0][0] in "<&" else change(found[0]), as_html(text))

    return make


def _ligatures(text: str) -> str:
    for letters, ligature in (
        ("ffi", "\ufb03"),
        ("ffl", "\ufb04"),
        ("ff", "\ufb00"),
        ("fi", "\ufb01"),
        ("fl", "\ufb02"),
    ):
        text = text.replace(letters, ligature)
    return text


def _halves(word: str, between: str) -> str:
    return f"{word[: len(word) // 2]}{between}{word[len(word) // 2 :]}"


_I, _C, _M = Sort.INVISIBLE, Sort.COMPATIBILITY, Sort.MARKUP
_ITALIC_GAP = {"h": "\u210e"}
_SPACES = ("\u00a0", "\u2003", "\u2009", "\u3000", "\u202f", "\u205f")

TRICKS: Final = (
    Trick("zero-width spaces", _I, after_letters("\u200b")),
    Trick("zero-width joiners and non-joiners", _I, after_letters("\u200c", "\u200d")),
    Trick("word joiners", _I, after_letters("\u2060")),
    Trick("byte order marks", _I, after_letters("\ufeff")),
    Trick("soft hyphens", _I, after_letters("\u00ad")),
    Trick("grapheme joiners", _I, after_letters("\u034f")),
    Trick("variation selectors", _I, after_letters("\ufe0f", "\U000e0100", "\u180b")),
    Trick("tag characters", _I, after_letters("\U000e0061", "\U000e007f")),
    Trick("invisible operators", _I, after_letters("\u2061", "\u2062", "\u2063", "\u2064")),
    Trick("fillers of Hangul and vowels of Khmer", _I, after_letters("\u3164", "\u115f", "\uffa0", "\u17b4")),
    Trick("controls of other scripts", _I, after_letters("\u180e", "\U00013430", "\U0001d173", "\U0001bca0")),
    Trick("left-to-right and right-to-left marks", _I, after_letters("\u200e", "\u200f", "\u061c")),
    Trick("bidi isolates around words", _I, in_words("\u2066{}\u2069".format)),
    Trick("C0 and C1 controls", _I, after_letters("\x01", "\x08", "\x7f", "\x90")),
    Trick("full-width forms", _C, swap(alphabet(0xFF41, 0xFF21, digits=0xFF10))),
    Trick("mathematical bold", _C, swap(alphabet(0x1D41A, 0x1D400, digits=0x1D7CE))),
    Trick("mathematical italic", _C, swap(alphabet(0x1D44E, 0x1D434, _ITALIC_GAP))),
    Trick("mathematical monospace", _C, swap(alphabet(0x1D68A, 0x1D670, digits=0x1D7F6))),
    Trick("circled letters", _C, swap(alphabet(0x24D0, 0x24B6))),
    Trick("ligatures", _C, _ligatures),
    Trick(
        "Cyrillic and Greek look-alikes within words",
        _C,
        in_words(swap(dict(zip("aeopcxyiu", "аеорсхуіυ", strict=True)))),
    ),
    Trick(
        "letters with marks",
        _C,
        lambda text: unicodedata.normalize("NFC", after_letters("\u0301", "\u0308")(text)),
    ),
    Trick("letters struck through", _C, after_letters("\u0336\u0332")),
    Trick("spaces of every width", _C, lambda text: re.sub(" ", lambda gap: _SPACES[gap.start() % 6], text)),
    Trick(
        "bold within words", _M, _html(lambda word: f"{word[0]}<b>{word[1:-1]}</b>{word[-1]}"), Format.HTML
    ),
    Trick(
        "a tag around each letter",
        _M,
        _html(lambda word: "".join(f"<i>{each}</i>" for each in word)),
        Format.HTML,
    ),
    Trick("comments within words", _M, _html(lambda word: _halves(word, "<!-- > -->")), Format.HTML),
    Trick(
        "hidden text within words",
        _M,
        _html(lambda word: _halves(word, "<span style='display:none'>may</span>")),
        Format.HTML,
    ),
    Trick(
        "entities for letters",
        _M,
        _html(lambda word: "".join(f"&#{ord(each)};" for each in word)),
        Format.HTML,
    ),
    Trick(
        "emphasis within words of Markdown",
        _M,
        lambda text: WORD.sub(
            lambda word: f"{word[0][0]}**{word[0][1:-1]}**{word[0][-1]}", as_markdown(text)
        ),
        Format.MARKDOWN,
    ),
)
