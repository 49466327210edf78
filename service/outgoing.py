"""One attempt to deliver a webhook: signed, and never into our own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from standardwebhooks.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from service.review.webhooks import Due

    Resolver = Callable[[str], Awaitable[Sequence[str]]]

SECONDS_TO_ANSWER = 15.0
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


async def resolve(host: str) -> Sequence[str]:
    """Give every address of a host; raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Say whether an address is outside, also when it is one of IPv4 wrapped in one of IPv6."""
    known = ipaddress.ip_address(address)
    inner = None
    if isinstance(known, ipaddress.IPv6Address):
        inner = known.ipv4_mapped or known.sixtofour
        if known in NAT64:
            inner = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
    return all(each.is_global and not each.is_multicast for each in (known, inner) if each is not None)


class NotPublic(Exception):  # noqa: N818 - a fact in the house's words
    """The host has an address that nobody may send us to."""


@dataclass(frozen=True, slots=True)
class Checked(httpx.AsyncBaseTransport):
    """Connects to no address but those it has checked.

    A host is resolved once, all that it resolves to must pass, and the connection is made to one of these: a
    name server that answers otherwise a moment later is not asked again. The host still stands in the Host
    header, and the certificate must be the host's.
    """

    inner: httpx.AsyncBaseTransport
    passes: Callable[[str], bool] = is_public
    resolve: Resolver = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first address that can be connected to; raises NotPublic before anything is sent."""
        host = request.url.host
        addresses = await self.resolve(host)
        if not addresses or not all(map(self.passes, addresses)):
            raise NotPublic
        request.extensions = {**request.extensions, "sni_hostname": host}
        named = request.url
        for address in addresses[:-1]:
            request.url = named.copy_with(host=address)
            try:
                return await self.inner.handle_async_request(request)
            except httpx.ConnectError:
                continue
        request.url = named.copy_with(host=addresses[-1])
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is open."""
        await self.inner.aclose()


def checked() -> Checked:
    """A transport to public addresses alone."""
    # Connections are known by their address, and two hosts may share one: none is used twice.
    return Checked(
        httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)
    )


async def post_all(
    due: Sequence[Due], *, local: bool, transport: httpx.AsyncBaseTransport | None = None
) -> list[str]:
    """Try each once; give how each failed, or "" where it did not. `local`: this machine may be called."""
    if transport is None and not local:
        transport = checked()
    async with httpx.AsyncClient(
        timeout=SECONDS_TO_ANSWER, follow_redirects=False, trust_env=False, transport=transport
    ) as client:
        return await asyncio.gather(*(_post(client, each) for each in due))


async def _post(client: httpx.AsyncClient, due: Due) -> str:
    """Try once; give how it failed, or "" when it did not."""
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": due.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(due.secret).sign(due.id, now, due.body),
    }
    try:
        answer = await client.post(due.url, content=due.body.encode(), headers=headers)
    except NotPublic:
        return "address is not public"
    except httpx.TimeoutException:
        return "timeout"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"
