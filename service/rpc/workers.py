"""Several processes that serve on one port: begun before gRPC is, begun anew when they die, drained together.

Knows nothing of gRPC, which must not be loaded in a process that starts others.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from service.errors import WorkersFailed
from service.rpc.forking import CONTEXT, prepare
from service.rpc.ports import reserved, vacated
from service.rpc.post import METRICS, READY, Post, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

    from service.rpc.exposing import Roster
    from service.settings import Settings

# Seconds before a worker that died is begun anew: doubled each time, until one has stayed for a while.
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STEADY = 60.0
# Seconds that a drain may take beyond its grace before a worker is killed.
MARGIN = 5.0


async def oversee(
    settings: Settings,
    *,
    work: Callable[[Settings, Post], None],
    since: int,
    announce: Callable[[str], None],
    roster: Roster | None = None,
) -> None:
    """Serve with `settings.workers` processes until SIGTERM or SIGINT, then drain them all.

    Each runs `work`, which must be importable. `announce` is told the address once every one is ready;
    `roster` hears of each that comes and goes.
    Raises CannotListen, or WorkersFailed when one of them could not begin; after that, nothing.
    """
    prepare()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    workers: list[Worker] = []
    if settings.tls_certificate:
        loop.add_signal_handler(signal.SIGHUP, _hang_up, workers)
    if settings.take_over:
        await vacated(settings.listen, unless=stop, beside=True)
        if stop.is_set():
            return
    with reserved(settings.listen, beside=settings.take_over) as address:
        placed = replace(settings, listen=address)
        workers += [
            Worker(number, placed, work=work, since=since, roster=roster)
            for number in range(settings.workers)
        ]
        running: list[asyncio.Task[None]] = []
        try:
            starting = [asyncio.create_task(each.start()) for each in workers]
            running = [*starting, asyncio.create_task(_until(stop))]
            await _all_or_first_failure(starting, running[-1])
            if not stop.is_set():
                announce(address)
                running += [asyncio.create_task(each.keep()) for each in workers]
                await stop.wait()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            structlog.get_logger().info("draining workers", workers=len(workers))
            await asyncio.gather(*(each.stop(settings.drain_seconds + MARGIN) for each in workers))


class Worker:
    """One place among several, and the process that fills it now."""

    def __init__(
        self,
        number: int,
        settings: Settings,
        *,
        work: Callable[[Settings, Post], None],
        since: int,
        roster: Roster | None,
    ) -> None:
        self._number = number
        self._settings = settings
        self._work = work
        self._since = since
        self._roster = roster
        self._process: ForkServerProcess | None = None
        self._ready = asyncio.Event()
        self._gone = asyncio.Event()
        self._reason = ""

    async def start(self) -> None:
        """Begin a process and wait until it is ready; WorkersFailed when it ends before that."""
        self._ready, self._gone, self._reason = asyncio.Event(), asyncio.Event(), ""
        line, far = CONTEXT.Pipe()
        post = Post(self._number, far, self._since, os.environ.get(METRICS, ""))
        self._process = CONTEXT.Process(target=take, args=(self._work, self._settings, post))
        try:
            self._process.start()
        except (OSError, EOFError) as error:
            line.close()
            self._gone.set()
            raise WorkersFailed(f"no process could be begun: {type(error).__name__}") from None
        finally:
            far.close()
        asyncio.get_running_loop().add_reader(line.fileno(), self._hear, line)
        await _either(self._ready, self._gone)
        if self._gone.is_set():
            status = await self._status()
            raise WorkersFailed(self._reason or f"a worker ended with status {status} before it could serve")

    async def keep(self) -> None:
        """Begin another process whenever the one before has died, for ever."""
        log = structlog.get_logger().bind(worker=self._number)
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            since = loop.time()
            await self._gone.wait()
            if self._roster:
                self._roster.died()
            if loop.time() - since > STEADY:
                pause = FIRST_PAUSE
            log.error("worker died", status=await self._status(), again_in=pause, reason=self._reason)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            with suppress(WorkersFailed):
                await self.start()
                log.info("worker begun anew")

    async def stop(self, grace: float) -> None:
        """Let the process drain, and kill it when it takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._gone.wait(), grace)
        except TimeoutError:
            structlog.get_logger().error("worker killed: it did not drain", worker=self._number)
            self._process.kill()
        await self._status()

    def hang_up(self) -> None:
        """Let the process look at its certificates, once it knows what the signal is for."""
        if self._ready.is_set() and not self._gone.is_set() and self._process and self._process.pid:
            os.kill(self._process.pid, signal.SIGHUP)

    def _hear(self, line: Connection) -> None:
        try:
            word = line.recv()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(line.fileno())
            line.close()
            self._gone.set()
            if self._roster and self._ready.is_set():
                self._roster.gone(self._process.pid if self._process else None)
            return
        if word == READY:
            self._ready.set()
            if self._roster:
                self._roster.ready()
        else:
            self._reason = word

    async def _status(self) -> int | None:
        """Wait for the process to end, and give how; negative for the signal that ended it."""
        process = self._process
        if process is None:
            return None
        await asyncio.to_thread(process.join)
        return process.exitcode


def _hang_up(workers: list[Worker]) -> None:
    for each in workers:
        each.hang_up()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


async def _all_or_first_failure(starting: list[asyncio.Task[None]], stopping: asyncio.Task[None]) -> None:
    """Wait until all have started or it is time to stop; raise what the first one raises that fails."""
    waiting = set(starting)
    while waiting and not stopping.done():
        done, _ = await asyncio.wait({*waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for each in done - {stopping}:
            each.result()
        waiting -= done


async def _either(first: asyncio.Event, second: asyncio.Event) -> None:
    waits = [asyncio.create_task(each.wait()) for each in (first, second)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
