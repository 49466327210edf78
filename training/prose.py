"""A labelled sentence as the service would score it."""

from __future__ import annotations

from functools import lru_cache

from service.classifier.text.document import read
from service.classifier.text.markup import Format
from service.classifier.text.normalise import fold


@lru_cache(maxsize=200_000)
def prose_of(text: str) -> str:
    """Give what is scored of a text: folded, without bullets; as it is where nothing would be scored."""
    scored = " ".join(sentence.prose for sentence in read(text, Format.PLAIN).sentences)
    return scored or fold(text).text.strip()
