"""One attempt to deliver a webhook: signed, and never into our own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from standardwebhooks.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.review.webhooks import Due

SECONDS_TO_ANSWER = 15.0


async def post_all(due: Sequence[Due], *, local: bool) -> list[str]:
    """Try each once; give how each failed, or "" where it did not. `local`: this machine may be called."""
    async with httpx.AsyncClient(
        timeout=SECONDS_TO_ANSWER, follow_redirects=False, trust_env=False
    ) as client:
        return await asyncio.gather(*(_post(client, each, local=local) for each in due))


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
