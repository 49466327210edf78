"""Mutated messages, to every method of a real server: no fault of ours, no memory that is not given back."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc import StatusCode

from service import access
from service.pb.overclaim.v1 import access_pb2, models_pb2, moderation_pb2, review_pb2
from service.store.engine import sqlite_url
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import SERVING, health
from tests.conftest import ROOT, free_port
from tests.desks import postgres_database
from tests.hostile.articles import CLEAN
from tests.hostile.mutation import Mutator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.descriptor import MethodDescriptor

    from tests.promises import Promised

SOME, ALL = 1_000, 50_000
AT_ONCE = 16
MOST_GROWTH = 48  # MiB
SECONDS = 20
SECONDS_TO_WATCH = 0.2
METHODS = [
    method
    for module in (access_pb2, models_pb2, moderation_pb2, review_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]
# What a caller can be told. INTERNAL and UNKNOWN would be faults of ours, so would a call without end.
ALLOWED = {
    *(StatusCode.OK, StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND, StatusCode.ALREADY_EXISTS),
    *(StatusCode.FAILED_PRECONDITION, StatusCode.ABORTED, StatusCode.PERMISSION_DENIED),
    *(StatusCode.UNAUTHENTICATED, StatusCode.RESOURCE_EXHAUSTED, StatusCode.UNAVAILABLE),
}
# What gRPC's own client says of a stream that the server ended while it still sent: not what the server said.
UNSENT = "Internal error from Core"
ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


class Target:
    """A server under fuzz, with everybody's keys."""

    def __init__(self, folder: Path, database: str) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self.log = folder / "server.log"
        self.keys = {
            (tenant, role): self._key(database, tenant, role) for role in Role for tenant in ("a", "b")
        }
        command = [sys.executable, "-m", "service", "serve", "--listen", self.address, "--database", database]
        command += ["--remember-code-points", "20000", "--log-format", "json", "--log-level", "warning"]
        with self.log.open("w") as errors:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)

    @staticmethod
    def _key(database: str, tenant: str, role: Role) -> str:
        store = open_store(database)
        with store.writing() as session:
            made = access.create_key(session, tenant=tenant, name=role, role=role, now=datetime.now(UTC))
        store.close()
        return made[1]

    def memory(self) -> float:
        """Give what it holds in memory, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


@contextmanager
def target(folder: Path, database: str) -> Iterator[Target]:
    made = Target(folder, database)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


class Fuzzer:
    """Sends what a mutator makes to every method by turns, and counts what comes back."""

    def __init__(self, channel: grpc.aio.Channel, target: Target, seed: int) -> None:
        self._channel: Any = channel
        self._target = target
        self._random = random.Random(seed)
        self._mutator = Mutator(self._random)
        self.codes: Counter[StatusCode] = Counter()
        self.bad: list[str] = []

    async def learn(self) -> None:
        """Put articles before the moderators, so that there are ids which mean something."""
        article = moderation_pb2.Article(body=CLEAN, article_id="known")
        for number in range(20):
            article.title = str(number)
            request = moderation_pb2.ScoreArticleRequest(article=article, keep=moderation_pb2.KEEP_FOR_REVIEW)
            method = moderation_pb2.DESCRIPTOR.services_by_name["ModerationService"].methods_by_name[
                "ScoreArticle"
            ]
            await self._call(method, [request.SerializeToString()], ("a", Role.PUBLISHER))
        assert self._mutator.known

    async def send(self, number: int) -> None:
        """Send so many messages, several at a time."""
        left = iter(range(number))

        async def work() -> None:
            for turn in left:
                await self._one(METHODS[turn % len(METHODS)])

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())

    async def _one(self, method: MethodDescriptor) -> None:
        who = (self._random.choice("aab"), self._random.choice([*Role]))
        if self._random.random() < 0.5:
            who = (who[0], Role.ADMINISTRATOR)
        if method.name in {"SetQuota", "RevokeKey"}:
            who = ("b", Role.PUBLISHER if method.name == "RevokeKey" else Role.SENIOR_MODERATOR)
        messages = [self._mutator.message(method.input_type)]
        if method.client_streaming:
            messages += [self._mutator.message(method.input_type) for _ in range(2)]
        await self._call(method, messages, who)

    async def _call(self, method: MethodDescriptor, messages: list[bytes], who: tuple[str, Role]) -> None:
        path = f"/{method.containing_service.full_name}/{method.name}"
        key = self._target.keys[who]
        options: dict[str, Any] = {"metadata": (("authorization", f"Bearer {key}"),), "timeout": SECONDS}
        code = StatusCode.OK
        try:
            if method.client_streaming:
                async for answer in self._channel.stream_stream(path)(iter(messages), **options):
                    self._heed(answer)
            elif method.server_streaming:
                options["timeout"] = SECONDS_TO_WATCH
                async for answer in self._channel.unary_stream(path)(messages[0], **options):
                    self._heed(answer)
            else:
                self._heed(await self._channel.unary_unary(path)(messages[0], **options))
        except grpc.aio.AioRpcError as error:
            code = error.code()
            if method.client_streaming and str(error.details()).startswith(UNSENT):
                code = await self._in_turn(self._channel.stream_stream(path)(**options), messages)
        watched = method.server_streaming and not method.client_streaming
        if code not in ALLOWED and not (watched and code is StatusCode.DEADLINE_EXCEEDED):
            self.bad.append(f"{path} {code.name}: {[each.hex() for each in messages]}")
        self.codes[code] += 1

    async def _in_turn(self, call: Any, messages: list[bytes]) -> StatusCode:  # noqa: ANN401 - of any stream
        """Send each message once the one before is answered; give what the server ends the call with."""
        with suppress(grpc.aio.AioRpcError):
            for message in messages:
                await call.write(message)
                answer = await call.read()
                if answer is grpc.aio.EOF:
                    break
                self._heed(answer)
            await call.done_writing()
        code: StatusCode = await call.code()
        return code

    def _heed(self, answer: bytes) -> None:
        """Take ids from an answer, for later messages."""
        if len(self._mutator.known) < 500:
            self._mutator.known += [found.decode() for found in ID.findall(answer)[:3]]


async def fuzz(folder: Path, database: str, number: int) -> tuple[Counter[StatusCode], list[str], float, str]:
    """Give the codes, what was no answer, how much memory grew after the first fifth, and what was logged."""
    with target(folder, database) as served:
        async with grpc.aio.insecure_channel(served.address) as channel:
            await asyncio.wait_for(ready(channel), 30)
            fuzzer = Fuzzer(channel, served, number)
            await fuzzer.learn()
            await fuzzer.send(number // 5)
            before = served.memory()
            await fuzzer.send(number - number // 5)
            assert (await health(channel)).status == SERVING
            grown = served.memory() - before
        assert served.process.poll() is None
        return fuzzer.codes, fuzzer.bad, grown, served.log.read_text(encoding="utf-8")


async def ready(channel: grpc.aio.Channel) -> None:
    while True:
        with suppress(grpc.aio.AioRpcError):
            if (await health(channel)).status == SERVING:
                return
        await asyncio.sleep(0.1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The two databases take offence at different things."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "desk.db")
    else:
        with postgres_database() as url:
            yield url


async def test_a_thousand_mutated_messages_are_answered_or_refused(tmp_path: Path, database: str) -> None:
    codes, bad, grown, logged = await fuzz(tmp_path, database, SOME)
    assert bad == []
    assert "incident" not in logged
    assert codes[StatusCode.OK] > SOME / 20
    assert codes[StatusCode.INVALID_ARGUMENT] > SOME / 5
    assert grown < MOST_GROWTH


@pytest.mark.promise
async def test_fifty_thousand_mutated_messages_are_answered_or_refused(
    tmp_path: Path, database: str, promised: Promised
) -> None:
    codes, bad, grown, logged = await fuzz(tmp_path, database, ALL)
    kind = database.partition(":")[0]
    assert "incident" not in logged
    assert sum(codes.values()) >= ALL
    sys.stderr.write(
        "".join(f"{each[:2_000]}\n" for each in bad)
    )  # which pytest shows when the promise is broken
    promised(
        f"Of 50,000 mutated messages, those that end in a fault or not at all ({kind})", len(bad), exactly=0
    )
    promised(
        f"Memory gained over 40,000 mutated messages ({kind})",
        round(grown, 1),
        at_most=MOST_GROWTH,
        unit="MiB",
    )
