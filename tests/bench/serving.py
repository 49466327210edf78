"""What streams and workers bring: `python -m tests.bench.serving {streaming,workers}`.

Servers run as an operator runs them. The client sends bytes made beforehand and reads answers as bytes, so
that it costs little beside the server. Ways are measured in turn, round after round, so that a machine
that is busy for a while is so for all of them; the figure of a way is the median of its rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import grpc

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests import sites
from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "/overclaim.v1.ModerationService"
IN_FLIGHT = 16
STREAMS = 4
PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Serving:
    """A server in processes of its own."""

    address: str
    first: int
    spawned: Sequence[int]

    def workers(self) -> list[int]:
        """The processes that answer calls: the workers, or the one that serves alone."""
        return [*self.spawned] or [self.first]

    def megabytes(self) -> list[float]:
        """What each of those takes of memory, pages that several share counted in parts (PSS)."""
        shares = [
            re.search(r"^Pss: +(\d+) kB", _file(each, "smaps_rollup"), re.MULTILINE)
            for each in self.workers()
        ]
        return [int(each[1]) * 1_024 / 1e6 for each in shares if each]

    def seconds(self) -> float:
        """The processor time that all its processes have taken."""
        return sum(map(seconds_of, (self.first, *self.spawned)))


def seconds_of(process: int) -> float:
    """The processor time that a process has taken."""
    taken = _file(process, "stat").rpartition(")")[2].split()
    return (int(taken[11]) + int(taken[12])) / TICKS


def _file(process: int, name: str) -> str:
    return Path(f"/proc/{process}/{name}").read_text("utf-8")


@dataclass
class Way:
    """One way to have articles scored, and what its rounds gave."""

    name: str
    run: Callable[[Sequence[bytes]], Awaitable[None]]
    server: Serving
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    async def round(self, requests: Sequence[bytes]) -> None:
        """Have the articles scored; note how many a second, and milliseconds of processor time for each."""
        began, before = time.perf_counter(), self.server.seconds()
        await self.run(requests)
        self.rates.append(len(requests) / (time.perf_counter() - began))
        self.costs.append((self.server.seconds() - before) / len(requests) * 1_000)

    def told(self) -> str:
        """Say what came out."""
        return (
            f"{self.name:12} {median(self.rates):8.1f} articles/s {median(self.costs):8.2f} ms of the server"
        )


@dataclass(frozen=True)
class Ratio:
    """One way against another: the medians of the rounds' own ratios."""

    better: Way
    plain: Way

    def of_rates(self) -> float:
        """Say how many times as many articles a second it reaches."""
        return median(a / b for a, b in zip(self.better.rates, self.plain.rates, strict=True))

    def of_costs(self) -> float:
        """Say how many times as much of the server's time the plain way takes for an article."""
        return median(b / a for a, b in zip(self.better.costs, self.plain.costs, strict=True))

    def told(self) -> str:
        """Say what came out."""
        ratio = f"ratio        {self.of_rates():8.2f}            {self.of_costs():8.2f}"
        return f"{self.plain.told()}\n{self.better.told()}\n{ratio}"


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["streaming", "workers"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--articles", type=int, default=160)
    parser.add_argument("--sentences", type=int, default=40, help="of an article; 40 have some 3.5 kB")
    parser.add_argument("--scores-alone", action="store_true", help="ask for no reasons and no advice")
    options = parser.parse_args()
    requests = articles(options.articles, options.sentences, scores_alone=options.scores_alone)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds of", end=" ")
    print(f"{len(requests)} articles of {options.sentences} sentences, {IN_FLIGHT} in flight")
    measure = streaming if options.what == "streaming" else workers
    print(asyncio.run(measure(requests, options.rounds)).told())


async def streaming(requests: Sequence[bytes], rounds: int) -> Ratio:
    """Compare a stream's articles with as many calls of one article each, on one server."""
    with serving() as server:
        async with channels(server.address, 1) as (channel,):
            unary = Way("unary", lambda sent: call(sent, [channel]), server)
            stream = Way("streams", lambda sent: feed(sent, channel), server)
            await interleave([unary, stream], requests, rounds)
    return Ratio(stream, unary)


async def workers(requests: Sequence[bytes], rounds: int) -> Ratio:
    """Compare two workers with one, each on connections enough to reach both."""
    with serving("--workers", "1") as one, serving("--workers", "2") as two:
        async with channels(one.address, IN_FLIGHT) as few, channels(two.address, IN_FLIGHT) as many:
            alone = Way("one", lambda sent: call(sent, few), one)
            both = Way("two", lambda sent: call(sent, many), two)
            await interleave([alone, both], requests, rounds)
    return Ratio(both, alone)


async def interleave(ways: Sequence[Way], requests: Sequence[bytes], rounds: int) -> None:
    """Measure in turn, after a round that only warms up."""
    for way in ways:
        await way.run(requests)
    for _ in range(rounds):
        for way in ways:
            await way.round(requests)


async def call(requests: Sequence[bytes], channels: Sequence[grpc.aio.Channel]) -> None:
    """Send each article by a call of its own, so many at a time, in turn over the channels."""
    waiting = iter(enumerate(requests))

    async def one_after_another() -> None:
        for number, request in waiting:
            method: Any = channels[number % len(channels)].unary_unary(f"{SERVICE}/ScoreArticle")
            await method(request)

    await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))


async def feed(requests: Sequence[bytes], channel: grpc.aio.Channel) -> None:
    """Send the articles by streams, each with its window's share of those in flight."""

    async def stream(share: Sequence[bytes]) -> None:
        method: Any = channel.stream_stream(f"{SERVICE}/StreamScoreArticles")

        async def sent() -> AsyncIterator[bytes]:
            for request in share:
                wrapped = pb.StreamScoreArticlesRequest()
                wrapped.request.MergeFromString(request)
                yield wrapped.SerializeToString()

        answers = [each async for each in method(sent())]
        assert len(answers) == len(share)

    await asyncio.gather(*(stream(requests[each::STREAMS]) for each in range(STREAMS)))


def articles(number: int, length: int, *, scores_alone: bool = False) -> list[bytes]:
    """Make articles of so many sentences from those of the corpus, as requests to score."""
    files = sorted((ROOT / "training/corpus").glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    texts = [each["text"] for line in lines for each in json.loads(line)["sentences"]]
    chosen = [each for each in dict.fromkeys(texts) if 60 <= len(each) <= 140]
    random.Random(0).shuffle(chosen)
    bodies = [" ".join(chosen[at * length : (at + 1) * length]) for at in range(number)]
    detail = pb.DETAIL_SCORES if scores_alone else pb.DETAIL_FULL
    asked = [pb.ScoreArticleRequest(article=pb.Article(body=body), detail=detail) for body in bodies]
    return [each.SerializeToString() for each in asked]


@contextmanager
def serving(*flags: str) -> Iterator[Serving]:
    """Run `overclaim serve` until it says that it is ready, and stop it afterwards."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "service", "serve", "--listen", address, "--log-level", "error"]
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {"XDG_STATE_HOME": state}
        with subprocess.Popen(
            [*command, *flags], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            try:
                assert process.stdout
                assert address in process.stdout.readline()
                yield Serving(address, process.pid, sites.workers(process.pid))
            finally:
                process.terminate()


class channels:  # noqa: N801 - reads as a function, and is an async context manager of several
    """So many connections, each of its own."""

    def __init__(self, address: str, number: int) -> None:
        alone = [("grpc.use_local_subchannel_pool", 1)]
        self._channels = [grpc.aio.insecure_channel(address, alone) for _ in range(number)]

    async def __aenter__(self) -> list[grpc.aio.Channel]:
        return self._channels

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(each.close() for each in self._channels))


if __name__ == "__main__":
    main()
