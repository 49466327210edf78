"""Addresses that are told of decisions, what each is still to be told, and what was given up."""

from __future__ import annotations

import base64
import ipaddress
import json
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from service.errors import InvalidRequest, NotFound, Violation
from service.store.ids import fresh_id
from service.store.ledger import record
from service.store.outward import Announcement, Delivery, Webhook
from service.store.places import read_place
from service.store.words import Deed, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

MAX_URL_CHARACTERS = 2_000
MAX_PAGE = 200
DEFAULT_PAGE = 50
# Seconds to wait after each failure, as Standard Webhooks suggests; after the last, it is given up.
RETRIES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# How long a delivery that somebody has taken is left to that one, who may have died.
TAKEN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery to be tried now."""

    id: str
    url: str
    secret: str
    body: str


def create_webhook(session: Session, url: str, *, tenant: str, local: bool, now: datetime) -> Webhook:
    """Register an address: HTTPS or, when `local` is allowed, HTTP to this machine."""
    if not _is_allowed(url, local=local):
        raise InvalidRequest((Violation("url", "must be an HTTPS address of at most 2,000 characters"),))
    webhook = Webhook(
        id=fresh_id(),
        tenant=tenant,
        url=url,
        secret="whsec_" + base64.b64encode(token_bytes(32)).decode(),
        created=now,
        deleted=None,
    )
    session.add(webhook)
    record(session, Deed.WEBHOOK_CREATED, now=now, tenant=tenant, webhook=webhook.id)
    return webhook


def list_webhooks(session: Session, *, tenant: str) -> list[Webhook]:
    """List a tenant's addresses, oldest first."""
    live = select(Webhook).where(Webhook.tenant == tenant, Webhook.deleted.is_(None))
    return list(session.scalars(live.order_by(Webhook.created, Webhook.id)))


def delete_webhook(session: Session, webhook: str, *, tenant: str, now: datetime) -> None:
    """Tell an address nothing any more; NotFound when the tenant has none of that id."""
    row = session.scalar(
        select(Webhook).where(Webhook.id == webhook, Webhook.tenant == tenant, Webhook.deleted.is_(None))
    )
    if row is None:
        raise NotFound("there is no such webhook")
    row.deleted = now
    record(session, Deed.WEBHOOK_DELETED, now=now, tenant=tenant, removal=webhook)


def dead_letters(
    session: Session, *, tenant: str, size: int, token: str
) -> tuple[Sequence[Row[Delivery, str]], str]:
    """List what was given up, with the review it told of, and the token of the next page."""
    if not 0 <= size <= MAX_PAGE:
        raise InvalidRequest((Violation("page_size", f"must be 0 to {MAX_PAGE}", MAX_PAGE),))
    try:
        start = read_place(token or "0")
    except ValueError:
        raise InvalidRequest((Violation("page_token", "is not what a page gave"),)) from None
    size = size or DEFAULT_PAGE
    query = (
        select(Delivery, Announcement.item)
        .join(
            Announcement,
            (Announcement.tenant == Delivery.tenant) & (Announcement.position == Delivery.position),
        )
        .where(Delivery.tenant == tenant, Delivery.state == DeliveryState.DEAD)
        .order_by(Delivery.next_try.desc(), Delivery.id)
        .offset(start)
        .limit(size + 1)
    )
    rows = session.execute(query).all()
    return rows[:size], str(start + size) if len(rows) > size else ""


def redeliver(session: Session, delivery: str, *, tenant: str, now: datetime) -> None:
    """Try again what was given up; NotFound when the tenant has no such dead letter."""
    row = session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery, Delivery.tenant == tenant, Delivery.state == DeliveryState.DEAD)
        .with_for_update()
    )
    if row is None:
        raise NotFound("there is no such dead letter")
    row.state, row.attempts, row.next_try = DeliveryState.WAITING, 0, now
    record(session, Deed.LETTER_REDELIVERED, now=now, tenant=tenant, delivery=delivery, webhook=row.webhook)


def take_due(session: Session, *, now: datetime, limit: int = 20) -> list[Due]:
    """Take deliveries that are due, so that no other server tries them for a while."""
    query = (
        select(Delivery, Webhook, Announcement.review)
        .join(Webhook, Webhook.id == Delivery.webhook)
        .join(
            Announcement,
            (Announcement.tenant == Delivery.tenant) & (Announcement.position == Delivery.position),
        )
        .where(Delivery.state == DeliveryState.WAITING, Delivery.next_try <= now, Webhook.deleted.is_(None))
        .order_by(Delivery.next_try)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    due = []
    for row in session.execute(query):
        delivery, webhook, review = row
        delivery.next_try = now + timedelta(seconds=TAKEN_SECONDS)
        body = {"type": "review.changed", "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}", "data": review}
        due.append(Due(delivery.id, webhook.url, webhook.secret, json.dumps(body)))
    return due


def record_attempt(session: Session, delivery: str, *, failure: str, now: datetime) -> None:
    """Record how an attempt ended, "" for well; what failed is tried again later, or given up at last."""
    row = session.get_one(Delivery, delivery, with_for_update=True)
    row.attempts += 1
    row.failure = failure
    row.next_try = now
    if not failure:
        row.state = DeliveryState.DELIVERED
    elif row.attempts > len(RETRIES):
        row.state = DeliveryState.DEAD
    else:
        row.next_try = now + timedelta(seconds=RETRIES[row.attempts - 1])


def _is_allowed(url: str, *, local: bool) -> bool:
    if len(url) > MAX_URL_CHARACTERS or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if _is_loopback(host):
        return local and parts.scheme in ("http", "https")
    return parts.scheme == "https" and bool(host) and not parts.username


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
