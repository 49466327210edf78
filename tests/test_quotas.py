"""What a tenant may ask for: rates and daily quotas, through real servers, with a clock of the test's own."""

from __future__ import annotations

import asyncio
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, QuotaFailure, RetryInfo  # type: ignore[import-untyped] # no types
from hypothesis import given
from hypothesis import strategies as st

from service.__main__ import main
from service.access import create_key
from service.client import Article, AsyncClient, Client
from service.client.desk import AsyncDesk
from service.errors import InvalidRequest, NotAllowed, NotFound, QuotaSpent, RateLimited
from service.pb.overclaim.v1 import access_pb2
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.quota import usage
from service.quota.amounts import Amount, Limits
from service.quota.bucket import BURST_SECONDS, Bucket
from service.registry import Models
from service.rpc.desk import Desk
from service.rpc.meter import REMAINING, RESET, Meter
from service.rpc.server import Server
from service.settings import Settings
from service.store.words import Role
from tests.calls import ask, detail, failure, health, status_of
from tests.conftest import BUNDLED, StandIn, free_port
from tests.desks import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from service.store.engine import Store
    from tests.promises import Promised

ONE = Amount(1, 10)
BODY = "It may help.\nCall us."


@asynccontextmanager
async def serving(store: Store, **limits: int) -> AsyncIterator[str]:
    """Serve a store with some limits as defaults, and give the address."""
    settings = Settings(listen=f"127.0.0.1:{free_port()}", drain_seconds=0, **limits)  # type: ignore[arg-type] # limits alone
    server = Server(settings, store=store, models=Models(BUNDLED, None))
    await server.start()
    await server.open(StandIn)
    try:
        yield server.address
    finally:
        await server.drain()


def key_of(store: Store, *, tenant: str = "t", role: Role = Role.PUBLISHER) -> str:
    with store.writing() as session:
        return create_key(session, tenant=tenant, name=role.value, role=role, now=datetime.now(UTC))[1]


def trailers(call: Any) -> dict[str, str]:  # noqa: ANN401 - a call or what it failed with
    return {key: value for key, value in call if key in (REMAINING, RESET)}


class Clock:
    """A time that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


@asynccontextmanager
async def metering(store: Store, clock: Clock, **limits: int) -> AsyncIterator[Meter]:
    """Meter on a store, as one server among others does."""
    desk = Desk(store, threads=2)
    meter = Meter(desk, defaults=Limits(**limits), clock=clock.seconds, now=clock.now)
    try:
        yield meter
    finally:
        await meter.close()
        desk.close()


async def until_spent(meter: Meter) -> int:
    """Use up what is left of a tenant's day; give how many articles that were."""
    passed = 0
    with suppress(QuotaSpent):
        while True:
            await meter.admit("t", ONE)
            passed += 1
    return passed


# Buckets.


@given(
    rate=st.integers(1, 1_000),
    asked=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 5_000)), min_size=1, max_size=60),
)
def test_no_span_of_time_lets_more_through_than_rate_burst_and_one_charge(
    rate: int, asked: Sequence[tuple[float, int]]
) -> None:
    bucket = Bucket(rate, now=0.0)
    passed = list[tuple[float, int]]()
    now = 0.0
    for pause, amount in asked:
        now += pause
        if not bucket.wait(now):
            bucket.charge(amount, now=now)
            passed.append((now, amount))
    for first, last in itertools.combinations_with_replacement(range(len(passed)), 2):
        span = passed[last][0] - passed[first][0]
        before_last = sum(amount for _, amount in passed[first:last])
        assert before_last <= rate * (span + BURST_SECONDS) + 1e-6


@given(rate=st.integers(1, 10_000), debt=st.integers(1, 1_000_000))
def test_who_waits_as_told_is_let_through_and_not_much_sooner(rate: int, debt: int) -> None:
    bucket = Bucket(rate, now=0.0)
    bucket.charge(rate * BURST_SECONDS + debt, now=0.0)
    wait = bucket.wait(0.0)
    assert debt / rate < wait < debt / rate + 0.01
    assert bucket.wait(wait * 0.99 - 0.01)
    assert not bucket.wait(wait)


# Daily quotas in the store.


async def test_a_quota_is_never_overspent_and_told_when_it_begins_anew(store: Store) -> None:
    clock = Clock()
    async with metering(store, clock, daily_articles=7) as meter:
        for left in range(6, -1, -1):
            await meter.begin("t", scores=True)
            await meter.admit("t", ONE)
            assert meter.trailers("t") == ((REMAINING, f"articles={left}"), (RESET, "43200"))
        with pytest.raises(QuotaSpent, match="0 are left") as spent:
            await meter.admit("t", ONE)
        assert (spent.value.retry_after, spent.value.limit) == (43_200.0, "daily_articles: 7")
        await meter.admit("u", ONE)  # another tenant has its own
        clock.at += timedelta(hours=12)
        await meter.admit("t", ONE)
        assert meter.trailers("t")[0] == (REMAINING, "articles=6")


async def test_servers_share_a_quota_and_none_is_lost_when_they_end_well(
    store: Store, promised: Promised
) -> None:
    clock, passed = Clock(), 0
    async with metering(store, clock, daily_articles=1_000) as one:
        async with metering(store, clock, daily_articles=1_000) as two:
            for _ in range(300):
                for meter in (one, two):
                    await meter.admit("t", ONE)
                    passed += 1
        passed += await until_spent(one)
    promised("articles that two servers let through of a daily quota of 1,000", passed, exactly=1_000)
    async with metering(store, clock, daily_articles=1_000) as again:
        with pytest.raises(QuotaSpent):
            await again.admit("t", ONE)


async def test_what_a_killed_server_held_is_lost_and_that_is_a_hundredth_at_most(
    store: Store, promised: Promised
) -> None:
    clock = Clock()
    desk = Desk(store, threads=1)
    killed = Meter(desk, defaults=Limits(daily_articles=1_000), clock=clock.seconds, now=clock.now)
    await killed.admit("t", ONE)
    desk.close()
    async with metering(store, clock, daily_articles=1_000) as meter:
        passed = 1 + await until_spent(meter)
    assert passed <= 1_000
    promised("articles let through of a daily quota of 1,000 when a server was killed", passed, at_least=990)


def test_reservations_at_once_never_exceed_the_quota(store: Store) -> None:
    limits = Limits(daily_articles=500, daily_code_points=40_000)

    def reserve(number: int) -> Amount:
        with store.writing() as session:
            wanted = Amount(1 + number % 3, 100 * (number % 7))
            return usage.reserve(session, "t", day="2026-01-05", wanted=wanted, limits=limits).got

    with ThreadPoolExecutor(8) as threads:
        got = sum(threads.map(reserve, range(400)), Amount())
    assert got.articles == 500 or got.code_points == 40_000 or got.articles > 490
    assert got.articles <= 500
    assert got.code_points <= 40_000


async def test_calls_at_once_reserve_one_after_another_and_exactly(store: Store) -> None:
    clock = Clock()
    async with metering(store, clock, daily_articles=50, daily_code_points=450) as meter:
        answers = await asyncio.gather(*(meter.admit("t", ONE) for _ in range(80)), return_exceptions=True)
    assert sum(each is None for each in answers) == 45
    assert {type(each) for each in answers if each is not None} == {QuotaSpent}
    assert {str(each.limit) for each in answers if isinstance(each, QuotaSpent)} == {"daily_code_points: 450"}


# Rates.


async def test_a_rate_counts_articles_and_their_code_points_and_a_refusal_costs_nothing(store: Store) -> None:
    clock = Clock()
    async with metering(store, clock, rate_articles=2, rate_code_points=100, daily_articles=100) as meter:
        for _ in range(20):
            await meter.admit("t", ONE)
        with pytest.raises(RateLimited, match="2 articles a second") as limited:
            await meter.admit("t", ONE)
        assert 0 < limited.value.retry_after < 0.6
        assert limited.value.limit == "rate_articles: 2"
        assert meter.trailers("t")[0] == (REMAINING, "articles=80")
        clock.at += timedelta(seconds=limited.value.retry_after)
        await meter.admit("t", Amount(1, 5_000))
        clock.at += timedelta(seconds=5)
        with pytest.raises(RateLimited, match="100 code points a second") as limited:
            await meter.admit("t", ONE)
        assert 30 < limited.value.retry_after < 50


async def test_calls_that_score_nothing_have_a_rate_of_their_own(store: Store) -> None:
    clock = Clock()
    async with metering(store, clock, rate_calls=1) as meter:
        for _ in range(10):
            await meter.begin("t", scores=False)
        with pytest.raises(RateLimited, match="1 calls a second"):
            await meter.begin("t", scores=False)
        await meter.begin("t", scores=True)
        await meter.admit("t", ONE)
        await meter.begin("u", scores=False)


# Through a server.


async def test_a_refusal_tells_all_that_a_client_needs(store: Store) -> None:
    secret = (("authorization", f"Bearer {key_of(store)}"),)
    async with serving(store, rate_articles=1) as address, grpc.aio.insecure_channel(address) as channel:
        score = pb_grpc.ModerationServiceStub(channel).ScoreArticle
        for _ in range(11):  # what is saved up, and one on credit
            call = score(ask(BODY), metadata=secret)
            await call
            assert trailers(await call.trailing_metadata())[REMAINING] == "unlimited"
        error = await failure(score(ask(BODY), metadata=secret))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        status = status_of(error)
        assert detail(status, ErrorInfo).reason == "RATE_LIMITED"
        assert 0 < detail(status, RetryInfo).retry_delay.ToMilliseconds() <= 1_001
        (violation,) = detail(status, QuotaFailure).violations
        assert (violation.subject, violation.description) == ("tenant:t", "rate_articles: 1")
        assert trailers(error.trailing_metadata()).keys() == {REMAINING, RESET}
        for _ in range(20):
            assert (await health(channel)).status


async def test_a_quota_that_is_spent_says_never_to_retry_and_survives_a_restart(store: Store) -> None:
    secret = (("authorization", f"Bearer {key_of(store)}"),)
    for calls in (3, 0):
        async with serving(store, daily_articles=3) as address, grpc.aio.insecure_channel(address) as channel:
            score = pb_grpc.ModerationServiceStub(channel).ScoreArticle
            for left in range(calls - 1, -1, -1):
                call = score(ask(BODY), metadata=secret)
                await call
                assert trailers(await call.trailing_metadata())[REMAINING] == f"articles={left}"
            error = await failure(score(ask(BODY), metadata=secret))
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert detail(status_of(error), ErrorInfo).reason == "QUOTA_SPENT"
            assert dict(error.trailing_metadata())["grpc-retry-pushback-ms"] == "-1"
            assert trailers(error.trailing_metadata())[REMAINING] == "articles=0"
            assert 0 < int(trailers(error.trailing_metadata())[RESET]) <= 86_400


async def test_a_batch_is_taken_whole_or_not_at_all_and_each_of_its_articles_counts(store: Store) -> None:
    key = key_of(store)
    async with serving(store, daily_articles=5) as address, AsyncClient(address, key=key) as client:
        articles = [Article(BODY)] * 3
        assert len(await client.batch_score_articles(articles)) == 3
        with pytest.raises(QuotaSpent, match="2 are left"):
            await client.batch_score_articles(articles)
        assert len(await client.batch_score_articles(articles[:2])) == 2


async def test_a_stream_is_held_back_to_the_rate_and_told_of_a_quota_that_is_spent(store: Store) -> None:
    key = key_of(store)
    limits = {"rate_articles": 10, "daily_articles": 110}
    async with serving(store, **limits) as address, AsyncClient(address, key=key) as client:
        began = time.perf_counter()
        outcomes = [each async for each in client.stream_score_articles([Article(BODY)] * 115)]
        seconds = time.perf_counter() - began
    assert [isinstance(each, QuotaSpent) for each in outcomes] == [False] * 110 + [True] * 5
    assert seconds >= (110 - 10 * BURST_SECONDS - 1) / 10


async def test_clients_wait_for_a_rate_as_told_and_never_for_a_day(store: Store) -> None:
    key = key_of(store)
    limits = {"rate_articles": 1, "daily_articles": 12}
    async with serving(store, **limits) as address:

        def score() -> float:
            with Client(address, key=key) as client:
                for _ in range(11):
                    client.score_article(Article(BODY))
                began = time.perf_counter()
                client.score_article(Article(BODY))
                return time.perf_counter() - began

        assert 0.5 < await asyncio.to_thread(score) < 5
        async with AsyncClient(address, key=key) as client:
            with pytest.raises(RateLimited) as limited:
                await client.score_article(Article(BODY), timeout=0.2)
            assert not isinstance(limited.value, QuotaSpent)
            await asyncio.sleep(1.1)
            began = time.perf_counter()
            with pytest.raises(QuotaSpent) as spent:
                await client.score_article(Article(BODY))
            assert time.perf_counter() - began < 0.5
            assert spent.value.subject == "tenant:t"


async def test_the_desk_has_its_own_rate_which_its_client_waits_for(store: Store) -> None:
    key = key_of(store, role=Role.ADMINISTRATOR)
    async with serving(store, rate_calls=2) as address, AsyncDesk(address, key=key) as desk:
        began = time.perf_counter()
        for _ in range(22):
            await desk.access.GetCaller(access_pb2.GetCallerRequest())
        assert 0.4 < time.perf_counter() - began < 5


async def test_only_who_runs_the_installation_sets_quotas_and_nobody_else_learns_of_other_tenants(
    store: Store,
) -> None:
    house, theirs = (key_of(store, tenant=each, role=Role.ADMINISTRATOR) for each in ("default", "t"))
    async with (
        serving(store, daily_articles=1_000) as address,
        AsyncDesk(address, key=house) as us,
        AsyncDesk(address, key=theirs) as them,
        AsyncClient(address, key=key_of(store)) as client,
    ):
        held = await us.access.SetQuota(
            access_pb2.SetQuotaRequest(
                tenant="t", quota=access_pb2.Quota(daily_articles=2, rate_code_points=0)
            )
        )
        assert (held.quota.daily_articles, held.quota.HasField("rate_calls")) == (2, True)
        for request in (access_pb2.GetQuotaRequest(), access_pb2.GetQuotaRequest(tenant="t")):
            told = await them.access.GetQuota(request)
            assert (told.quota.daily_articles, told.articles_left) == (2, 2)
            assert told.chosen.HasField("rate_code_points")
            assert not told.chosen.HasField("rate_calls")
        for tenant in ("t", "u", "none", ""):
            with pytest.raises(NotAllowed):
                await them.access.SetQuota(access_pb2.SetQuotaRequest(tenant=tenant))
        messages = set()
        for tenant in ("u", "none", "default", "*"):
            with pytest.raises(NotFound) as absent:
                await them.access.GetQuota(access_pb2.GetQuotaRequest(tenant=tenant))
            messages.add(str(absent.value))
        assert len(messages) == 1
        with pytest.raises(NotFound):
            await us.access.SetQuota(access_pb2.SetQuotaRequest(tenant="none"))
        with pytest.raises(InvalidRequest, match=r"quota\.rate_calls"):
            await us.access.SetQuota(
                access_pb2.SetQuotaRequest(tenant="t", quota=access_pb2.Quota(rate_calls=-1))
            )
        await client.score_article(Article(BODY))
        await client.score_article(Article(BODY))
        with pytest.raises(QuotaSpent):
            await client.score_article(Article(BODY))
        await us.access.SetQuota(access_pb2.SetQuotaRequest(tenant="t"))
        await asyncio.sleep(2.1)
        await client.score_article(Article(BODY))


def test_the_command_sets_and_shows_a_tenants_quota(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'desk.db'}")
    assert main(["keys", "create", "ann", "publisher", "--tenant", "t", *database]) == 0
    capsys.readouterr()
    assert main(["quota", "set", "t", "--daily-articles", "5", *database]) == 0
    assert main(["quota", "show", "t", *database]) == 0
    assert "daily_articles     5, of which 5 are left today" in capsys.readouterr().out
    assert main(["quota", "set", "t", *database]) == 0
    assert main(["quota", "show", "t", *database]) == 0
    assert "daily_articles     the server's default" in capsys.readouterr().out
    assert main(["quota", "show", "none", *database]) == 2
    assert "no such tenant" in capsys.readouterr().err


def test_limits_are_settings() -> None:
    read = Settings.read({"OVERCLAIM_DAILY_ARTICLES": "7"})
    assert replace(read, daily_articles=0) == Settings()
