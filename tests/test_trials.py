"""Models on trial: a shadow compares and never answers; a canary answers its share of tenants alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import grpc
import pytest

from service.access import create_key
from service.errors import InvalidRequest, ModelRefused, NoTrial
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import models_pb2_grpc, moderation_pb2, moderation_pb2_grpc
from service.registry import Loaded, Models, record_activation, require_not_retired
from service.rpc.server import Server
from service.settings import Settings
from service.store.words import Role, TrialKind
from service.trials.comparing import Measure, cells, stability
from service.trials.counts import add_counts, shadow_report
from service.trials.standing import begin_trial, end_trial, is_canarys, standing
from tests.calls import ask
from tests.conftest import BUNDLED, StandIn, free_port
from tests.desks import NOW, OVERSTATED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from service.classifier.results import ArticleScore
    from service.store.engine import Store
    from service.trials.counts import Counted

TENANTS = [f"tenant-{number}" for number in range(2_000)]


class Stands(StandIn):
    """A stand-in that sees a promise where the other one sees a hedge."""

    def score(self, body: str, **more: object) -> ArticleScore:
        return super().score(body.replace("may  ", "cures"), **more)  # type: ignore[arg-type] # as the base class has it


class Shelf(Models):
    """Models of versions that begin with "next", made of stand-ins."""

    def load(self, version: str, *, manifest: str) -> Loaded:
        if version.startswith("next"):
            return Loaded(self.get(version), Stands(version))
        return super().load(version, manifest=manifest)


@asynccontextmanager
async def serving(store: Store, folder: Path) -> AsyncIterator[tuple[Server, grpc.aio.Channel]]:
    settings = Settings(listen=f"127.0.0.1:{free_port()}", drain_seconds=0, models=folder)
    server = Server(settings, store=store, models=Shelf(BUNDLED, folder))
    await server.start()
    await server.open(StandIn)
    try:
        async with grpc.aio.insecure_channel(server.address) as channel:
            yield server, channel
    finally:
        await server.drain()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from tests.test_workers import copied  # noqa: PLC0415 - that module needs Linux

    for version in ("next+1", "next+2"):
        copied(version, tmp_path / "models")
    return tmp_path / "models"


class Engineer:
    """Calls with the key of an ML engineer, and of publishers of any tenant."""

    def __init__(self, channel: grpc.aio.Channel, store: Store) -> None:
        self.models = models_pb2_grpc.ModelServiceStub(channel)
        self._moderation = moderation_pb2_grpc.ModerationServiceStub(channel)
        self._store = store
        self.key = self.key_of("t", Role.ML_ENGINEER)

    def key_of(self, tenant: str, role: Role = Role.PUBLISHER) -> tuple[tuple[str, str], ...]:
        with self._store.writing() as session:
            now = datetime.now(UTC)
            secret = create_key(session, tenant=tenant, name="eve", role=role, now=now)[1]
        return (("authorization", f"Bearer {secret}"),)

    async def score(
        self, body: str = OVERSTATED, key: tuple[tuple[str, str], ...] | None = None
    ) -> moderation_pb2.ScoreArticleResponse:
        return await self._moderation.ScoreArticle(ask(body), metadata=key or self.key)

    async def shadow(self, version: str, percent: int = 100) -> pb.SetShadowResponse:
        request = pb.SetShadowRequest(version=version, percent=percent)
        return await self.models.SetShadow(request, metadata=self.key)

    async def canary(self, version: str, percent: int) -> pb.SetCanaryResponse:
        request = pb.SetCanaryRequest(version=version, percent=percent)
        return await self.models.SetCanary(request, metadata=self.key)

    async def report(self, server: Server) -> pb.GetShadowReportResponse:
        await server._scorer.shadow.write()
        return await self.models.GetShadowReport(pb.GetShadowReportRequest(), metadata=self.key)


async def compared(engineer: Engineer, server: Server, number: int) -> pb.Comparison:
    """Wait until so many articles were compared, shed or failed on."""
    for _ in range(300):
        report = await engineer.report(server)
        for each in report.comparisons:
            if each.compared + each.shed + each.failed >= number:
                return each
        await asyncio.sleep(0.05)
    pytest.fail("nothing was compared within fifteen seconds")


async def test_a_shadow_is_compared_and_never_answers(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (server, channel):
        engineer = Engineer(channel, store)
        assert (await engineer.shadow("next+1")).shadow.percent == 100
        for body in (OVERSTATED, "It may   help.", "Call us."):
            answer = await engineer.score(body)
            assert answer.score.model_version == "stand-in"
        found = await compared(engineer, server, 3)
        assert (found.serving_version, found.compared, found.agreed) == ("stand-in", 3, 2)
        flips = {(each.serving, each.shadow): each.articles for each in found.verdicts}
        hedged, overstated = moderation_pb2.VERDICT_HEDGED, moderation_pb2.VERDICT_OVERSTATED
        assert flips[hedged, overstated] == 1
        assert [(each.both, each.serving_alone, each.shadow_alone) for each in found.categories] == [
            (1, 0, 1)
        ]
        assert {round(each.start, 1): each.articles for each in found.differences} == {0.0: 2, 0.7: 1}
        assert found.psi > 0
        await engineer.shadow("")
        await engineer.score()
        report = await engineer.report(server)
        assert not report.going_on
        assert report.comparisons[0].compared == 3


async def test_a_shadow_that_fails_harms_no_call(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (server, channel):
        engineer = Engineer(channel, store)
        await engineer.shadow("next+1")

        def broken(*_: object, **__: object) -> ArticleScore:
            raise RuntimeError(OVERSTATED)

        server._scorer.shadow._classifier.score = broken  # type: ignore[union-attr, method-assign] # to cause a failure
        await engineer.score()
        assert (await compared(engineer, server, 1)).failed == 1


async def test_under_load_the_shadow_is_shed_first(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (server, channel):
        engineer = Engineer(channel, store)
        await engineer.shadow("next+1")
        busy = asyncio.create_task(engineer.score("SLOW\n" * 20))
        await asyncio.sleep(0.2)
        await asyncio.gather(*(engineer.score() for _ in range(20)))
        assert not busy.done()
        report = await engineer.report(server)
        assert report.comparisons[0].shed == 12
        assert not report.comparisons[0].compared
        await busy
        assert (await compared(engineer, server, 20)).compared >= 8


async def test_a_share_of_articles_is_compared(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (server, channel):
        engineer = Engineer(channel, store)
        await engineer.shadow("next+1", 25)
        for _ in range(12):
            await engineer.score()
            await asyncio.sleep(0.02)
        assert (await compared(engineer, server, 3)).compared == 3


async def test_a_canary_answers_its_tenants_and_is_promoted(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (_, channel):
        engineer = Engineer(channel, store)
        tenants = TENANTS[:12]
        keys = {each: engineer.key_of(each) for each in tenants}

        async def models() -> dict[str, str]:
            return {each: (await engineer.score(key=key)).score.model_version for each, key in keys.items()}

        before: set[str] = set()
        for percent in (30, 70, 100):
            assert (await engineer.canary("next+1", percent)).canary.percent == percent
            answered = await models()
            here = {each for each, version in answered.items() if version == "next+1"}
            assert here == {each for each in tenants if is_canarys(each, "next+1", percent)}
            assert before <= here
            before = here
        assert before == set(tenants)
        await engineer.canary("", 0)
        assert set((await models()).values()) == {"stand-in"}
        await engineer.canary("next+1", 30)
        promoted = await engineer.models.PromoteCanary(pb.PromoteCanaryRequest(), metadata=engineer.key)
        assert promoted.model.active
        assert set((await models()).values()) == {"next+1"}
        listed = await engineer.models.ListModels(pb.ListModelsRequest(), metadata=engineer.key)
        assert not listed.HasField("canary")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await engineer.canary("next+1", 10)
        assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert "serves already" in (refused.value.details() or "")


async def test_trials_survive_a_restart_and_reach_other_servers(store: Store, folder: Path) -> None:
    async with serving(store, folder) as (_, channel), serving(store, folder) as (other, elsewhere):
        engineer = Engineer(channel, store)
        await engineer.canary("next+1", 100)
        await engineer.shadow("next+2")
        there = Engineer(elsewhere, store)
        for _ in range(160):
            if (await there.score()).score.model_version == "next+1" and other._scorer.shadow._trial:
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("the other server has heard of no trial within eight seconds")
    async with serving(store, folder) as (server, channel):
        engineer = Engineer(channel, store)
        assert (await engineer.score()).score.model_version == "next+1"
        assert (await compared(engineer, server, 1)).serving_version == "next+1"


def test_the_canarys_share_grows_without_anybody_going_back() -> None:
    before: set[str] = set()
    for percent in range(101):
        here = {each for each in TENANTS if is_canarys(each, "next", percent)}
        assert before <= here
        assert abs(len(here) - 20 * percent) < 100
        before = here
    assert not any(is_canarys(each, "next", 0) for each in TENANTS)
    assert before == set(TENANTS)
    first, second = ({each for each in TENANTS if is_canarys(each, name, 10)} for name in ("one", "two"))
    assert len(first & second) < 60


def test_one_of_the_last_three_may_serve_again_and_a_retired_one_only_when_that_is_said(store: Store) -> None:
    with store.writing() as session:
        for version in ("a", "b", "c", "b", "d"):
            record_activation(session, version, actor="eve", now=NOW)
        for version in ("b", "c", "d", "new"):
            require_not_retired(session, version, again=False)
        with pytest.raises(ModelRefused, match="a is retired: 3 other models"):
            require_not_retired(session, "a", again=False)
        require_not_retired(session, "a", again=True)


def test_of_each_kind_the_last_trial_stands_and_an_activation_ends_what_it_makes_moot(store: Store) -> None:
    with store.writing() as session:
        begin_trial(session, TrialKind.SHADOW, "a", percent=10, actor="eve", now=NOW)
        begin_trial(session, TrialKind.CANARY, "a", percent=10, actor="eve", now=NOW)
        begin_trial(session, TrialKind.SHADOW, "b", percent=20, actor="eve", now=NOW)
        assert {each.version for each in standing(session).values()} == {"a", "b"}
        record_activation(session, "c", actor="eve", now=NOW)
        assert [each.version for each in standing(session).values()] == ["b"]
        record_activation(session, "b", actor="eve", now=NOW)
        assert not standing(session)
        with pytest.raises(NoTrial):
            end_trial(session, TrialKind.SHADOW, actor="eve", now=NOW)
        for percent in (0, 101):
            with pytest.raises(InvalidRequest):
                begin_trial(session, TrialKind.SHADOW, "a", percent=percent, actor="eve", now=NOW)


def test_servers_add_to_the_same_counts(store: Store) -> None:
    with store.reading() as session, pytest.raises(NoTrial):
        shadow_report(session)
    with store.writing() as session:
        trial = begin_trial(session, TrialKind.SHADOW, "b", percent=100, actor="eve", now=NOW).id
    score = StandIn("a").score(OVERSTATED)
    counted: Counted = Counter(
        {(trial, "a", measure.value, cell): n for (measure, cell), n in cells(score, score).items()}
    )
    for _ in range(3):
        with store.writing() as session:
            add_counts(session, counted)
    with store.reading() as session:
        (found,) = shadow_report(session).comparisons
    assert (found.compared, found.agreed, found.differences) == (3, 3, {0: 3})
    assert found.categories == {("efficacy", "both"): 3}


def test_what_is_counted_quotes_nothing() -> None:
    ours = StandIn().score("It cures all. Ludmilla said so.")
    theirs = replace(ours, scores=StandIn().score("Call us.").scores)
    assert not any("Ludmilla" in cell for _, cell in cells(ours, theirs))
    assert cells(ours, theirs)[Measure.DIFFERENCE, "-7"] == 1


def test_scores_that_do_not_move_have_an_index_of_nought() -> None:
    assert stability({1: 40, 8: 2}, {1: 40, 8: 2}) == pytest.approx(0)
    assert (stability({1: 40}, {8: 40}) or 0) > 1
    assert stability({}, {}) is None
