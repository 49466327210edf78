"""Whatever is killed or stalls while moderators decide: nothing is lost or doubled, soon all is back."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import TYPE_CHECKING

import grpc
import pytest

from service.access import create_key, ensure_tenant
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import ask
from tests.clusters import Cluster
from tests.conftest import free_port
from tests.test_desk_races import astray, fill, work_all
from tests.test_workers import children

if TYPE_CHECKING:
    from tests.conftest import Process, Spawning
    from tests.promises import Promised

PATIENCE = 60.0
STALL = 1.5
FAULTS = ("a worker is killed", "PostgreSQL is killed", "PostgreSQL stalls", "the server is killed")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's lists of processes")


class Stage:
    """A server with two workers, its database, and what befalls them."""

    def __init__(self, stack: ExitStack, spawning: Spawning, cluster: Cluster) -> None:
        self._stack = stack
        self._spawning = spawning
        self._cluster = cluster
        self._port = free_port()
        self._server: Process | None = None
        self.address = f"127.0.0.1:{self._port}"

    def serve(self) -> None:
        flags = ("--workers", "2", "--database", self._cluster.url)
        self._server = self._stack.enter_context(self._spawning(*flags, port=self._port))

    def befall(self, fault: str) -> None:
        assert self._server
        if fault == "a worker is killed":
            os.kill(random.choice(children(self._server)), signal.SIGKILL)
        elif fault == "PostgreSQL is killed":
            self._cluster.kill()
            self._cluster.start()
        elif fault == "PostgreSQL stalls":
            with self._cluster.stalled():
                time.sleep(STALL)
        else:
            self._server.process.kill()
            self._server.process.wait()
            self.serve()


async def seconds_until_kept(address: str, secret: str) -> float:
    """Wait until an article has been scored and kept, on a connection of its own."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    alone = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", 200)]
    metadata = (("authorization", f"Bearer {secret}"),)
    async with grpc.aio.insecure_channel(address, alone) as channel:
        asked = ask("It may help.", article_id="probe", keep=pb.KEEP_STORED)
        while True:
            try:
                await pb_grpc.ModerationServiceStub(channel).ScoreArticle(asked, metadata=metadata, timeout=2)
            except grpc.aio.AioRpcError:
                if loop.time() - began > PATIENCE:
                    raise
                await asyncio.sleep(0.05)
            else:
                return loop.time() - began


async def survive(
    spawning: Spawning, *, faults: int, items: int, moderators: int
) -> tuple[dict[str, int], float]:
    """Give what is wrong after so many faults, and the longest that the service was away after one."""
    cluster = Cluster()
    cluster.start()
    with ExitStack() as stack:
        stack.callback(cluster.discard)
        store = open_store(cluster.url)
        with store.writing() as session:
            ensure_tenant(session, "t", now=datetime.now(UTC))
        keys = fill(store, items=items, workers=moderators, required=1)
        with store.writing() as session:
            probe = create_key(session, tenant="t", name="p", role=Role.PUBLISHER, now=datetime.now(UTC))[1]
        stage = Stage(stack, spawning, cluster)
        await asyncio.to_thread(stage.serve)
        working = asyncio.create_task(work_all(stage.address, keys))
        away = [0.0]
        for fault in islice(cycle(FAULTS), faults):
            await asyncio.to_thread(stage.befall, fault)
            away.append(await seconds_until_kept(stage.address, probe))
        done = await working
        wrong = astray(store, items=items, required=1, acknowledged=done)
        store.close()
    return wrong, max(away)


@ON_LINUX
@pytest.mark.promise
@pytest.mark.postgres
async def test_forty_faults_lose_and_double_nothing(spawning: Spawning, promised: Promised) -> None:
    wrong, away = await survive(spawning, faults=40, items=1_000, moderators=12)
    promised(
        "40 kills and stalls of workers, server and PostgreSQL: decisions lost or doubled",
        sum(wrong.values()),
        exactly=0,
    )
    promised("after each of them articles are scored and kept again within", away, at_most=10, unit="s")
