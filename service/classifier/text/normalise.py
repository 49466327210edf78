"""Unicode folded for scoring, with a map back.

Each code point is folded on its own, from a table that fills itself: `unicodedata.normalize` on a
whole text is quadratic on long runs of combining marks, on one code point it is not. What a reader
takes for a plain letter becomes that letter: compatibility forms, letters with marks, look-alikes
of other scripts. What nobody sees goes: zero-width and bidi controls, tags, variation selectors,
piles of marks, of whatever script, on a Latin letter. A pictograph parts words as a space does.

Digits never change in value or place, for a dose must not: a full-width 5 becomes 5, but what would
turn into digits otherwise (10⁶, ½, ①, ㎡) stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from service.classifier.text.disguises import undisguised
from service.classifier.text.edits import Edit, Folded
from service.classifier.text.lookalikes import ANYWHERE, IN_MIXED_WORDS, SCIENCE
from service.classifier.text.offsets import Offsets
from service.classifier.text.prose import SEPARATORS
from service.classifier.text.skimming import skim

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Folded", "fold"]

_ODD = re.compile(r"[^\n -~]")
_SPACES = re.compile(r"[ \n]{2,}")
_LOOKALIKE = re.compile(f"[{''.join(IN_MIXED_WORDS | SCIENCE)}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_LONGEST_FORM = 4
_LATIN_SHARE = 0.7
_SCIENCE_LATIN = 3
# Marks that are set on letters of other scripts (vowel points, say) are letters to their readers.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Of those that Windows-1252 has in the place of a continuation byte, the ones that can follow.
_MISREAD = re.compile(
    "\u00e2[\u0080\u20ac][\u0080-\u00bf\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_PICTOGRAPHS = re.compile(
    "[\u2600-\u260f\u2614-\u263b\u2660-\u2667\u26a0\u26a1\u2728\u2763-\u2767\u2b50\u2b55"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
)
# Variation selectors, and what Unicode reserves for characters that are not to be seen, or for none at all.
_UNSEEN = re.compile(
    "[\u180b-\u180f\ufdd0-\ufdef\ufe00-\ufe0f\ufff0-\ufff8\ufffe\uffff\U000e0000-\U000e0fff]"
)


def fold(text: str) -> Folded:
    """Fold a text for scoring; any text whatever is folded, in linear time."""
    folded = Folded(text, Offsets.identity(len(text)))
    if not (text.isascii() and text.replace("\n", " ").isprintable()):
        folded = folded.then([*_misread(folded.text)])
        folded = folded.then([*_characters(folded.text)])
    if not folded.text.isascii():
        folded = folded.then([*_lookalikes(folded.text)])
    if folded.text is not text:
        folded = folded.then([*_doubled_spaces(folded.text)])
    return folded.then(undisguised(folded.text))


def _misread(text: str) -> Iterator[Edit]:
    """Read punctuation whose three bytes of UTF-8 were taken for three characters, as in "itâ€™s"."""
    for misread in _MISREAD.finditer(text):
        last = misread[0][2]
        byte = last.encode("latin-1") if last <= "\xff" else last.encode("cp1252")
        yield Edit(misread.start(), misread.end(), (b"\xe2\x80" + byte).decode())


def _characters(text: str) -> Iterator[Edit]:
    marked = -1
    for odd in _ODD.finditer(text):
        place, character = odd.start(), odd[0]
        plain = _plain(character)
        on_latin = place == marked or _LATIN.match(text, place - 1, place) is not None
        if on_latin and plain == character and unicodedata.category(character) in ("Mn", "Me"):
            plain = ""
        if _LATIN.match(plain) or (on_latin and not plain):
            marked = place + 1
        if plain != character:
            yield Edit(place, place + 1, plain)


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """Fold one code point, seen on its own."""
    if character in ANYWHERE:
        return ANYWHERE[character]
    if (character.isspace() and character not in SEPARATORS) or _PICTOGRAPHS.match(character):
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs") or _MARKS.match(character) or _UNSEEN.match(character):
        return ""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", character))
    if bare.isascii() and (bare.isalpha() or category == "Nd"):
        return bare
    form = unicodedata.normalize("NFKC", character)
    if len(form) > _LONGEST_FORM or any(each.isspace() or each.isnumeric() for each in form):
        return character
    return "".join(ANYWHERE.get(each, each) for each in form)


def _doubled_spaces(text: str) -> Iterator[Edit]:
    """Find space that came together when what stood between went."""
    if skim and not skim.has_gap(text):
        return
    for gap in _SPACES.finditer(text):
        yield Edit(gap.start(), gap.end(), "\n" if "\n" in gap[0] else " ")


def _lookalikes(text: str) -> Iterator[Edit]:
    """Fold words that are partly Latin; in a Latin text also words that look Latin throughout."""
    done = 0
    latin: bool | None = None
    for found in _LOOKALIKE.finditer(text):
        if found.start() < done:
            continue
        start = found.start()
        while start > done and text[start - 1].isalpha():
            start -= 1
        word = _WORD.match(text, start)
        done = word.end() if word else found.end()
        letters = text[start:done]
        mixed = _LATIN.search(letters) is not None
        if not mixed and latin is None:
            latin = _is_latin(text)
        if mixed or (latin and all(letter in IN_MIXED_WORDS for letter in letters)):
            yield Edit(start, done, _latin(letters))


def _is_latin(text: str) -> bool:
    """Say whether most of a text stands in words that are Latin, be it in part: look-alikes may be many."""
    plain = text.encode("ascii", "ignore")
    letters = len(plain.translate(None, delete=_NO_LETTERS))
    if letters > _LATIN_SHARE * (letters + len(text) - len(plain)):
        return True  # whatever the rest is
    words = _WORD.findall(text)
    latin = sum(len(word) for word in words if word.isascii() or _LATIN.search(word))
    return latin > _LATIN_SHARE * sum(map(len, words))


def _latin(word: str) -> str:
    science = len(re.findall("[a-z]", word)) >= _SCIENCE_LATIN
    last = len(word) - 1
    return "".join(
        IN_MIXED_WORDS.get(letter) or (SCIENCE.get(letter, letter) if science or 0 < place < last else letter)
        for place, letter in enumerate(word)
    )
