"""An address to listen on: whose it is, and how one server takes it for several processes of its own."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from service.errors import CannotListen

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS_BETWEEN_TRIES = 0.02


def is_local(address: str) -> bool:
    """Say whether only this machine can reach HOST:PORT."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def reserved(address: str, *, beside: bool = False) -> Iterator[str]:
    """Hold HOST:PORT so that processes which we start can listen there, each for itself, and no other server.

    `beside`: also where another server holds it likewise for workers of its own, which is about to go.
    Gives the address with the port that it got, if it asked for any (0). Raises CannotListen.
    """
    with ExitStack() as held:
        try:
            taken = _hold(held, address, beside=beside)
        except OSError:
            raise taken_address(address) from None
        yield taken


async def vacated(address: str, *, unless: asyncio.Event, beside: bool = False) -> None:
    """Wait until nobody stands in the way of listening there, or until `unless` is set."""
    while not unless.is_set() and _is_taken(address, beside=beside):  # noqa: ASYNC110 - another process's doing
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


def taken_address(address: str) -> CannotListen:
    """Say that an address cannot be had."""
    return CannotListen(f"cannot listen on {address}: is it this machine's, and not taken?")


def _is_taken(address: str, *, beside: bool) -> bool:
    with ExitStack() as held:
        try:
            _hold(held, address, beside=beside)
        except OSError as error:
            return error.errno == errno.EADDRINUSE
        return False


def _hold(held: ExitStack, address: str, *, beside: bool) -> str:
    """Take an address of every family that it has, for as long as `held` lasts; raises OSError."""
    host, _, port = address.rpartition(":")
    for family, kind, protocol, _, place in socket.getaddrinfo(
        host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        taken = held.enter_context(socket.socket(family, kind, protocol))
        port = str(_take(taken, (place[0], int(port)), beside=beside))
    return f"{host}:{port}"


def _take(taken: socket.socket, place: tuple[str | int, int], *, beside: bool) -> int:
    """Bind without listening, so that no caller is ever given to us, and give the port.

    The order matters. SO_REUSEADDR lets us bind where calls of a server before us have just ended, and
    still not where another listens. Taking it back keeps out every server that would bind after us, and
    SO_REUSEPORT lets in those alone that set it as well: our own workers. Set before we bind, it lets us in
    beside a server that holds the address as we do.
    """
    if taken.family == socket.AF_INET6:
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(beside))
    taken.bind(place)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return int(taken.getsockname()[1])
