"""What is measured by `peers`: a server, how to send to it, and what its calls took."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Protocol

import grpc

from tests.bench.serving import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER_END = b"\r\n\r\n"


class Connection(Protocol):
    """Sends one request and has its answer when it returns."""

    async def __call__(self, request: bytes) -> object:
        """Send bytes made beforehand; the answer is not read beyond what the protocol needs."""


@dataclass
class Subject:
    """One way to have articles scored; `alone` and `crowded` are latencies, `costs` the server's ms."""

    name: str
    process: int
    connection: Connection
    requests: Sequence[bytes]
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)

    async def round(self, in_flight: int) -> None:
        """Send every request, first a fifth of them one by one, then all of them so many at a time."""
        self.alone += await self._send(self.requests[::5], 1)
        before, began = self._seconds(), time.perf_counter()
        self.crowded += await self._send(self.requests, in_flight)
        self.rates.append(len(self.requests) / (time.perf_counter() - began))
        self.costs.append((self._seconds() - before) / len(self.requests) * 1_000)

    def rate(self) -> float:
        """Articles a second."""
        return median(self.rates)

    def cost(self) -> float:
        """Milliseconds of the server's processor time a call."""
        return median(self.costs)

    def p50(self) -> float:
        """Milliseconds of a call while no other is in flight."""
        return median(self.alone)

    def p99(self) -> float:
        """Milliseconds that 99 of 100 calls keep when so many are in flight."""
        return quantiles(self.crowded, n=100)[98]

    async def _send(self, requests: Sequence[bytes], in_flight: int) -> list[float]:
        waiting = iter(requests)
        taken = []

        async def one_after_another() -> None:
            for request in waiting:
                began = time.perf_counter()
                await self.connection(request)
                taken.append((time.perf_counter() - began) * 1_000)

        await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
        return taken

    def _seconds(self) -> float:
        return sum(map(seconds_of, _family(self.process)))


def over_grpc(address: str, method: str) -> Connection:
    """Connect, at the first call, to a method that takes and gives bytes."""

    @cache
    def call() -> Any:  # noqa: ANN401 - grpc.aio's own callable has no public type
        channel = grpc.aio.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)])
        return channel.unary_unary(method)

    async def send(request: bytes) -> object:
        return await call()(request)

    return send


def over_http(port: int, path: str) -> Connection:
    """Connect to a path that takes JSON, on connections that are kept, as many as are used at once."""
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    head = f"POST {path} HTTP/1.1\r\nHost: peer\r\nContent-Type: application/json\r\nContent-Length: "

    async def send(request: bytes) -> object:
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}{len(request)}".encode() + HEADER_END + request)
        header = await reader.readuntil(HEADER_END)
        assert header.startswith(b"HTTP/1.1 200"), header
        (length,) = (line for line in header.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = await reader.readexactly(int(length.partition(b":")[2]))
        idle.append((reader, writer))
        return answer

    return send


def _family(process: int) -> list[int]:
    """Name a process and all that it has begun."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
    return [process, *(each for child in children for each in _family(int(child)))]
