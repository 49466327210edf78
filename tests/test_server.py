from __future__ import annotations

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo  # type: ignore[import-untyped] # no types
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped] # no types
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc  # type: ignore[import-untyped] # no types

from service.client import Article, AsyncClient, Client
from service.errors import BadFile, CannotListen, OverclaimError, SelfTestFailed
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.registry import Models
from service.rpc.server import SERVICES, Server
from service.settings import Settings
from service.store.opening import open_store
from tests.calls import NOT_SERVING, SERVICE, SERVING, ask, detail, failure, health, status_of
from tests.certificates import certify
from tests.conftest import BUNDLED, SECRET, StandIn, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Serving, Spawning


OPENED = ExitStack()


def make(settings: Settings) -> Server:
    """A server on the database of the settings: by default, one that it shares with other tests."""
    store = open_store(settings.database)
    OPENED.callback(store.close)
    return Server(settings, store=store, models=Models(BUNDLED, None))


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    """Close what `make` has opened, once a test is over."""
    yield
    OPENED.close()


async def test_health_says_serving_only_once_the_self_test_has_passed(settings: Settings) -> None:
    settings = replace(settings, drain_seconds=5)
    passed = threading.Event()

    def load() -> StandIn:
        passed.wait(5)
        return StandIn()

    server = make(settings)
    await server.start()
    async with grpc.aio.insecure_channel(server.address) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=SERVICE))
        opening = asyncio.create_task(server.open(load))
        assert (await watch.read()).status == NOT_SERVING
        assert (await health(channel)).status == NOT_SERVING
        error = await failure(service.ScoreArticle(ask("x")))
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert detail(status_of(error), ErrorInfo).reason == "NOT_READY"
        assert detail(status_of(error), RetryInfo).retry_delay.seconds == 1
        passed.set()
        await opening
        assert (await watch.read()).status == SERVING
        assert (await health(channel, SERVICE)).status == SERVING
        began = time.perf_counter()
        draining = asyncio.create_task(server.drain())
        assert (await watch.read()).status == NOT_SERVING
        await draining
        assert time.perf_counter() - began < 2


async def test_a_model_that_fails_its_self_test_is_never_served(settings: Settings) -> None:
    class Drifted(StandIn):
        def self_test(self) -> None:
            raise SelfTestFailed("text 3 scores 0.2 instead of 0.9")

    server = make(settings)
    await server.start()
    async with grpc.aio.insecure_channel(server.address) as channel:
        with pytest.raises(SelfTestFailed):
            await server.open(Drifted)
        assert (await health(channel)).status == NOT_SERVING
    await server.drain()


async def test_health_knows_no_other_service(channel: grpc.aio.Channel) -> None:
    error = await failure(health(channel, "no.such.Service"))
    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_reflection_lists_the_services_and_the_files_of_the_contract(channel: grpc.aio.Channel) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICE),
    ]
    listed, file = [each async for each in stub.ServerReflectionInfo(iter(asked))]
    names = {each.name for each in listed.list_services_response.service}
    others = {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
    assert {SERVICE, *SERVICES, *others} == names
    assert file.file_descriptor_response.file_descriptor_proto


@pytest.mark.parametrize("address", ["0.0.0.0:{}", "[::]:{}", "example.org:{}"])
async def test_listening_beyond_localhost_without_tls_is_refused(address: str) -> None:
    server = make(Settings(listen=address.format(free_port())))
    with pytest.raises(CannotListen, match="--insecure-listen"):
        await server.start()
    await server.drain()


async def test_listening_beyond_localhost_can_be_insisted_upon() -> None:
    server = make(Settings(listen=f"0.0.0.0:{free_port()}", insecure_listen=True))
    await server.start()
    await server.drain()


async def test_a_port_that_is_taken_is_refused(serving: Serving, settings: Settings) -> None:
    async with serving(settings):
        second = make(settings)
        with pytest.raises(CannotListen, match="taken"):
            await second.start()
        await second.drain()


def test_sigterm_drains_without_a_failed_call(spawning: Spawning) -> None:
    with spawning() as server, grpc.insecure_channel(server.address) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        running = [service.ScoreArticle.future(ask("SLOW " * 5), timeout=20) for _ in range(8)]
        time.sleep(0.3)
        assert server.stop() == 0
        assert [call.result().score.verdict for call in running] == [pb.VERDICT_NEUTRAL] * 8


def test_the_log_tells_of_calls_and_never_of_text(spawning: Spawning) -> None:
    with spawning() as server, grpc.insecure_channel(server.address) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        service.ScoreArticle(ask("canary in the body", title="canary title"))
        with pytest.raises(grpc.RpcError):
            service.ScoreArticle(ask("BREAK canary"))
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=10) == 0
        log = server.log.read_text()
    assert f'"method": "/{SERVICE}/ScoreArticle", "code": "OK"' in log
    assert '"event": "incident"' in log
    assert "canary" not in log
    assert SECRET not in log


def test_health_stays_quick_while_the_longest_articles_are_scored(spawning: Spawning) -> None:
    with spawning() as server, grpc.insecure_channel(server.address) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        check = health_pb2_grpc.HealthStub(channel).Check
        running = [service.ScoreArticle.future(ask("BUSY " + "word " * 39_999), timeout=60) for _ in range(8)]
        waits = []
        while not all(call.done() for call in running):
            began = time.perf_counter()
            check(health_pb2.HealthCheckRequest())
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        assert [call.code() for call in running] == [grpc.StatusCode.OK] * 8
    assert len(waits) > 50
    assert sorted(waits)[len(waits) * 99 // 100] < 0.2


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate that localhost signed for itself, and its key."""
    return certify(tmp_path)


async def test_with_tls_any_address_may_be_listened_on(certified: tuple[Path, Path]) -> None:
    certificate, key = certified
    port = free_port()
    server = make(
        Settings(listen=f"0.0.0.0:{port}", tls_certificate=certificate, tls_key=key, require_keys="no")
    )
    await server.start()
    await server.open(StandIn)
    trusted = grpc.ssl_channel_credentials(certificate.read_bytes())
    async with AsyncClient(f"localhost:{port}", credentials=trusted) as client:
        assert (await client.score_article(Article("It may."))).severity == 0
    async with AsyncClient(f"localhost:{port}") as client:
        with pytest.raises(OverclaimError):
            await client.score_article(Article("It may."), timeout=1)
    await server.drain()


async def test_an_article_can_be_kept_before_there_is_any_key(settings: Settings, tmp_path: Path) -> None:
    """On a fresh database, between the word that it serves and the first administrator's key."""
    server = make(replace(settings, database=f"sqlite:///{tmp_path / 'fresh.db'}"))
    await server.start()
    await server.open(StandIn)
    async with grpc.aio.insecure_channel(server.address) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        kept = await service.ScoreArticle(ask("It cures all.", article_id="a", keep=pb.KEEP_FOR_REVIEW))
    assert kept.assessment.review_id
    await server.drain()


async def test_half_of_tls_is_refused(certified: tuple[Path, Path], settings: Settings) -> None:
    certificate, key = certified
    for half in (replace(settings, tls_certificate=certificate), replace(settings, tls_key=key)):
        server = make(half)
        with pytest.raises(CannotListen, match="both"):
            await server.start()
        await server.drain()


async def test_a_certificate_that_is_not_there_is_named(certified: tuple[Path, Path]) -> None:
    certified[0].unlink()
    server = make(
        Settings(listen=f"127.0.0.1:{free_port()}", tls_certificate=certified[0], tls_key=certified[1])
    )
    with pytest.raises(BadFile, match=r"certificate\.pem"):
        await server.start()
    await server.drain()


def test_a_restart_under_load_fails_no_call(spawning: Spawning) -> None:
    """The next server stands ready beside, as in a rolling deploy; the client knows both addresses."""
    stop = threading.Event()

    def call_until_stopped(client: Client) -> int:
        calls = 0
        while not stop.is_set():
            client.score_article(Article("It may."))
            calls += 1
        return calls

    with spawning() as old, spawning() as new, ThreadPoolExecutor(4) as threads:
        with Client(f"ipv4:{old.address},{new.address}") as client:
            calling = [threads.submit(call_until_stopped, client) for _ in range(4)]
            time.sleep(0.5)
            assert old.stop() == 0
            time.sleep(0.5)
            stop.set()
            assert all(each.result() > 0 for each in calling)
        assert "ScoreArticle" in new.log.read_text()
