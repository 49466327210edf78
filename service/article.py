"""What a platform submits: an article, and the contract's limits on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from service.classifier.text.markup import Format
from service.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BODY_CODE_POINTS = 200_000
MAX_BODY_BYTES = 1 << 20
# Unless the operator has set another limit. Headings, list items and cells of tables count.
MAX_SENTENCES = 10_000
MAX_TITLE_CODE_POINTS = 1_000
MAX_ID_CODE_POINTS = 256
MAX_KEY_CHARACTERS = 128
MAX_LANGUAGE_CHARACTERS = 35

LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
PRINTABLE_ASCII = re.compile(r"[!-~]*")


class Keep(StrEnum):
    """What becomes of an article once it is scored: see the contract's Keep."""

    NOTHING = "nothing"
    STORED = "stored"
    FOR_REVIEW = "for_review"


@dataclass(frozen=True, slots=True)
class Article:
    """A text as a platform submits it, and what the platform says of it; the contract tells the limits.

    `explain`: whether it is to be answered with reasons and advice, which cost many times what scores do.
    """

    body: str
    title: str = ""
    format: Format = Format.PLAIN
    article_id: str = ""
    language: str = ""
    idempotency_key: str = ""
    publisher: str = ""
    explain: bool = True


def violations(article: Article) -> Iterator[Violation]:
    """Tell every limit that the article breaks; fields are named as in a ScoreArticleRequest."""
    if not article.body:
        yield Violation("article.body", "is empty; an article needs a body")
    yield from _length("article.body", len(article.body), MAX_BODY_CODE_POINTS, "code points")
    yield from _length("article.body", len(article.body.encode()), MAX_BODY_BYTES, "bytes in UTF-8")
    yield from _length("article.title", len(article.title), MAX_TITLE_CODE_POINTS, "code points")
    yield from _length("article.article_id", len(article.article_id), MAX_ID_CODE_POINTS, "code points")
    yield from _length("article.publisher", len(article.publisher), MAX_ID_CODE_POINTS, "code points")
    yield from _length("article.language", len(article.language), MAX_LANGUAGE_CHARACTERS, "characters")
    yield from _length("idempotency_key", len(article.idempotency_key), MAX_KEY_CHARACTERS, "characters")
    for field, text in (
        ("article.body", article.body),
        ("article.title", article.title),
        ("article.article_id", article.article_id),
        ("article.publisher", article.publisher),
    ):
        if "\0" in text:
            yield Violation(field, f"has U+0000 at code point {text.index(chr(0)):,}, which is no text")
    if article.language and not LANGUAGE_TAG.fullmatch(article.language):
        yield Violation("article.language", 'is no BCP 47 tag, such as "en-GB"')
    if not PRINTABLE_ASCII.fullmatch(article.idempotency_key):
        yield Violation("idempotency_key", "has characters other than printable ASCII without spaces")


def _length(field: str, length: int, limit: int, unit: str) -> Iterator[Violation]:
    if length > limit:
        yield Violation(field, f"has {length:,} {unit}, of which {limit:,} are allowed", limit)
