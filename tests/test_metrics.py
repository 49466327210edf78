"""What Prometheus reads of a server: the figures are right, and tell of no article and no caller."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from service.errors import CannotListen, StoreUnavailable
from service.pb.overclaim.v1 import access_pb2, access_pb2_grpc
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.registry import Models
from service.rpc.exposing import Backlog
from service.rpc.server import Server
from service.store.opening import open_store
from tests.calls import ask, failure
from tests.conftest import BUNDLED, free_port
from tests.desks import NOW, OVERSTATED, submit
from tests.sites import workers
from tests.test_workers import ON_LINUX, connections, eventually, score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.settings import Settings
    from service.store.engine import Store
    from tests.conftest import Serving, Spawning

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_listen=f"127.0.0.1:{free_port()}", max_streams=1)


def read(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def samples(text: str) -> Samples:
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in families(text)
        for each in family.samples
    }


async def scrape(settings: Settings) -> Samples:
    return samples(await asyncio.to_thread(read, settings.metrics_listen))


def value(found: Mapping[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


async def test_calls_articles_and_refusals_are_counted(serving: Serving, settings: Settings) -> None:
    async with serving(settings) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        for body in ("It cures all.", "It may help.", "It may help."):
            await service.ScoreArticle(ask(body))
        await failure(service.ScoreArticle(ask("BREAK")))
        await failure(service.ScoreArticle(ask("")))
        batch = pb.BatchScoreArticlesRequest(requests=[ask("It cures all."), ask("")])
        await service.BatchScoreArticles(batch)
        await failure(access_pb2_grpc.AccessServiceStub(channel).ListKeys(access_pb2.ListKeysRequest()))
        waiting = service.ScoreArticle(ask("SLOW " * 30))
        await asyncio.sleep(0.2)
        found = await scrape(settings)
        waiting.cancel()
        await asyncio.sleep(0.2)
        after = await scrape(settings)
    method = "ModerationService/ScoreArticle"
    assert value(found, "overclaim_calls_total", method=method, code="OK") == 3
    assert value(found, "overclaim_calls_total", method=method, code="INTERNAL") == 1
    assert value(found, "overclaim_calls_total", method=method, code="INVALID_ARGUMENT") == 1
    assert value(found, "overclaim_calls_total", method="AccessService/ListKeys", code="UNAUTHENTICATED") == 1
    assert value(found, "overclaim_call_seconds_count", method=method) == 5
    assert value(found, "overclaim_calls_in_flight", method=method) == 1
    assert value(after, "overclaim_calls_in_flight", method=method) == 0
    assert value(after, "overclaim_calls_total", method=method, code="CANCELLED") == 1
    assert value(found, "overclaim_refused_total", reason="INVALID_ARTICLE") == 2
    assert value(found, "overclaim_refused_total", reason="KEY_MISSING") == 1
    assert value(found, "overclaim_refused_total", reason="INTERNAL") == 1
    model = "stand-in"
    overstated = [
        number
        for (name, labels), number in found.items()
        if name == "overclaim_articles_total" and ("verdict", "overstated") in labels
    ]
    assert overstated == [2]
    assert value(found, "overclaim_articles_total", model=model, verdict="hedged", action="publish") == 2
    assert value(found, "overclaim_article_score_count", model=model) == 4
    assert value(found, "overclaim_article_score_bucket", model=model, le="0.1") == 2
    assert value(found, "overclaim_model_workers", model=model) == 1
    assert value(found, "overclaim_workers") == 1
    assert value(found, "overclaim_store_up") == 1


async def test_metrics_tell_of_no_article_and_no_caller(serving: Serving, settings: Settings) -> None:
    async with serving(settings) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        await service.ScoreArticle(
            ask("Canary cures all.", title="canary", article_id="canary", idempotency_key="canary")
        )
        await failure(service.ScoreArticle(ask("BREAK canary")))
        await failure(service.ScoreArticle(ask("It may."), metadata=(("authorization", "Bearer canary"),)))
        raw: Any = channel
        await failure(raw.unary_unary("/overclaim.v1.ModerationService/Canary")(b""))
        text = await asyncio.to_thread(read, settings.metrics_listen)
    assert "overclaim_calls_total" in text
    assert "canary" not in text.lower()
    assert "/" not in "".join(text.split("Service/"))
    names = {label for name, labels in samples(text) for label, _ in labels if name.startswith("overclaim")}
    assert names == {"method", "code", "reason", "model", "verdict", "action", "state", "le"}


async def test_calls_refused_before_any_work_are_told_apart(serving: Serving, settings: Settings) -> None:
    async with serving(replace(settings, max_calls=1)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        running = service.ScoreArticle(ask("SLOW " * 5))
        await asyncio.sleep(0.2)
        await failure(service.ScoreArticle(ask("x")))
        await running
        found = await scrape(settings)
    assert value(found, "overclaim_refused_total", reason="OVERLOADED") == 1


def test_the_queue_is_told_with_the_age_of_its_oldest_item(store: Store) -> None:
    def told(*, by_tenant: bool) -> dict[str, list[tuple[dict[str, str], float]]]:
        found = Backlog(store, by_tenant=by_tenant).collect()
        return {each.name: [(sample.labels, sample.value) for sample in each.samples] for each in found}

    assert told(by_tenant=False)["overclaim_queue_items"] == [({}, 0)]
    assert told(by_tenant=True)["overclaim_queue_items"] == []
    submit(store, OVERSTATED)
    submit(store, OVERSTATED + " Twice.")
    one = told(by_tenant=False)
    assert one["overclaim_queue_items"] == [({}, 2)]
    assert one["overclaim_queue_overdue"] == [({}, 2)]
    assert one["overclaim_queue_oldest_seconds"][0][1] > timedelta(days=1).total_seconds(), NOW
    assert one["overclaim_deliveries"] == [({"state": "waiting"}, 0), ({"state": "dead"}, 0)]
    assert told(by_tenant=True)["overclaim_queue_items"] == [({"tenant": "t"}, 2)]


def test_while_the_database_is_away_only_that_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StoreUnavailable("away", retry_after=1)

    monkeypatch.setattr(store, "reading", away)
    (only,) = Backlog(store, by_tenant=False).collect()
    assert (only.name, only.samples[0].value) == ("overclaim_store_up", 0)


async def test_a_port_for_metrics_that_is_taken_is_refused(serving: Serving, settings: Settings) -> None:
    async with serving(settings):
        second = replace(settings, listen=f"127.0.0.1:{free_port()}")
        server = Server(second, store=open_store(""), models=Models(BUNDLED, None))
        with pytest.raises(CannotListen, match=settings.metrics_listen):
            await server.start()
        await server.drain()


@ON_LINUX
def test_all_workers_are_read_at_one_port(spawning: Spawning) -> None:
    address = f"127.0.0.1:{free_port()}"
    with spawning("--workers", "2", "--metrics-listen", address) as server:
        with connections(server.address) as channels:
            for each in channels:
                score(each)
        found = samples(read(address))
        method = "ModerationService/ScoreArticle"
        assert value(found, "overclaim_calls_total", method=method, code="OK") == len(channels)
        assert value(found, "overclaim_article_score_count", model="stand-in") == len(channels)
        assert value(found, "overclaim_model_workers", model="stand-in") == 2
        assert value(found, "overclaim_workers") == 2
        assert value(found, "overclaim_worker_deaths_total") == 0
        killed = workers(server.process.pid)[0]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: value(samples(read(address)), "overclaim_worker_deaths_total") == 1)
        eventually(lambda: value(samples(read(address)), "overclaim_workers") == 2)
        found = samples(read(address))
        assert value(found, "overclaim_model_workers", model="stand-in") == 2
        assert value(found, "overclaim_calls_total", method=method, code="OK") == len(channels)
        assert server.stop() == 0


def test_what_is_off_is_not_loaded() -> None:
    command = (
        "import asyncio, sys\n"
        "from service.registry import Models\n"
        "from service.rpc.server import Server\n"
        "from service.settings import Settings\n"
        "from service.store.opening import open_store\n"
        "from pathlib import Path\n"
        "async def main():\n"
        "    settings, models = Settings(listen='127.0.0.1:0'), Models(Path('x'), None)\n"
        "    server = Server(settings, store=open_store(''), models=models)\n"
        "    await server.start()\n"
        "    await server.drain()\n"
        "asyncio.run(main())\n"
        "print(*sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    loaded = {each.partition(".")[0] for each in done.stdout.split()}
    assert "grpc" in loaded
    assert not loaded & {"prometheus_client", "opentelemetry", "wsgiref"}
