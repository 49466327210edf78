"""Whether a document can be judged at all: English, long enough, and made of words."""

from __future__ import annotations

import re

from service.classifier.document import Document
from service.classifier.results import Reason

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 5


def undetermined(document: Document) -> Reason | None:
    """Say why no verdict can be given, or None when one can."""
    words = [word for sentence in document.sentences for word in _WORD.findall(sentence.prose)]
    if not words:
        return Reason.NO_WORDS
    return Reason.TOO_SHORT if len(words) < _FEWEST_WORDS else None
