"""Whether a document can be judged at all: long enough, made of words, and in English.

English is told by its small words, next to those of other languages that use Latin letters; other
scripts tell themselves. Lists of conditions and clinic fragments have few small words of any kind,
so a text counts as English while nothing speaks for another language.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from service.classifier.function_words import ENGLISH, OTHERS
from service.classifier.results import Reason

if TYPE_CHECKING:
    from service.classifier.document import Document

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


def undetermined(document: Document) -> Reason | None:
    """Say why no verdict can be given, or None when one can."""
    text = "\n".join(sentence.prose for sentence in document.sentences)
    if _is_plainly_english(text):
        return None
    letters = len(_LETTER.findall(text))
    latin = len(_ASCII.findall(text))
    if letters and latin < _LATIN_SHARE * letters:
        return Reason.LANGUAGE
    words = [word for word in _WORD.findall(text) if _CASED.fullmatch(word) and _is_pronounced(word)]
    if not words or _is_code(text, words):
        return Reason.NO_WORDS
    if len(_WORD.findall(text)) < _FEWEST_WORDS:
        return Reason.TOO_SHORT
    marked = sum(len(_MARKED.findall(sentence.text)) for sentence in document.sentences)
    return Reason.LANGUAGE if _is_foreign(words, marked) else None


def _is_plainly_english(text: str) -> bool:
    """Settle most texts at once: nowhere else do the small words of English abound so."""
    words = text.lower().split()
    return len(words) >= _ENOUGH and sum(map(ENGLISH.__contains__, words)) > _PLAIN_SHARE * len(words)


def _is_pronounced(word: str) -> bool:
    return word.isupper() or _PRONOUNCED.fullmatch(word) is not None


def _is_code(text: str, words: list[str]) -> bool:
    """Say whether most of a text is something else than words."""
    visible = len(text) - text.count(" ") - text.count("\n")
    in_words = sum(map(len, words))
    return in_words < _WORDS_SHARE * visible or len(_CODE.findall(text)) > _CODE_SHARE * visible


def _is_foreign(words: list[str], marked: int) -> bool:
    """Say whether what speaks for another language outweighs the small words of English.

    That is its own small words and, as a weaker sign, letters with marks as they were submitted:
    folding took them off, and writers who hide words behind marks keep the small words.
    """
    counts = Counter(word.lower() for word in words)
    english = sum(counts[word] for word in ENGLISH)
    small = max(sum(counts[word] for word in listed) for listed in OTHERS.values())
    foreign = small + marked * _MARK_WEIGHT
    return foreign >= _FEWEST_FOREIGN and foreign > english * _FOREIGN_WEIGHT
