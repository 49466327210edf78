"""What computes: processes on this machine, or a Dask cluster. Both run `work.score`, and hold a few chunks.

A worker that dies takes nothing with it that was done. Dask gives its chunks to others; here the run ends
with words, for what kills a process on one machine (most often memory) would kill the next one too.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from importlib import import_module
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any, Final

from service.archive.errors import EngineFailed
from service.archive.work import score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.archive.chunks import Chunk
    from service.archive.work import Work

AHEAD: Final = 2  # chunks a worker has before it, so that none waits for the next
SECONDS_TO_CONNECT: Final = 10


class Engine(StrEnum):
    """What computes."""

    LOCAL = "local"
    DASK = "dask"


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def local(work: Work, chunks: Iterator[Chunk], *, jobs: int) -> Iterator[dict[str, Any]]:
    """Give the receipts of chunks as they are done, by so many processes. Raises EngineFailed."""
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin)
    try:
        waiting = {pool.submit(score, work, chunk) for chunk in islice(chunks, AHEAD * jobs)}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            waiting |= {pool.submit(score, work, chunk) for chunk in islice(chunks, len(done))}
            for each in done:
                yield each.result()
    except BrokenProcessPool:
        raise EngineFailed(
            "a process was killed, perhaps for want of memory: run the same command again to go on,"
            " with fewer --jobs"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def dask(
    work: Work, chunks: Iterator[Chunk], *, jobs: int, scheduler: str | None
) -> Iterator[dict[str, Any]]:
    """Give the receipts of chunks as they are done, by the workers of a Dask cluster.

    Without the `scheduler`'s address a cluster of so many processes is started here, and ended. Raises
    EngineFailed.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise EngineFailed("dask is not installed: pip install 'overclaim[dask]'") from error
    with ExitStack() as stack:
        if scheduler is None:
            cluster = distributed.LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None)
            scheduler = stack.enter_context(cluster).scheduler_address
        try:
            client = stack.enter_context(distributed.Client(scheduler, timeout=SECONDS_TO_CONNECT))
        except (OSError, ValueError) as error:
            raise EngineFailed(f"no Dask scheduler answers at {scheduler}") from error
        # A lost worker is told of by the chunks that others take over, not by tracebacks of its connections.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        submit = partial(client.submit, score, work, pure=False)
        running = distributed.as_completed(submit(chunk) for chunk in islice(chunks, _wanted(client)))
        try:
            for done in running:
                # Workers may join: as many chunks are out as those that are there can use.
                free = max(1, _wanted(client) - running.count())
                for chunk in islice(chunks, free):
                    running.add(submit(chunk))
                yield done.result()
        except (distributed.KilledWorker, distributed.CancelledError, OSError) as error:
            raise EngineFailed(
                f"the cluster lost a chunk ({type(error).__name__}), its workers or its scheduler:"
                " run the same command again to go on"
            ) from error


def _wanted(client: Any) -> int:  # noqa: ANN401 - an extra
    threads: int = sum(client.nthreads().values())
    return AHEAD * max(1, threads)


def _begin() -> None:
    """Leave Ctrl+C to the parent, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
