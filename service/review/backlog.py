"""What waits: items for moderators, and deliveries to webhooks. For those who watch the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, literal, select

from service.store.outward import Delivery
from service.store.tables import Queued
from service.store.words import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Waiting:
    """Items that wait, how many of them are past the time they are due, and since when the oldest waits."""

    tenant: str
    items: int
    overdue: int
    oldest: datetime


def waiting(session: Session, *, now: datetime, by_tenant: bool) -> list[Waiting]:
    """Count what waits for moderators, together (tenant "") or for each tenant that has some."""
    tenant = Queued.tenant if by_tenant else literal("")
    query = (
        select(
            tenant,
            func.count(),
            func.sum(case((Queued.due < now, 1), else_=0)),
            func.min(Queued.created),
        )
        .where(Queued.waiting.is_(True))
        .group_by(tenant)
    )
    return [
        Waiting(name, items, int(overdue), oldest)
        for name, items, overdue, oldest in session.execute(query)
        if items
    ]


def undelivered(session: Session) -> dict[DeliveryState, int]:
    """Count the deliveries that are still to be made, and those that were given up."""
    query = (
        select(Delivery.state, func.count().label("number"))
        .where(Delivery.state.in_((DeliveryState.WAITING, DeliveryState.DEAD)))
        .group_by(Delivery.state)
    )
    counted = {row.state: row.number for row in session.execute(query)}
    return {state: counted.get(state, 0) for state in (DeliveryState.WAITING, DeliveryState.DEAD)}
