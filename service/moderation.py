"""What publishers can ask for. Each use case is a function; nothing here knows gRPC."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from service.article import MAX_SENTENCES, Article, Keep, violations
from service.classifier.results import ArticleScore, Reason, Verdict
from service.classifier.text.markup import Format
from service.errors import InvalidArticle, KeyReused
from service.policy import assess
from service.review import keeping
from service.review.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.policy import Assessment, Points
    from service.review.policies import Revision

# "und" is BCP 47's word for an undetermined language; "eng" is what ISO 639-2 calls English.
LANGUAGES_LEFT_TO_THE_TEXT = frozenset({"", "und"})
ENGLISH = frozenset({"en", "eng"})


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
        max_sentences: int | None = None,
    ) -> ArticleScore:
        """Score a body of any content within the contract's limits; InvalidArticle for too many sentences."""

    def self_test(self) -> None:
        """Raise SelfTestFailed unless the model gives the scores that its artifact promises."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a policy makes of a score; `item` is the article's id at the review desk, if it is there."""

    assessment: Assessment
    revision: int
    item: str = ""


def score_article(
    article: Article,
    *,
    classifier: Classifier,
    answers: Answers,
    tenant: str = "",
    max_sentences: int = MAX_SENTENCES,
) -> ArticleScore:
    """Score one article, or give again the answer that its idempotency key had with this tenant.

    Raises InvalidArticle with every violation, or KeyReused.
    """
    broken = tuple(violations(article))
    if broken:
        raise InvalidArticle(broken)
    earlier = answers.recall(article, tenant)
    if earlier is not None:
        return earlier
    score = score_afresh(article, classifier, max_sentences=max_sentences)
    return answers.keep(article, score, tenant)


def score_afresh(
    article: Article, classifier: Classifier, *, max_sentences: int | None = None
) -> ArticleScore:
    """Score an article that breaks no promise of the contract, whatever was answered before."""
    score = classifier.score(
        article.body,
        title=article.title,
        format=article.format,
        explain=article.explain,
        max_sentences=max_sentences,
    )
    if _is_foreign(article.language):
        score = replace(score, verdict=Verdict.UNDETERMINED, reason=Reason.LANGUAGE, severity=0)
    return score


def judge_score(score: ArticleScore, *, revision: Revision, points: Points) -> Judged:
    """Say what a policy makes of a score."""
    return Judged(_assessment(score, revision, points), revision.number)


def keep_article(
    session: Session,
    article: Article,
    score: ArticleScore,
    *,
    tenant: str,
    keep: Keep,
    points: Points,
    now: datetime,
) -> Judged:
    """Store an article with its score, put it before moderators where that is asked for and advised."""
    revision = policy_in_force(session, tenant)
    assessment = _assessment(score, revision, points)
    stored, row = keeping.keep_article(session, article, score, tenant=tenant, now=now)
    item = None
    if keep is Keep.FOR_REVIEW:
        item = keeping.review_article(session, stored, row, assessment=assessment, revision=revision, now=now)
    return Judged(assessment, revision.number, item.id if item else "")


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
        self._kept: OrderedDict[tuple[str, str], _Answer] = OrderedDict()
        self._total = 0

    def recall(self, article: Article, tenant: str) -> ArticleScore | None:
        """Give the answer of the tenant's key, if it has one; KeyReused if that was to another article."""
        if not article.idempotency_key:
            return None
        with self._lock:
            self._forget()
            answer = self._kept.get((tenant, article.idempotency_key))
        return answer.again(article) if answer else None

    def keep(self, article: Article, score: ArticleScore, tenant: str) -> ArticleScore:
        """Remember `score` and give it back; or what another thread has kept for the key meanwhile."""
        if not article.idempotency_key:
            return score
        fresh = _Answer(_digest(article), score, len(article.body), self._clock() + self._seconds)
        with self._lock:
            self._forget()
            answer = self._kept.setdefault((tenant, article.idempotency_key), fresh)
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


def _assessment(score: ArticleScore, revision: Revision, points: Points) -> Assessment:
    return assess(
        verdict=score.verdict,
        overstated=score.scores.overstated,
        sentences=score.sentences,
        policy=revision.policy,
        points=points.get(score.model, {}),
    )


def _is_foreign(language: str) -> bool:
    primary = language.partition("-")[0].lower()
    return primary not in LANGUAGES_LEFT_TO_THE_TEXT | ENGLISH
