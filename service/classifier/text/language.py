"""Whether a document can be judged at all: long enough, made of words, and in English.

English is told by its small words, next to those of other languages that use Latin letters; other
scripts tell themselves. Lists of conditions and clinic fragments have few small words of any kind,
so a text counts as English while nothing speaks for another language.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from service.classifier.results import Reason
from service.classifier.text.function_words import ENGLISH, OTHERS
from service.classifier.text.letter_pairs import unusual
from service.classifier.text.skimming import skim

if TYPE_CHECKING:
    from service.classifier.text.document import Bare, Document

_FEWEST_WORDS = 5
_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_ASCII = re.compile(r"[A-Za-z]")
# What a word of English can look like: a vowel, no long pile of consonants, capitals first or throughout.
_PRONOUNCED = re.compile(
    r"(?![a-z'-]*[bcdfghjklmnpqrstvwxz]{6})(?=[a-z'-]*[aeiouy])[a-z][a-z'-]{0,23}", re.IGNORECASE
)
_CASED = re.compile(r"[A-Z]?[a-z'-]+|[A-Z][A-Z'-]*s?|(?:[A-Z][a-z]+-?){2,3}")
_CODE = re.compile(r"[{};=<>_\\&#@`~^]|\|\||\"\s?:|\w[(\[]|[)\]]\.?\w")
_ENOUGH = 40
_PLAIN_SHARE = 0.25
_WORDS_SHARE = 0.33
_CODE_SHARE = 0.06
_LATIN_SHARE = 0.5
_FOREIGN_WEIGHT = 1.2
_FEWEST_FOREIGN = 2
_MARK_WEIGHT = 0.4
_MARKED = re.compile(r"[A-Za-z]*[\u00c0-\u024f][A-Za-z]*")
_MARK = re.compile(r"[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MOST_MARKS = 0.4
# Letters that are shown in another order than they stand in: what is read is not what a machine reads.
_OVERRIDDEN = re.compile("\u202e|&#(?:0{0,9}8238|[xX]0{0,9}202[eE]);?|<bdo\\b|bidi-override", re.IGNORECASE)
# Quickly sought, in small letters: without any of them nothing is overridden.
_OVERRIDING = ("\u202e", "&#", "<bdo", "-overr")
_ALONE = re.compile(r"(?<![A-Za-z0-9'])[B-HJ-Zb-hj-z](?![A-Za-z0-9'])")
_FEWEST_ALONE = 12
_CODED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]+[0-9]|[0-9]+[A-Za-z])[A-Za-z0-9]*+")
_JOINED = re.compile(r"[A-Za-z](?:\+|%20|_)(?=[A-Za-z])")
_JOINED_SHARE = 0.25
_FEWEST_TO_SPELL = 25
_SMALL_SHARE = 0.1
_UNUSUAL_SHARE = 0.1
_SMALL = skim.Words(ENGLISH) if skim else None


def undetermined(document: Document | Bare) -> Reason | None:
    """Say why no verdict can be given, or None when one can."""
    text = "\n".join(document.prose)
    if _is_overridden(document.body):
        return Reason.NO_WORDS
    return None if _is_plainly_english(text) else _reason(document, text)


def _reason(document: Document | Bare, text: str) -> Reason | None:
    """Look closer at a text in which the small words of English do not abound."""
    letters = len(_LETTER.findall(text))
    latin = len(_ASCII.findall(text))
    if letters and latin < _LATIN_SHARE * letters:
        return Reason.LANGUAGE
    every = _WORD.findall(text)
    cased = [word for word in every if _CASED.fullmatch(word)]
    words = [word for word in cased if _is_pronounced(word)]
    if not words or _is_code(text, words) or _is_in_pieces(text, every):
        return Reason.NO_WORDS
    if len(every) < _FEWEST_WORDS:
        return Reason.TOO_SHORT
    if _is_foreign(words, _marked(document)) or _is_scrambled(cased):
        return Reason.LANGUAGE
    return None


def _is_overridden(body: str) -> bool:
    lowered = body.lower()
    return any(each in lowered for each in _OVERRIDING) and _OVERRIDDEN.search(body) is not None


def _is_plainly_english(text: str) -> bool:
    """Settle most texts at once: nowhere else do the small words of English abound so."""
    number, small = _SMALL.count(text) if _SMALL else _counted(text)
    return number >= _ENOUGH and small > _PLAIN_SHARE * number


def _counted(text: str) -> tuple[int, int]:
    """Give how many words there are, and how many of them are small words of English."""
    words = text.lower().split()
    return len(words), sum(map(ENGLISH.__contains__, words))


def _is_pronounced(word: str) -> bool:
    return word.isupper() or _PRONOUNCED.fullmatch(word) is not None


def _is_code(text: str, words: list[str]) -> bool:
    """Say whether most of a text is something else than words."""
    visible = len(text) - text.count(" ") - text.count("\n")
    in_words = sum(map(len, words))
    return in_words < _WORDS_SHARE * visible or len(_CODE.findall(text)) > _CODE_SHARE * visible


def _marked(document: Document | Bare) -> int:
    """Count the words with marks as submitted, unless more letters have one than in any language."""
    texts = document.texts
    marks = sum(len(_MARK.findall(text)) for text in texts)
    if marks > _MOST_MARKS * sum(len(_ASCII.findall(text)) + len(_MARK.findall(text)) for text in texts):
        return 0
    return sum(len(_MARKED.findall(text)) for text in texts)


def _is_foreign(words: list[str], marked: int) -> bool:
    """Say whether what speaks for another language outweighs the small words of English.

    That is its own small words and, as a weaker sign, letters with marks as they were submitted:
    folding took them off, and writers who hide words behind marks keep the small words.
    """
    counts = Counter(word.lower() for word in words)
    english = _often(counts, ENGLISH)
    small = max(_often(counts, listed) for listed in OTHERS.values())
    foreign = small + marked * _MARK_WEIGHT
    return foreign >= _FEWEST_FOREIGN and foreign > english * _FOREIGN_WEIGHT


def _often(counts: Counter[str], listed: frozenset[str]) -> int:
    """Give how often words come that are listed; there are fewer of them than of those on a list."""
    return sum(number for word, number in counts.items() if word in listed)


def _is_in_pieces(text: str, words: list[str]) -> bool:
    """Say whether most words are spelt letter by letter, or many hold digits or are tied together."""
    alone = len(_ALONE.findall(text))
    coded = len(_CODED.findall(text))
    return (
        (alone >= _FEWEST_ALONE and alone * 2 > len(words))
        or (coded >= _FEWEST_ALONE and coded * 3 > len(text.split()))
        or len(_JOINED.findall(text)) > _JOINED_SHARE * max(len(words), _FEWEST_TO_SPELL)
    )


def _is_scrambled(words: list[str]) -> bool:
    """Say whether letters follow one another as they never do in English, and its small words are missing."""
    spelt = [word for word in words if not word.isupper()]
    if len(spelt) < _FEWEST_TO_SPELL:
        return False
    small = sum(word.lower() in ENGLISH for word in spelt)
    return small < _SMALL_SHARE * len(spelt) and unusual(spelt) > _UNUSUAL_SHARE
