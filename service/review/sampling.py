"""Choose what people should label next, never without a share that chance chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from service.errors import InvalidRequest, Violation
from service.review.objections import queue_again
from service.store.ledger import record
from service.store.tables import ArticleText, Item, Sampling, StoredArticle, StoredScore
from service.store.words import Deed, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from sqlalchemy.orm import Session

    from service.policy import Points

MAX_SIZE = 1_000
DEFAULT_SHARE = 0.2
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Sampled:
    """An article that was chosen; `chance` is that of the random arm, 0 for the others."""

    item: Item
    article_id: str
    arm: str
    chance: float


def sample(
    session: Session,
    *,
    tenant: str,
    size: int,
    share: float,
    models: tuple[str, str],
    points: Points,
    rng: Random,
    now: datetime,
) -> list[Sampled]:
    """Choose stored articles that were never before a moderator, and queue them.

    The random arm chooses first and from all of them, so that what people find there is true of all; the
    others take from what is left.
    """
    share = share or DEFAULT_SHARE
    _check(size, share, models)
    candidates = _candidates(session, tenant)
    by_chance = min(len(candidates), max(1, round(size * share)))
    chosen: dict[str, tuple[str, float]] = {
        article: ("random", by_chance / len(candidates)) for article in rng.sample(candidates, by_chance)
    }
    arms = {"uncertainty": _least_certain(session, tenant)}
    if models[0]:
        arms["disagreement"] = _most_disputed(session, tenant, models)
    rest = min(size, len(candidates)) - by_chance
    left = set(candidates) - chosen.keys()
    for place, (arm, ranked) in enumerate(arms.items()):
        quota = (rest + place) // len(arms)
        for article in ranked:
            if quota and article in left:
                left.discard(article)
                chosen[article] = (arm, 0.0)
                quota -= 1
    sampled = list(_queued(session, chosen, points=points, now=now))
    record(session, Deed.ITEMS_SAMPLED, now=now, tenant=tenant, sampled=len(sampled))
    return sampled


def _check(size: int, share: float, models: tuple[str, str]) -> None:
    broken = []
    if not 1 <= size <= MAX_SIZE:
        broken.append(Violation("size", f"must be 1 to {MAX_SIZE:,}", MAX_SIZE))
    if not LEAST_SHARE <= share <= 1:
        broken.append(Violation("random_share", f"must be {LEAST_SHARE} to 1"))
    if bool(models[0]) != bool(models[1]):
        broken.append(Violation("second_model", "must be set together with first_model"))
    if broken:
        raise InvalidRequest(tuple(broken))


def _candidates(session: Session, tenant: str) -> list[str]:
    seen = exists().where(Item.article == StoredArticle.id)
    return list(
        session.scalars(
            select(StoredArticle.id)
            .join(ArticleText, ArticleText.article == StoredArticle.id)
            .where(StoredArticle.tenant == tenant, ~seen)
            .order_by(StoredArticle.id)
        )
    )


def _least_certain(session: Session, tenant: str) -> list[str]:
    query = (
        select(StoredScore.article)
        .where(StoredScore.tenant == tenant)
        .order_by(func.abs(StoredScore.overstated - 0.5), StoredScore.id)
    )
    return list(session.scalars(query))


def _most_disputed(session: Session, tenant: str, models: tuple[str, str]) -> list[str]:
    first, second = aliased(StoredScore), aliased(StoredScore)
    query = (
        select(first.article)
        .join(second, second.article == first.article)
        .where(first.tenant == tenant, first.model == models[0], second.model == models[1])
        .order_by(func.abs(first.overstated - second.overstated).desc(), first.id)
    )
    return list(session.scalars(query))


def _queued(
    session: Session, chosen: dict[str, tuple[str, float]], *, points: Points, now: datetime
) -> Iterator[Sampled]:
    for key, (arm, chance) in chosen.items():
        article = session.get_one(StoredArticle, key)
        item = queue_again(session, article, origin=Origin.AUDIT, cause="sample", points=points, now=now)
        if item is not None:
            session.add(Sampling(item=item.id, arm=arm, chance=chance, at=now))
            yield Sampled(item, article.article_id, arm, chance)
