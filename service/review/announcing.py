"""Tell watchers and webhooks, in the transaction that makes it true."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.errors import InvalidRequest, Violation
from service.review.reviews import review
from service.store.ids import fresh_id
from service.store.outward import Announcement, Delivery, Webhook
from service.store.places import read_place
from service.store.tables import Tenant
from service.store.words import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def announce(session: Session, item: str, *, tenant: str, now: datetime) -> None:
    """Write how a review stands for its tenant's watchers and webhooks; call it last in a transaction.

    Positions are handed out under a lock on the tenant's row that lasts until the commit: they become visible
    in their order and have no gaps, so that a watcher who has seen one has seen all before it. A sequence of
    PostgreSQL's would promise neither.
    """
    told = review(session, item, tenant=tenant)
    position = session.scalars(
        update(Tenant)
        .where(Tenant.id == tenant)
        .values(position=Tenant.position + 1)
        .returning(Tenant.position)
        .execution_options(synchronize_session=False)
    ).one()
    session.add(Announcement(tenant=tenant, position=position, item=item, review=told, at=now))
    session.flush()
    for webhook in session.scalars(
        select(Webhook.id).where(Webhook.tenant == tenant, Webhook.deleted.is_(None))
    ):
        session.add(
            Delivery(
                id=fresh_id(),
                tenant=tenant,
                webhook=webhook,
                position=position,
                state=DeliveryState.WAITING,
                attempts=0,
                next_try=now,
                failure="",
            )
        )


def announcements(session: Session, *, tenant: str, after: int, limit: int = 100) -> list[Announcement]:
    """Give what was announced after a position, in order."""
    query = (
        select(Announcement)
        .where(Announcement.tenant == tenant, Announcement.position > after)
        .order_by(Announcement.position)
        .limit(limit)
    )
    return list(session.scalars(query))


def resume_token(position: int) -> str:
    """Give the token by which a watcher goes on after a position."""
    return base64.urlsafe_b64encode(f"v1:{position}".encode()).decode()


def position_of(token: str) -> int:
    """Read a resume token; 0, the beginning, for none. InvalidRequest for what is no token of ours."""
    if not token:
        return 0
    try:
        version, _, position = base64.urlsafe_b64decode(token).decode().partition(":")
        if version == "v1":
            return read_place(position)
    except ValueError:
        pass
    raise InvalidRequest((Violation("resume_token", "is none that this service gave"),))
