"""More than can be served, and clients that are slow or broken: measured on the server as it is shipped."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from tests.calls import SERVICE, ask, health
from tests.cancels import cancelled
from tests.conftest import ROOT, free_port
from tests.load import pressed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.promises import Promised

SCORE = f"/{SERVICE}/ScoreArticle"
ALONE = ("grpc.use_local_subchannel_pool", 1)
MIB = 1 << 20
SENTENCES = (
    "Our stem cell injections regenerate cartilage in every patient and cure arthritis for good.",
    "In a small trial without controls, some patients may have felt less pain after a year.",
    "The clinic opens at nine, and parking is free of charge.",
)
ARTICLE = ask("\n\n".join(SENTENCES[n % 3] for n in range(90))).SerializeToString()
# Short, so that a p99 is that of hundreds of calls, and not the slowest of thirty.
SHORT = ask("\n\n".join(SENTENCES)).SerializeToString()
# What takes longer to score than those wait who cancel.
MIDDLING = ask("\n\n".join(SENTENCES[n % 3] for n in range(20))).SerializeToString()
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def shipped(tmp_path: Path, *flags: str) -> Iterator[tuple[str, int]]:
    """Serve as an operator does, with the bundled model; give the address and the process id."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "service", "serve", "--listen", address, "--log-level", "error"]
    database = f"sqlite:///{tmp_path / 'desk.db'}"
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [*command, "--database", database, *flags],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            assert address in process.stdout.readline(), (tmp_path / "log").read_text()
            yield address, process.pid
            assert process.poll() is None, "the server has crashed"
        finally:
            process.send_signal(signal.SIGKILL)


@asynccontextmanager
async def probed(address: str) -> AsyncIterator[list[float]]:
    """Ask for health fifty times a second; give how long each answer took."""
    loop = asyncio.get_running_loop()
    took: list[float] = []

    async def probe(channel: grpc.aio.Channel) -> None:
        while True:
            began = loop.time()
            await health(channel)
            took.append(loop.time() - began)
            await asyncio.sleep(0.02)

    async with grpc.aio.insecure_channel(address, [ALONE]) as channel:
        await health(channel)
        task = asyncio.create_task(probe(channel))
        yield took
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]


async def capacity(address: str, article: bytes) -> float:
    """Answers a second to a few clients that wait for theirs before they ask again."""
    loop = asyncio.get_running_loop()
    done = 0

    async def ask_on(until: float) -> None:
        nonlocal done
        async with grpc.aio.insecure_channel(address, [ALONE]) as channel:
            raw: Any = channel
            call = raw.unary_unary(SCORE)
            while loop.time() < until:
                await call(article)
                done += 1

    await asyncio.gather(*(ask_on(loop.time() + 1) for _ in range(6)))
    done, began = 0, loop.time()
    await asyncio.gather(*(ask_on(began + 5) for _ in range(6)))
    return done / (loop.time() - began)


@ON_LINUX
@pytest.mark.promise
async def test_overload_costs_those_who_are_too_many_and_nobody_else(
    tmp_path: Path, promised: Promised
) -> None:
    with shipped(tmp_path) as (address, _):
        most = await capacity(address, ARTICLE)
        goodput, slowest, late, unadvised = {}, 0.0, 0.0, 0
        for times in (0.5, 1, 2, 5, 10):
            async with probed(address) as took:
                outcome = await pressed(address, ARTICLE, rate=most * times, seconds=10)
            assert set(outcome.codes) <= {"OK", "UNAVAILABLE"}, outcome.codes
            goodput[times] = outcome.goodput
            slowest = max(slowest, p99(took))
            unadvised += outcome.unadvised
            if outcome.refused:
                late = max(late, p99(outcome.refused))
        told = ", ".join(f"{times} times: {each:.0f}/s" for times, each in goodput.items())
        print(f"capacity {most:.0f}/s; {told}; refusals' p99 {late * 1_000:.0f} ms")  # noqa: T201 - behind the figure
        promised("health's p99 at up to 10 times the capacity", slowest * 1_000, at_most=200, unit="ms")
        promised("refused at overload without advice when to retry", unadvised, exactly=0)
        promised(
            "goodput at 10 times the capacity, of the best at any load",
            100 * goodput[10] / max(goodput.values()),
            at_least=80,
            unit="%",
        )


def memory(process: int, what: str) -> float:
    """MiB that a process has (VmRSS) or had at most (VmHWM)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise LookupError(what)


def forget_peak(process: int) -> None:
    """Let VmHWM begin anew at what there is now."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


@ON_LINUX
@pytest.mark.promise
async def test_four_hundred_large_calls_at_once_take_bounded_memory(
    tmp_path: Path, promised: Promised
) -> None:
    large = ask("It may help. " * (MIB // 13)).SerializeToString()

    async def send(channel: Any) -> None:  # noqa: ANN401 - the bare channel of gRPC
        with contextlib.suppress(grpc.aio.AioRpcError):
            await channel.unary_unary(SCORE)(large, timeout=60)

    with shipped(tmp_path) as (address, process):
        channels = [grpc.aio.insecure_channel(address, [ALONE]) for _ in range(8)]
        await asyncio.gather(*(health(each) for each in channels))
        idle = memory(process, "VmRSS")
        forget_peak(process)
        await asyncio.gather(*(send(channels[n % 8]) for n in range(400)))
        peak = memory(process, "VmHWM")
        await asyncio.gather(*(each.close() for each in channels))
    promised("400 calls of 1 MiB at once take, beyond idle", peak - idle, at_most=100, unit="MiB")


@asynccontextmanager
async def headers_only(address: str) -> AsyncIterator[None]:
    """2,000 calls of which only the head is sent: half of one answer, half streams."""
    methods = (SCORE, f"/{SERVICE}/StreamScoreArticles")
    never = asyncio.Event()

    async def nothing() -> AsyncIterator[bytes]:
        await never.wait()
        yield b""

    channels: list[Any] = [grpc.aio.insecure_channel(address, [ALONE]) for _ in range(20)]
    calls = [
        each.stream_stream(methods[number % 2])(nothing(), wait_for_ready=True)
        for each in channels
        for number in range(100)
    ]
    yield
    for call in calls:
        call.cancel()
    await asyncio.gather(*(each.close() for each in channels))


@asynccontextmanager
async def silent_connections(address: str) -> AsyncIterator[None]:
    """500 connections that say nothing."""
    host, _, port = address.rpartition(":")
    held = [socket.create_connection((host, int(port))) for _ in range(500)]
    yield
    for each in held:
        each.close()


@asynccontextmanager
async def cancels(address: str) -> AsyncIterator[None]:
    """20,000 calls that are cancelled within 5 ms, 2,000 a second."""
    task = asyncio.create_task(cancelled(address, MIDDLING, number=20_000, rate=2_000))
    yield
    outcome = await task
    assert outcome.calls == 20_000
    print(f"cancels: {outcome}")  # noqa: T201 - behind the figure


@asynccontextmanager
async def pings(address: str) -> AsyncIterator[None]:
    """50 connections that ping each second and come back when they are cut off."""
    restless = [
        ALONE,
        ("grpc.keepalive_time_ms", 1_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    channels = [grpc.aio.insecure_channel(address, restless) for _ in range(50)]
    await asyncio.gather(*(each.channel_ready() for each in channels))
    yield
    await asyncio.gather(*(each.close() for each in channels))


@asynccontextmanager
async def gzip_bombs(address: str) -> AsyncIterator[None]:
    """Calls of 16 MiB of nothing, packed to 16 KiB, two a second: to pack them costs this machine as well."""
    packing = [ALONE, ("grpc.default_compression_algorithm", grpc.Compression.Gzip.value)]
    over = asyncio.Event()

    async def bomb() -> None:
        async with grpc.aio.insecure_channel(address, packing) as channel:
            raw: Any = channel
            while not over.is_set():
                with contextlib.suppress(grpc.aio.AioRpcError):
                    await raw.unary_unary(SCORE)(b"\0" * (16 * MIB), timeout=10)
                await asyncio.sleep(0.5)

    task = asyncio.create_task(bomb())
    yield
    over.set()
    await task


@ON_LINUX
@pytest.mark.promise
async def test_slow_and_broken_clients_hold_up_nobody(tmp_path: Path, promised: Promised) -> None:
    with shipped(tmp_path) as (address, _):
        rate = await capacity(address, SHORT) / 4

        async def ordinary() -> float:
            # They have machines of their own, and wait for no processor that the hostile ones use.
            outcome = await pressed(address, SHORT, rate=rate, seconds=10, nice=0)
            # What is refused comes too late as well: as the calls that wait for longest.
            refused = sum(outcome.codes.values()) - outcome.codes.get("OK", 0)
            return p99(outcome.answered + [5.0] * refused)

        normal = await ordinary()
        ratios = {}
        for attack in (headers_only, silent_connections, cancels, pings, gzip_bombs):
            async with attack(address):
                # Those in place when it begins have to be found out first.
                await asyncio.sleep(1)
                ratios[attack.__name__.replace("_", " ")] = await ordinary() / normal
            normal = min(normal, await ordinary())
        for name, ratio in ratios.items():
            print(f"{name}: {ratio:.1f} times")  # noqa: T201 - behind the figure
        promised(
            "others' p99 beside 2,000 calls without a body, silent connections, 20,000 cancels, pings"
            " each second and gzip bombs, of normal",
            max(ratios.values()),
            at_most=5,
            unit="times",
        )
