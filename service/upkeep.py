"""What a server does unasked: deliver webhooks, remove texts past their time, anchor the audit log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from service.errors import BadAnchor, StoreUnavailable
from service.review import retention, webhooks
from service.store.ledger import SERVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.review.webhooks import Due
    from service.store.engine import Store

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_PURGES = 3_600.0
SECONDS_BETWEEN_ANCHORS = 3_600.0


async def deliver(store: Store, *, local: bool) -> None:
    """Deliver what is due, for ever. An address hears of a decision at least once, by the same webhook-id."""
    while True:
        try:
            due = await asyncio.to_thread(_take, store)
            failures = await _post_all(due, local=local) if due else []
            for each, failure in zip(due, failures, strict=True):
                await asyncio.to_thread(_record, store, each.id, failure)
        except StoreUnavailable:
            due = []
        if not due:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


async def purge(store: Store) -> None:
    """Remove the texts of all tenants that are past their time, every hour, for ever."""
    while True:
        try:
            removed = await asyncio.to_thread(purge_all, store)
            if removed:
                structlog.get_logger().info("purged", texts=removed)
        except StoreUnavailable:
            structlog.get_logger().warning("purge put off: the database did not answer")
        await asyncio.sleep(SECONDS_BETWEEN_PURGES)


async def anchor(store: Store, path: Path, *, key: Path | None) -> None:
    """Add an anchor of the audit log to a file every hour, for ever; the first one an hour from now."""
    from service.audit import anchors  # noqa: PLC0415 - signatures, 8 MB, that servers without a key need not carry

    while True:
        await asyncio.sleep(SECONDS_BETWEEN_ANCHORS)
        try:
            await asyncio.to_thread(anchors.append, store, path, key=key, now=datetime.now(UTC))
        except (BadAnchor, StoreUnavailable) as error:
            structlog.get_logger().error("no anchor of the audit log was taken", reason=str(error))


def purge_all(store: Store) -> int:
    """Remove what is past its time, and give its place on the disk back; tell how many texts went."""
    now = datetime.now(UTC)
    with store.reading() as session:
        tenants = retention.tenants(session)
    removed = 0
    for tenant in tenants:
        with store.writing(by=SERVER) as session:
            removed += retention.purge_texts(session, tenant=tenant, now=now)
    if removed:
        store.scrub()
    return removed


def _take(store: Store) -> list[Due]:
    with store.writing(by=SERVER) as session:
        return webhooks.take_due(session, now=datetime.now(UTC))


def _record(store: Store, delivery: str, failure: str) -> None:
    with store.writing(by=SERVER) as session:
        webhooks.record_attempt(session, delivery, failure=failure, now=datetime.now(UTC))


async def _post_all(due: Sequence[Due], *, local: bool) -> list[str]:
    from service.outgoing import post_all  # noqa: PLC0415 - an HTTP client, 6 MB, that most servers never need

    return await post_all(due, local=local)
