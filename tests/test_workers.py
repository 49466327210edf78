"""Several processes on one port, as an operator starts them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from service.access import create_key
from service.classifier import artifact
from service.errors import CannotListen
from service.pb.overclaim.v1 import models_pb2, models_pb2_grpc, review_pb2, review_pb2_grpc
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.registry import Models
from service.rpc.ports import reserved
from service.rpc.server import Server
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import ask
from tests.conftest import BUNDLED, Process, free_port
from tests.desks import OVERSTATED, postgres_database
from tests.sites import workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.settings import Settings
    from tests.conftest import Serving, Spawning

PATIENCE = 20
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's lists of processes")


def lines(server: Process) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]


def told(server: Process, event: str) -> list[dict[str, Any]]:
    return [each for each in lines(server) if each["event"] == event]


def answering(server: Process) -> set[int]:
    """The workers that have answered calls."""
    return {each["worker"] for each in told(server, "call")}


def eventually(happens: Any) -> Any:  # noqa: ANN401 - whatever a test waits for
    until = time.monotonic() + PATIENCE
    while not (happened := happens()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
    return happened


@contextmanager
def connections(address: str, number: int = 12) -> Iterator[list[grpc.Channel]]:
    """Channels with a connection each, of which chance gives every worker some."""
    alone = [("grpc.use_local_subchannel_pool", 1)]
    channels = [grpc.insecure_channel(address, alone) for _ in range(number)]
    try:
        yield channels
    finally:
        for each in channels:
            each.close()


def score(channel: grpc.Channel, body: str = "It may help.", **more: Any) -> pb.ScoreArticleResponse:  # noqa: ANN401 - as ask
    return pb_grpc.ModerationServiceStub(channel).ScoreArticle(
        ask(body, **more), timeout=PATIENCE, wait_for_ready=True
    )


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def assert_taken(address: str, settings: Settings) -> None:
    """Assert that neither a server nor one with workers can listen there."""
    with pytest.raises(CannotListen, match="taken"), reserved(address):
        pass
    server = Server(replace(settings, listen=address), store=open_store(""), models=Models(BUNDLED, None))
    with pytest.raises(CannotListen, match="taken"):
        await server.start()
    await server.drain()


@ON_LINUX
async def test_workers_share_a_port_that_is_theirs_alone_and_drain_without_a_failed_call(
    spawning: Spawning, settings: Settings
) -> None:
    with spawning("--workers", "2") as server:
        await assert_taken(server.address, settings)
        with connections(server.address) as channels:
            for each in channels:
                score(each)
            eventually(lambda: answering(server) == {0, 1})
            running = [
                pb_grpc.ModerationServiceStub(each).ScoreArticle.future(ask("SLOW " * 5), timeout=PATIENCE)
                for each in channels
            ]
            await asyncio.sleep(0.3)
            assert server.stop() == 0
            assert {call.result().score.verdict for call in running} == {pb.VERDICT_NEUTRAL}
        assert {each["worker"] for each in told(server, "stopped")} == {0, 1}


@ON_LINUX
def test_a_worker_that_dies_is_begun_anew_and_all_go_with_whoever_started_them(spawning: Spawning) -> None:
    with spawning("--workers", "2") as server:
        killed = workers(server.process.pid)[0]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: told(server, "worker begun anew"))
        (died,) = told(server, "worker died")
        assert died["status"] == -signal.SIGKILL
        now = workers(server.process.pid)
        assert killed not in now
        assert len(now) == 2
        with connections(server.address) as channels:
            for each in channels:
                score(each)
        eventually(lambda: died["worker"] in answering(server))
        server.process.kill()
        server.process.wait(PATIENCE)
        eventually(lambda: not any(map(alive, now)))


def loaded(*modules: str) -> set[str]:
    """What a fresh process has loaded once it has imported these."""
    command = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_process_that_starts_others_never_loads_grpc() -> None:
    assert "grpc" not in loaded("service.__main__", "service.serving", "service.store.migrate")


def test_a_worker_loads_nothing_that_it_does_not_use() -> None:
    heavy = {"sklearn", "scipy", "joblib", "alembic", "cryptography", "httpx", "starlette"}
    assert not heavy & loaded("service.serving", "service.rpc.running", "service.upkeep")


async def test_workers_do_not_listen_where_a_server_does(serving: Serving, settings: Settings) -> None:
    async with serving(settings):
        await assert_taken(settings.listen, settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]"])  # noqa: S104 - held, not served on
def test_a_port_that_is_reserved_is_kept_from_a_second_one_and_free_afterwards(host: str) -> None:
    address = f"{host}:{free_port()}"
    for _ in range(2):
        with reserved(address) as first, pytest.raises(CannotListen), reserved(first):
            pass


def test_any_port_becomes_a_certain_one() -> None:
    with reserved("127.0.0.1:0") as address:
        assert int(address.rpartition(":")[2]) > 0


def test_workers_that_cannot_begin_end_the_server_with_the_reason(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "serve", "--workers", "2", "--model", str(tmp_path)]
    done = subprocess.run(
        [*command, "--listen", f"127.0.0.1:{free_port()}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"overclaim: {tmp_path}" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def key_in(url: str, role: Role) -> tuple[tuple[str, str], ...]:
    """Make a key in a database, and give the metadata that carries it."""
    store = open_store(url)
    with store.writing() as session:
        secret = create_key(session, tenant="t", name="eve", role=role, now=datetime.now(UTC))[1]
    store.close()
    return (("authorization", f"Bearer {secret}"),)


def copied(version: str, folder: Path) -> str:
    """Copy the bundled model under another version, and give that."""
    shutil.copytree(BUNDLED, folder / version)
    path = folder / version / artifact.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": version}), "utf-8")
    return version


@ON_LINUX
@pytest.mark.postgres
def test_an_activation_reaches_every_worker_and_no_call_fails(spawning: Spawning, tmp_path: Path) -> None:
    """Both workers of another server, which shares nothing but the database and the models."""
    version = copied("next+1", tmp_path / "models")
    with postgres_database() as url:
        secret = key_in(url, Role.ML_ENGINEER)
        flags = ("--models", str(tmp_path / "models"), "--database", url)
        with spawning("--workers", "2", *flags) as one, spawning(*flags) as other:
            with connections(one.address) as here, connections(other.address, 1) as there:
                assert {score(each).score.model_version for each in here + there} == {"stand-in"}
                models_pb2_grpc.ModelServiceStub(there[0]).ActivateModel(
                    models_pb2.ActivateModelRequest(version=version), metadata=secret, timeout=PATIENCE
                )
                activated = time.monotonic()
                eventually(lambda: {score(each).score.model_version for each in here + there} == {version})
                assert time.monotonic() - activated < 8
            # One that dies afterwards comes back with the same model, not with its first.
            os.kill(workers(one.process.pid)[0], signal.SIGKILL)
            eventually(lambda: told(one, "worker begun anew"))
            with connections(one.address) as again:
                assert {score(each).score.model_version for each in again} == {version}


async def test_a_watch_is_resumed_by_whichever_worker_the_watcher_meets(
    spawning: Spawning, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with spawning("--workers", "2", "--database", url) as server:
        key = key_in(url, Role.ADMINISTRATOR)
        token, heard_of = "", []
        with connections(server.address) as channels:
            for number, channel in enumerate(channels):
                watched = channels[number - 1]
                moderation = pb_grpc.ModerationServiceStub(channel)
                asked = ask(f"{OVERSTATED}\n{number}.", article_id=str(number), keep=pb.KEEP_FOR_REVIEW)
                kept = moderation.ScoreArticle(asked, metadata=key, timeout=PATIENCE)
                review = review_pb2_grpc.ReviewServiceStub(channel)
                claimed = review.ClaimItem(review_pb2.ClaimItemRequest(), metadata=key).item
                review.RecordDecision(
                    review_pb2.RecordDecisionRequest(
                        item_id=claimed.item_id,
                        claim_id=claimed.claim.claim_id,
                        request_id=str(number),
                        ruling=review_pb2.Ruling(outcome=review_pb2.OUTCOME_UPHELD),
                    ),
                    metadata=key,
                )
                watch = review_pb2_grpc.FeedbackServiceStub(watched).WatchDecisions(
                    review_pb2.WatchDecisionsRequest(resume_token=token), metadata=key, timeout=PATIENCE
                )
                heard = await asyncio.to_thread(next, watch)
                watch.cancel()
                token = heard.resume_token
                heard_of.append((heard.review.review_id, kept.assessment.review_id))
        assert [heard for heard, _ in heard_of] == [kept for _, kept in heard_of]
        assert answering(server) == {0, 1}
