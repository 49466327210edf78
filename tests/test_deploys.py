"""Servers that take each other's place on one port, under load: no call of the shipped clients fails."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from service.client import Article, AsyncClient, OverclaimError
from tests.conftest import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises import Promised

STAND_IN = ("tests.conftest",)
SHIPPED = ("service", "serve")
CALLERS = 4
# Seconds between a caller's calls, so that a server that begins finds a processor.
REST = 0.02
PATIENCE = 60
READY_TO_TAKE_OVER, LISTENING = '"event": "ready to take over"', '"event": "serving"'


@dataclass
class Load:
    """What became of the calls that were made without a pause."""

    answered: int = 0
    failures: list[str] = field(default_factory=list)


async def call_on(address: str, load: Load, over: asyncio.Event) -> None:
    """Have articles scored one after the other, as a publisher does with the client that we ship."""
    async with AsyncClient(address) as client:
        while not over.is_set():
            try:
                await client.score_article(Article("It may help."), timeout=PATIENCE)
            except OverclaimError as error:
                load.failures.append(repr(error))
            else:
                load.answered += 1
            await asyncio.sleep(REST)


@contextmanager
def server(program: tuple[str, ...], address: str, log: Path, *flags: str) -> Iterator[subprocess.Popen[str]]:
    """Begin a server, which is ended at the latest with the `with`."""
    command = [sys.executable, "-m", *program, "--listen", address, "--log-format", "json"]
    with (
        log.open("w") as errors,
        subprocess.Popen([*command, *flags], cwd=ROOT, stdout=errors, stderr=errors, text=True) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


async def told(log: Path, what: str, *, times: int) -> None:
    """Wait until a server has logged something as often as that."""
    async with asyncio.timeout(PATIENCE):
        while _counted(log, what) < times:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)


def _counted(log: Path, what: str) -> int:
    return log.read_text().count(what)


async def replaced(
    folder: Path, program: tuple[str, ...], *, workers: int, times: int, seconds: float
) -> Load:
    """Put server after server in the place of the one before, under load; give what became of the calls."""
    address = f"127.0.0.1:{free_port()}"
    flags = ["--workers", str(workers), "--database", f"sqlite:///{folder / 'desk.db'}", "--take-over"]
    load, over = Load(), asyncio.Event()
    # Alone, a server takes the port when the one before has let go of it; workers can have it beside others.
    stands_ready = READY_TO_TAKE_OVER if workers == 1 else LISTENING
    with ExitStack() as held:
        logs = [folder / f"{number}.log" for number in range(times + 1)]
        old = held.enter_context(server(program, address, logs[0], *flags))
        await told(logs[0], LISTENING, times=workers)
        calling = [asyncio.create_task(call_on(address, load, over)) for _ in range(CALLERS)]
        for log in logs[1:]:
            new = held.enter_context(server(program, address, log, *flags))
            await told(log, stands_ready, times=1 if workers == 1 else workers)
            old.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(old.wait, PATIENCE) == 0
            await told(log, LISTENING, times=workers)
            await asyncio.sleep(seconds)
            old = new
        over.set()
        await asyncio.gather(*calling)
    return load


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_server_that_takes_over_the_port_costs_no_call(tmp_path: Path, workers: int) -> None:
    load = await replaced(tmp_path, STAND_IN, workers=workers, times=1, seconds=0.3)
    assert load.failures == []
    assert load.answered > 0


@pytest.mark.promise
async def test_ten_deploys_on_one_port_under_load_fail_no_call(tmp_path: Path, promised: Promised) -> None:
    failed = answered = 0
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        load = await replaced(folder, SHIPPED, workers=workers, times=5, seconds=1)
        failed, answered = failed + len(load.failures), answered + load.answered
        print(f"{workers} workers: {load.answered} calls", *load.failures[:3])  # noqa: T201 - behind the figure
    assert answered > 0
    promised("calls that fail while ten servers take over the port from the one before", failed, exactly=0)
