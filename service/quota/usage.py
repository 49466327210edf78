"""Daily quotas, counted in the store: servers reserve in blocks, so that not every article is a transaction.

No tenant ever gets more than its quota, whatever is killed: what a server has reserved is counted as used. It
gets less by what servers hold and do not use: at most BLOCK of the quota for each server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from service.quota.amounts import Amount
from service.store.metering import Usage
from service.store.rows import find_or_add

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.quota.amounts import Limits

# What is reserved at once: a hundredth of the quota.
BLOCK = 100


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a server got, nothing if there was too little; and what is left in the store for all servers."""

    got: Amount
    left: Amount


def day_of(now: datetime) -> str:
    """Name the day that a moment counts to; `now` is in UTC."""
    return now.date().isoformat()


def left_today(session: Session, tenant: str, *, day: str, limits: Limits) -> Amount:
    """Give what nobody has used or reserved; where there is no limit, the number means nothing."""
    used = session.get(Usage, (tenant, day))
    return _left(limits, used)


def reserve(session: Session, tenant: str, *, day: str, wanted: Amount, limits: Limits) -> Reserved:
    """Reserve what is wanted, or a block when that is more; all of it or nothing."""
    find_or_add(session, Usage(tenant=tenant, day=day, articles=0, code_points=0), by=("tenant", "day"))
    used = session.get_one(Usage, (tenant, day), with_for_update=True)
    left = _left(limits, used)
    if not left.covers(wanted):
        return Reserved(Amount(), left)
    got = Amount(
        min(left.articles, max(wanted.articles, limits.daily_articles // BLOCK)) if wanted.articles else 0,
        min(left.code_points, max(wanted.code_points, limits.daily_code_points // BLOCK))
        if wanted.code_points
        else 0,
    )
    used.articles += got.articles
    used.code_points += got.code_points
    return Reserved(got, left - got)


def give_back(session: Session, tenant: str, *, day: str, unused: Amount) -> None:
    """Return what a server has reserved and will not use."""
    session.execute(
        update(Usage)
        .where(Usage.tenant == tenant, Usage.day == day)
        .values(articles=Usage.articles - unused.articles, code_points=Usage.code_points - unused.code_points)
    )


def _left(limits: Limits, used: Usage | None) -> Amount:
    quota = Amount(limits.daily_articles, limits.daily_code_points)
    left = quota - Amount(used.articles, used.code_points) if used else quota
    # A quota may have been lowered since.
    return Amount(max(0, left.articles), max(0, left.code_points))
