from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from service import client as published
from service.classifier.results import Advice, Change, Label, Step, Verdict
from service.client import (
    Article,
    AsyncClient,
    CallFailed,
    Client,
    DeadlineExceeded,
    InvalidArticle,
    InvalidRequest,
    KeyReused,
    Overloaded,
    Unavailable,
    Violation,
    channel,
)
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from tests.conftest import StandIn, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Process, Spawning


@pytest.fixture
def server(spawning: Spawning) -> Iterator[Process]:
    with spawning() as process:
        yield process


@pytest.fixture
def client(server: Process) -> Iterator[Client]:
    with Client(server.address) as connected:
        yield connected


def test_a_score_comes_over_the_wire_as_the_classifier_gave_it(client: Client) -> None:
    body = "🦴 It cures all.\nIt may help."
    score = client.score_article(Article(body, article_id="a", title="t"))
    local = StandIn().score(body)
    assert (score.verdict, score.reason, score.severity) == (local.verdict, None, local.severity)
    assert (score.scores, score.model) == (local.scores, local.model)
    first = score.sentences[0]
    assert first.advice == Advice(
        (Change(Step.WEAKEN, 5, 10, "was studied against", "nothing cures it"),),
        "🦴 It was studied against all.",
    )
    for ours, theirs in zip(score.sentences, local.sentences, strict=True):
        assert (ours.start, ours.end, ours.text) == (theirs.start, theirs.end, theirs.text)
        assert (ours.label, ours.category, ours.cues) == (theirs.label, theirs.category, theirs.cues)
        assert sum(each.weight for each in ours.contributions) == pytest.approx(
            sum(each.weight for each in theirs.contributions)
        )


def test_an_invalid_article_is_raised_with_its_fields_and_limits(client: Client) -> None:
    with pytest.raises(InvalidArticle) as caught:
        client.score_article(Article("", title="t" * 1_001))
    body, title = caught.value.violations
    assert body == Violation("article.body", "is empty; an article needs a body")
    assert (title.field, title.limit) == ("article.title", 1_000)


def test_a_batch_gives_an_outcome_for_each(client: Client) -> None:
    outcomes = client.batch_score_articles(
        [Article("It cures."), Article(""), Article("BREAK"), Article("ok")]
    )
    assert isinstance(outcomes[1], InvalidArticle)
    assert isinstance(outcomes[2], CallFailed)
    assert (outcomes[2].code, len(outcomes[2].incident)) == ("INTERNAL", 16)
    assert [type(each).__name__ for each in outcomes[::3]] == ["ArticleScore", "ArticleScore"]
    with pytest.raises(InvalidRequest):
        client.batch_score_articles([])


def test_a_stream_gives_outcomes_in_order_whatever_its_length(client: Client) -> None:
    articles = [Article("" if number % 10 == 3 else f"It may. {number}") for number in range(200)]
    outcomes = list(client.stream_score_articles(iter(articles)))
    texts = [None if isinstance(each, InvalidArticle) else each.sentences[0].text for each in outcomes]  # type: ignore[union-attr] # no other error is expected
    assert texts == [each.body or None for each in articles]


def test_a_stream_can_be_left_early(client: Client) -> None:
    for outcome in client.stream_score_articles(Article("It may.") for _ in range(10_000)):
        assert not isinstance(outcome, Exception)
        break
    assert client.score_article(Article("It may.")).verdict is Verdict.HEDGED


def test_a_key_used_for_another_article_is_told(client: Client) -> None:
    client.score_article(Article("one", idempotency_key="k"))
    client.score_article(Article("one", idempotency_key="k"))
    with pytest.raises(KeyReused):
        client.score_article(Article("two", idempotency_key="k"))


def test_a_deadline_is_told_and_every_call_has_one(client: Client) -> None:
    with pytest.raises(DeadlineExceeded):
        client.score_article(Article("SLOW " * 10), timeout=0.1)
    for kind in (Client, AsyncClient):
        for name in ("score_article", "batch_score_articles", "stream_score_articles"):
            assert inspect.signature(getattr(kind, name)).parameters["timeout"].default > 0


def test_what_is_refused_as_overloaded_is_retried_until_there_is_room(spawning: Spawning) -> None:
    with (
        spawning("--max-calls", "1", "--scorer-threads", "1") as server,
        Client(server.address) as client,
        ThreadPoolExecutor(3) as threads,
    ):
        slow = threads.submit(client.score_article, Article("SLOW SLOW SLOW SLOW"))
        time.sleep(0.1)
        others = [threads.submit(client.score_article, Article("It may.")) for _ in range(2)]
        assert slow.result().verdict is Verdict.NEUTRAL
        assert [each.result().verdict for each in others] == [Verdict.HEDGED] * 2


class Failing(pb_grpc.ModerationServiceServicer):
    """Ends every call with one code, and counts them."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self.code = code
        self.calls = 0

    def ScoreArticle(self, request: Any, context: Any) -> Any:  # noqa: ARG002, ANN401, N802 - gRPC's signature
        """Fail as told."""
        self.calls += 1
        context.abort(self.code, "as told")

    BatchScoreArticles: Any = ScoreArticle
    StreamScoreArticles: Any = ScoreArticle


def attempts(code: grpc.StatusCode) -> tuple[int, Exception]:
    failing = Failing(code)
    server = grpc.server(ThreadPoolExecutor(1))
    pb_grpc.add_ModerationServiceServicer_to_server(failing, server)
    port = server.add_insecure_port(f"127.0.0.1:{free_port()}")
    server.start()
    try:
        with Client(f"127.0.0.1:{port}") as client, pytest.raises((CallFailed, Unavailable)) as caught:
            client.score_article(Article("x"))
    finally:
        server.stop(None).wait()
    return failing.calls, caught.value


def test_unavailable_is_retried_with_patience() -> None:
    calls, error = attempts(grpc.StatusCode.UNAVAILABLE)
    assert calls == json.loads(channel.SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]["maxAttempts"]
    assert type(error) is Unavailable


@pytest.mark.parametrize(
    "code",
    [each for each in grpc.StatusCode if each not in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE)],
)
def test_no_other_code_is_retried(code: grpc.StatusCode) -> None:
    calls, error = attempts(code)
    assert calls == 1
    assert isinstance(error, CallFailed)
    assert error.code == code.name


def test_an_article_of_the_largest_size_is_retried_too(spawning: Spawning) -> None:
    body = "é" * 200_000
    with (
        spawning("--max-calls", "1") as server,
        Client(server.address) as client,
        ThreadPoolExecutor(1) as other,
    ):
        busy = other.submit(client.score_article, Article("SLOW " * 10))
        time.sleep(0.3)
        assert not busy.done()
        assert len(client.score_article(Article(body)).sentences[0].text) == 200_000


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with Client(f"127.0.0.1:{free_port()}") as client, pytest.raises((Unavailable, DeadlineExceeded)):
        client.score_article(Article("x"), timeout=1)


async def test_the_async_client_does_all_the_same(server: Process) -> None:
    async with AsyncClient(server.address) as client:
        assert (await client.score_article(Article("It cures."))).sentences[0].label is Label.OVERSTATED
        with pytest.raises(InvalidArticle):
            await client.score_article(Article(""))
        outcomes = await client.batch_score_articles([Article("It may."), Article("")])
        assert isinstance(outcomes[1], InvalidArticle)
        with pytest.raises(InvalidRequest):
            await client.batch_score_articles([])
        articles = [Article(f"It may. {number}" if number != 5 else "") for number in range(20)]
        streamed = [each async for each in client.stream_score_articles(articles)]
        assert [isinstance(each, InvalidArticle) for each in streamed] == [not each.body for each in articles]
        with pytest.raises(DeadlineExceeded):
            await client.score_article(Article("SLOW " * 10), timeout=0.1)


async def test_the_async_client_streams_from_an_async_source(server: Process) -> None:
    async def articles() -> Any:  # noqa: ANN401 - an async iterator of articles
        for number in range(5):
            await asyncio.sleep(0)
            yield Article(f"It may. {number}")

    async with AsyncClient(server.address) as client:
        assert len([each async for each in client.stream_score_articles(articles())]) == 5


def test_a_client_may_be_shared_by_threads(client: Client) -> None:
    bodies = [f"It may. {number}" for number in range(40)]
    barrier = threading.Barrier(8)

    def score(body: str) -> str:
        if body.endswith(tuple(" 01234567")) and len(body) == len("It may. 0"):
            barrier.wait(5)
        return client.score_article(Article(body)).sentences[0].text

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(score, bodies)) == bodies


def test_all_that_the_module_publishes_is_there() -> None:
    for name in published.__all__:
        assert getattr(published, name).__doc__ or name == "Outcome"
    assert issubclass(Overloaded, Unavailable)


def test_the_client_loads_no_model_and_no_server() -> None:
    code = """
import sys, service.client
heavy = {"sklearn", "scipy", "numpy", "joblib"}
print([name for name in sys.modules if name.split(".")[0] in heavy or name.startswith("service.rpc")])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
