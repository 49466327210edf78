"""Load by the clock: calls are made when they are due, whether or not those before have been answered.

`python -m tests.load ADDRESS RATE SECONDS` reads one request from standard input and prints what became of
the calls, as JSON. It runs as a process of its own, at a lower priority than the server that it presses
unless it is told otherwise.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped] # no types
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # no types

from tests.calls import SERVICE

CHANNELS = 40
DEADLINE = 5.0
NICE = 5


@dataclass(frozen=True)
class Outcome:
    """What became of the calls of one load; how many seconds those answered took, and those refused."""

    codes: dict[str, int]
    unadvised: int
    answered: list[float]
    refused: list[float]
    seconds: float

    @property
    def goodput(self) -> float:
        """Answers a second."""
        return self.codes.get("OK", 0) / self.seconds


async def pressed(address: str, message: bytes, *, rate: float, seconds: float, nice: int = NICE) -> Outcome:
    """Press a server from a process of its own."""
    process = await asyncio.create_subprocess_exec(
        "nice",
        f"-n{nice}",
        *(sys.executable, "-m", "tests.load", address, str(rate), str(seconds)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate(message)
    return Outcome(**json.loads(told))


async def _press(address: str, message: bytes, *, rate: float, seconds: float) -> Outcome:
    codes: Counter[str] = Counter()
    answered: list[float] = []
    refused: list[float] = []
    unadvised = 0
    loop = asyncio.get_running_loop()
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
    channels = [grpc.aio.insecure_channel(address, options) for _ in range(CHANNELS)]
    calls: list[Any] = [each.unary_unary(f"/{SERVICE}/ScoreArticle") for each in channels]
    await asyncio.gather(*(each.channel_ready() for each in channels))

    async def one(number: int) -> None:
        nonlocal unadvised
        began = loop.time()
        try:
            await calls[number % CHANNELS](message, timeout=DEADLINE)
        except grpc.aio.AioRpcError as error:
            codes[error.code().name] += 1
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                refused.append(loop.time() - began)
                unadvised += not _advised(error)
            return
        codes["OK"] += 1
        answered.append(loop.time() - began)

    first = loop.time()
    running: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        due = first + number / rate
        if (early := due - loop.time()) > 0:
            await asyncio.sleep(early)
        task = asyncio.create_task(one(number))
        running.add(task)
        task.add_done_callback(running.discard)
    lasted = loop.time() - first
    await asyncio.gather(*running)
    await asyncio.gather(*(each.close() for each in channels))
    return Outcome(dict(codes), unadvised, answered, refused, lasted)


def _advised(error: grpc.aio.AioRpcError) -> bool:
    details = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
    return any(each.Is(RetryInfo.DESCRIPTOR) for each in Status.FromString(details).details)


def main() -> None:
    """Press, and tell."""
    address, rate, seconds = sys.argv[1:]
    message = sys.stdin.buffer.read()
    outcome = asyncio.run(_press(address, message, rate=float(rate), seconds=float(seconds)))
    json.dump(outcome.__dict__, sys.stdout)


if __name__ == "__main__":
    main()
