"""What a server does unasked: deliver webhooks, and remove texts that are past their time."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import structlog
from standardwebhooks.webhooks import Webhook

from service.errors import StoreUnavailable
from service.review import retention, webhooks
from service.store.ledger import SERVER

if TYPE_CHECKING:
    from service.review.webhooks import Due
    from service.store.engine import Store

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_PURGES = 3_600.0
SECONDS_TO_ANSWER = 15.0


async def deliver(store: Store, *, local: bool) -> None:
    """Deliver what is due, for ever. An address hears of a decision at least once, by the same webhook-id."""
    async with httpx.AsyncClient(
        timeout=SECONDS_TO_ANSWER, follow_redirects=False, trust_env=False
    ) as client:
        while True:
            try:
                due = await asyncio.to_thread(_take, store)
                failures = await asyncio.gather(*(_post(client, each, local=local) for each in due))
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


async def _post(client: httpx.AsyncClient, due: Due, *, local: bool) -> str:
    """Try once; give how it failed, or "" when it did not."""
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": due.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(due.secret).sign(due.id, now, due.body),
    }
    try:
        if not (local or await _is_public(due.url)):
            return "address is not public"
        answer = await client.post(due.url, content=due.body.encode(), headers=headers)
    except httpx.TimeoutException:
        return "timeout"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


async def _is_public(url: str) -> bool:
    """Say whether the host is outside: no publisher may send us into our own network."""
    host = urlsplit(url).hostname or ""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(each[4][0]).is_global for each in found)
