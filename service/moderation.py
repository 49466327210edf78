"""What publishers can ask for. Each use case is a function; nothing here knows gRPC."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from service.classifier.markup import Format
from service.classifier.results import ArticleScore, Reason, Verdict
from service.errors import InvalidArticle, KeyReused, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BODY_CODE_POINTS = 200_000
MAX_BODY_BYTES = 1 << 20
MAX_TITLE_CODE_POINTS = 1_000
MAX_ID_CODE_POINTS = 256
MAX_KEY_CHARACTERS = 128
MAX_LANGUAGE_CHARACTERS = 35

LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
PRINTABLE_ASCII = re.compile(r"[!-~]*")
# "und" is BCP 47's word for an undetermined language; "eng" is what ISO 639-2 calls English.
LANGUAGES_LEFT_TO_THE_TEXT = frozenset({"", "und"})
ENGLISH = frozenset({"en", "eng"})


@dataclass(frozen=True, slots=True)
class Article:
    """A text as a platform submits it, and what the platform says of it; the contract tells the limits."""

    body: str
    title: str = ""
    format: Format = Format.PLAIN
    article_id: str = ""
    language: str = ""
    idempotency_key: str = ""


class Classifier(Protocol):
    """What scores: the compiled model, or the scikit-learn pipeline that it came from."""

    @property
    def version(self) -> str:
        """Name the one model that makes all scores."""

    def score(
        self,
        body: str,
        *,
        title: str = "",
        format: Format = Format.PLAIN,  # noqa: A002 - the house's word for how a body is marked up
        explain: bool = True,
    ) -> ArticleScore:
        """Score a body of any content within the contract's limits."""


def score_article(article: Article, *, classifier: Classifier, answers: Answers) -> ArticleScore:
    """Score one article, or give again the answer that its idempotency key had.

    Raises InvalidArticle with every violation, or KeyReused.
    """
    violations = tuple(_violations(article))
    if violations:
        raise InvalidArticle(violations)
    earlier = answers.recall(article)
    if earlier is not None:
        return earlier
    score = classifier.score(article.body, title=article.title, format=article.format)
    if _is_foreign(article.language):
        score = replace(score, verdict=Verdict.UNDETERMINED, reason=Reason.LANGUAGE, severity=0)
    return answers.keep(article, score)


class Answers:
    """The answers that idempotency keys stand for: the latest ones, in memory, from all threads.

    Holds no article, only a digest of it beside its answer. Forgets after `seconds`, and the oldest first
    when the articles answered have more than `code_points` together.
    """

    def __init__(self, *, seconds: float, code_points: int, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._code_points = code_points
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[str, _Answer] = OrderedDict()
        self._total = 0

    def recall(self, article: Article) -> ArticleScore | None:
        """Give the answer of the article's key, if it has one; KeyReused if that was to another article."""
        if not article.idempotency_key:
            return None
        with self._lock:
            self._forget()
            answer = self._kept.get(article.idempotency_key)
        return answer.again(article) if answer else None

    def keep(self, article: Article, score: ArticleScore) -> ArticleScore:
        """Remember `score` and give it back; or what another thread has kept for the key meanwhile."""
        if not article.idempotency_key:
            return score
        fresh = _Answer(_digest(article), score, len(article.body), self._clock() + self._seconds)
        with self._lock:
            self._forget()
            answer = self._kept.setdefault(article.idempotency_key, fresh)
            if answer is fresh:
                self._total += fresh.code_points
                self._forget()
        return answer.again(article)

    def _forget(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if oldest.until > now and self._total <= self._code_points:
                return
            self._kept.popitem(last=False)
            self._total -= oldest.code_points


@dataclass(frozen=True, slots=True)
class _Answer:
    digest: bytes
    score: ArticleScore
    code_points: int
    until: float

    def again(self, article: Article) -> ArticleScore:
        if self.digest != _digest(article):
            raise KeyReused(
                "this idempotency key was used for another article; a new article needs a new key"
            )
        return self.score


def _digest(article: Article) -> bytes:
    return sha256(repr(astuple(article)).encode("utf-8", "surrogatepass")).digest()


def _is_foreign(language: str) -> bool:
    primary = language.partition("-")[0].lower()
    return primary not in LANGUAGES_LEFT_TO_THE_TEXT | ENGLISH


def _violations(article: Article) -> Iterator[Violation]:
    if not article.body:
        yield Violation("article.body", "is empty; an article needs a body")
    yield from _length("article.body", len(article.body), MAX_BODY_CODE_POINTS, "code points")
    yield from _length("article.body", len(article.body.encode()), MAX_BODY_BYTES, "bytes in UTF-8")
    yield from _length("article.title", len(article.title), MAX_TITLE_CODE_POINTS, "code points")
    yield from _length("article.article_id", len(article.article_id), MAX_ID_CODE_POINTS, "code points")
    yield from _length("article.language", len(article.language), MAX_LANGUAGE_CHARACTERS, "characters")
    yield from _length("idempotency_key", len(article.idempotency_key), MAX_KEY_CHARACTERS, "characters")
    for field, text in (
        ("article.body", article.body),
        ("article.title", article.title),
        ("article.article_id", article.article_id),
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
