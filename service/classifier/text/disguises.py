"""Words that were spelt so that a machine would not know them, as a reader knows them.

Spaced and dotted letters ("c u r e s", "h.e.a.l", "(c)(u)(r)(e)"), drawn-out letters ("curesss"), signs
within a word ("cu-res") and digits for letters ("m1racle"). Each is undone only where it is plainly such a
trick: for digits and signs, where the result is a word that is worth hiding. A number is never touched.
"""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING

from service.classifier.text.edits import Edit
from service.classifier.text.function_words import ENGLISH
from service.classifier.text.skimming import skim
from service.classifier.text.wordlist import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WORTH_HIDING = words(
    """
    absolute absolutely advanced alternative always amazing approved arthritis autism award beat best
    better breakthrough cancer cell cells certain certainly certified chronic clinic clinical clinically
    complete completely cure cured cures curing cutting dementia diabetes disease diseases doctor
    doctors effective effects eliminate eliminates eliminated ending every everyone exclusive exosome
    exosomes fail fails fast feel feels forever free fully good guarantee guaranteed guarantees heal
    healed healing heals health healthy hope immediate immediately incredible instant instantly joint
    joints leading life like loss magic magical medical medicine miracle miracles miraculous natural
    naturally need never only pain painful painless parkinson patient patients perfect permanent
    permanently pill pills powerful prevent prevents price proof proved proven proves quick really
    reduce reduces regain regenerate regenerates regeneration regenerative relief relieve relieves
    remarkable repair repairs restore restored restores results reverse reversed reverses revolution
    revolutionary risk safe safely safest secret shot side skin solution stem stop stops success
    successful superior surgery surgical therapies therapy totally treat treated treatment treatments
    treats truly trust ultimate unique unlimited verified wonder works worldwide young younger zero
    """
)
_DRAWN = re.compile(r"([A-Za-z])\1\1")
_THREE = re.compile(r"([A-Za-z])\1{2,}")
# The sign first, so that it can be sought quickly, then the letter beside it.
_LEET = re.compile(r"[0134578@$!|](?:(?=[A-Za-z])|(?<=[A-Za-z][^!]))")
_PARTING = ".-_*|/+~·•∙⋅,:;=^#"
_AROUND = "'\"[](){}<>"
_BETWEEN = _PARTING.replace("-", r"\-")
_SPELT_SEEDS = (
    re.compile(r" [A-Za-z] [A-Za-z] [A-Za-z](?![A-Za-z0-9'])"),
    re.compile(rf"[{_BETWEEN}][A-Za-z][{_BETWEEN}][A-Za-z](?![A-Za-z0-9'])"),
)
_SPELT = re.compile(rf"[A-Za-z]([ {_BETWEEN}])[A-Za-z](?:\1[A-Za-z](?![A-Za-z0-9'])){{2,}}")
_SERIES = frozenset(" ,;:")
_BOXED = re.compile(r"(?:\([A-Za-z]\)){4,}+|(?:\[[A-Za-z]\]){4,}+|(?:\{[A-Za-z]\}){4,}+")
_BETWEEN_BOXES = (")(", "][", "}{")
_PARTED = re.compile(rf"[{_BETWEEN}'\"\[\](){{}}<>]{{1,2}}(?<=[A-Za-z].)[A-Za-z]")
_SIGNED = re.compile(rf"[A-Za-z{_BETWEEN}'\"\[\](){{}}<>]+")
_SIGNS = re.compile(r"[^A-Za-z]+")
# A plural's or a genitive's ending, and a sentence that begins without a space, are no trick.
_HONEST = re.compile(r"['/(][sS]\)?$|[.,:;][A-Z][a-z]")
_LETTERS = re.compile(r"[A-Za-z]+")
_CODED = re.compile(r"[A-Za-z0134578@$!|]+")
_LOOKS = {  # what a digit or a sign may stand for
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "il",
}
_SIGNS_OF_LOOKS = "".join(_LOOKS)
_EDGES = ".-_*|/+~·•∙⋅,:;=^#'\"[](){}<>"
_KNOWN = _WORTH_HIDING | ENGLISH
_LONGEST_KNOWN = max(map(len, _KNOWN))
_LONGEST = 40
_STRETCH = 1_000
_LONGEST_NAME = 5
_MOST_READINGS = 16
_FEWEST_LETTERS = 4  # one in so many
_NUMERALS = frozenset("ivxlcdmIVXLCDM")
_BASES = frozenset("ACGTUN")


def undisguised(text: str) -> list[Edit]:
    """Find spelling tricks; give the edits that undo them, in order."""
    found = []
    for start, end in _stretches(text):
        stretch = text[start:end]
        for finder in _asked(stretch):
            found += [Edit(edit.start + start, edit.end + start, edit.text) for edit in finder(stretch)]
    found.sort()
    edits: list[Edit] = []
    for edit in found:
        if not edits or edit.start >= edits[-1].end:
            edits.append(edit)
    return edits


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Part a text at line feeds, which no trick crosses: one has but its own stretch looked at closer."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _STRETCH) + 1 if skim else 0
        yield start, end or len(text)
        start = end or len(text)


def _asked(text: str) -> Sequence[Callable[[str], Iterator[Edit]]]:
    """Give the finders that a glance at the text does not tell to find nothing."""
    if skim is None:
        return FINDERS
    told = skim.tricks(text, _WORTH_HIDING, _LONGEST, _PARTING, _AROUND, _SIGNS_OF_LOOKS)
    return [finder for place, finder in enumerate(FINDERS) if told >> place & 1] if told else ()


def _spelt(text: str) -> Iterator[Edit]:
    for seeds in _SPELT_SEEDS:
        yield from _spelt_by(seeds, text)


def _spelt_by(seeds: re.Pattern[str], text: str) -> Iterator[Edit]:
    """Join words that are spelt letter by letter, but no series such as A B C D."""
    done = 0
    for seed in seeds.finditer(text):
        first = seed.start()
        alone = first > 0 and text[first - 1].isalpha() and not text[max(first - 2, 0) : first - 1].isalnum()
        start = first - 1 if alone else first + 1
        word = _SPELT.match(text, start) if start >= done else None
        if word is None:
            continue
        done = word.end()
        letters = text[start:done:2].lower()
        if word[1] in _SERIES and list(letters) == sorted(letters):
            continue
        ends = _ends_of_words(letters) if word[1] == " " else set()
        for place in range(start + 1, done, 2):
            if (place - start + 1) // 2 not in ends:
                yield Edit(place, place + 1, "")


def _ends_of_words(letters: str) -> set[int]:
    """Part letters that were spelt without a gap between words, where known words make up all of them."""
    if len(letters) > _LONGEST:
        return set(range(len(letters)))
    fewest: list[tuple[int, int] | None] = [(0, 0)]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST_KNOWN), end)
        fewest.append(
            min(
                (
                    (before[0] + 1, start)
                    for start in starts
                    if (before := fewest[start]) is not None and letters[start:end] in _KNOWN
                ),
                default=None,
            )
        )
    ends = set()
    last = fewest[-1]
    while last is not None and last[1]:
        ends.add(last[1])
        last = fewest[last[1]]
    return ends


def _boxed(text: str) -> Iterator[Edit]:
    """Take letters out of brackets of their own."""
    if not any(between in text for between in _BETWEEN_BOXES):
        return
    for boxed in _BOXED.finditer(text):
        for place in range(boxed.start(), boxed.end(), 3):
            yield Edit(place, place + 1, "")
            yield Edit(place + 2, place + 3, "")


def _parted(text: str) -> Iterator[Edit]:
    """Take signs out of a word, where a word worth hiding comes out."""
    for start, word in _words_around(_PARTED, _SIGNED, text):
        bare = word.strip(_EDGES)
        if _SIGNS.sub("", bare).lower() not in _WORTH_HIDING or _HONEST.search(bare):
            continue
        first = start + word.index(bare)
        for signs in _SIGNS.finditer(bare):
            yield Edit(first + signs.start(), first + signs.end(), "")


def _drawn(text: str) -> Iterator[Edit]:
    """Shorten letters that are drawn out, but no numerals (VIII), bases (AAAA) or names (IEEE)."""
    for start, word in _words_around(_DRAWN, _LETTERS, text):
        letters = set(word)
        if (
            letters <= _NUMERALS
            or letters <= _BASES
            or len(letters) == 1
            or (word.isupper() and len(word) <= _LONGEST_NAME)
        ):
            continue
        single = _THREE.sub(r"\1", word)
        double = _THREE.sub(r"\1\1", word)
        ending = word[-3:] == word[-1] * 3 and double.lower() not in _WORTH_HIDING
        plain = single if ending or single.lower() in _WORTH_HIDING else double
        yield Edit(start, start + len(word), plain)


def _coded(text: str) -> Iterator[Edit]:
    """Read digits and signs as the letters they look like, where a word worth hiding comes out."""
    for start, word in _words_around(_LEET, _CODED, text):
        # A sign at the end may stand for a letter ("cure$") or for itself ("safe!").
        for bare in dict.fromkeys((word.rstrip("!|"), word.rstrip("!|$"))):
            plain = _decoded(bare.lower())
            if plain:
                yield Edit(start, start + len(bare), plain)
                break


def _decoded(word: str) -> str | None:
    """Give the word worth hiding that looks like this one, if enough of its letters are letters."""
    if word.isalpha() or sum(map(str.isalpha, word)) * _FEWEST_LETTERS < len(word):
        return None
    places = [_LOOKS.get(letter, letter) for letter in word]
    readings = map("".join, islice(product(*places), _MOST_READINGS))
    return next((reading for reading in readings if reading in _WORTH_HIDING), None)


def _words_around(seed: re.Pattern[str], letters: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """Find each word, of these letters, in which a seed stands; very long ones are left out."""
    done = 0
    for found in seed.finditer(text):
        if found.start() < done:
            continue
        start = found.start()
        while start > max(done, found.start() - _LONGEST) and letters.match(text, start - 1, start):
            start -= 1
        word = letters.match(text, start)
        done = word.end() if word else found.end()
        if done - start <= _LONGEST:
            yield start, text[start:done]


FINDERS = (_drawn, _coded, _boxed, _parted, _spelt)
