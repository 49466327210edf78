"""Figures over time: how often the model is overturned, what comes in, what waits, how scores drift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Integer, case, exists, func, or_, select

from service.review.agreement import article_agreement, blind_reviews
from service.store.tables import Closing, Item, Queued, StoredScore, Undoing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from sqlalchemy.orm import Session

    from service.classifier.results import Category

WEEK = timedelta(days=7)
BINS = 10
FEWEST_SCORES = 50
MOST_SCORES = 200_000


@dataclass(frozen=True, slots=True)
class OverturnRate:
    """How often closed items overturned a model, where their strongest finding was of this category."""

    model: str
    category: Category | None
    decided: int
    overturned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days from a Monday; what cannot be told is None."""

    start: datetime
    inflow: int
    closed: int
    backlog: int
    median_age: timedelta
    median_wait: timedelta
    overturn_rate: float | None
    alpha: float | None
    psi: float | None
    scores: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The weeks, oldest first, and what waits now."""

    weeks: tuple[Week, ...]
    open: int
    overdue: int
    oldest: datetime | None


def overturn_rates(session: Session, *, tenant: str, since: datetime) -> list[OverturnRate]:
    """Count closings since a time, by model and category; those taken back do not count."""
    undone = exists().where(Undoing.decision == Closing.decision)
    query = (
        select(
            StoredScore.model, Item.category, func.count(), func.sum(case((Closing.overturned, 1), else_=0))
        )
        .select_from(Closing)
        .join(Item, Item.id == Closing.item)
        .join(StoredScore, StoredScore.id == Item.score)
        .where(Closing.tenant == tenant, Closing.at >= since, ~undone)
        .group_by(StoredScore.model, Item.category)
        .order_by(StoredScore.model, Item.category)
    )
    return [OverturnRate(*row) for row in session.execute(query)]


def dashboard(session: Session, *, tenant: str, weeks: int, now: datetime) -> Dashboard:
    """Tell the last weeks, the one that is not over included."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    starts = [monday - WEEK * back for back in reversed(range(weeks))]
    waiting = select(
        func.count(), func.coalesce(func.sum((Queued.due < now).cast(Integer)), 0), func.min(Queued.created)
    ).where(Queued.tenant == tenant, Queued.waiting.is_(True))
    number, overdue, oldest = session.execute(waiting).one()
    return Dashboard(tuple(_weeks(session, tenant, starts, now)), number, int(overdue), oldest)


def population_stability(reference: npt.NDArray[np.float64], sample: npt.NDArray[np.float64]) -> float:
    """Give the population stability index of two sets of probabilities, over ten equal bins."""
    edges = np.linspace(0, 1, BINS + 1)
    shares = []
    for scores in (reference, sample):
        counts = np.histogram(scores, edges)[0] + 0.5  # so that an empty bin is rare, not infinite
        shares.append(counts / counts.sum())
    expected, found = shares
    return float(np.sum((found - expected) * np.log(found / expected)))


def _weeks(session: Session, tenant: str, starts: Sequence[datetime], now: datetime) -> Iterator[Week]:
    first = starts[0]
    lives = session.execute(
        select(Queued.created, Queued.closed).where(
            Queued.tenant == tenant, or_(Queued.closed.is_(None), Queued.closed >= first)
        )
    ).all()
    undone = exists().where(Undoing.decision == Closing.decision)
    closings = session.execute(
        select(Closing.at, Closing.overturned).where(Closing.tenant == tenant, Closing.at >= first, ~undone)
    ).all()
    reviews = blind_reviews(session, tenant=tenant, since=first)
    scores = session.execute(
        select(StoredScore.created, StoredScore.overstated)
        .where(StoredScore.tenant == tenant)
        .order_by(StoredScore.created.desc())
        .limit(MOST_SCORES)
    ).all()
    stamps = np.array([each.created.timestamp() for each in scores])
    overstated = np.array([each.overstated for each in scores])
    for start in starts:
        end = start + WEEK
        asked = min(end, now)
        ages = [asked - born for born, died in lives if born < end and (died is None or died >= end)]
        waits = [died - born for born, died in lives if died is not None and start <= died < end]
        fates = [overturned for at, overturned in closings if start <= at < end]
        within = (stamps >= start.timestamp()) & (stamps < end.timestamp())
        before = stamps < start.timestamp()
        enough = min(within.sum(), before.sum()) >= FEWEST_SCORES
        yield Week(
            start=start,
            inflow=sum(start <= born < end for born, _ in lives),
            closed=len(fates),
            backlog=len(ages),
            median_age=_median(ages),
            median_wait=_median(waits),
            overturn_rate=sum(fates) / len(fates) if fates else None,
            alpha=article_agreement(each for each in reviews if start <= each.decision.at < end).alpha,
            psi=population_stability(overstated[before], overstated[within]) if enough else None,
            scores=int(within.sum()),
        )


def _median(spans: Sequence[timedelta]) -> timedelta:
    return (
        timedelta(seconds=float(np.median([each.total_seconds() for each in spans])))
        if spans
        else timedelta()
    )
