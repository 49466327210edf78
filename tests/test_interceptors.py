from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import grpc
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo  # type: ignore[import-untyped] # no types

from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.settings import Settings
from tests.calls import SERVICE, SERVING, ask, detail, failure, health, status_of
from tests.conftest import SECRET, StandIn

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Serving


async def test_no_text_of_an_exception_reaches_the_client(
    channel: grpc.aio.Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    error = await failure(pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("BREAK canary")))
    assert error.code() is grpc.StatusCode.INTERNAL
    info = detail(status_of(error), ErrorInfo)
    incident = info.metadata["incident"]
    assert (info.reason, len(incident)) == ("INTERNAL", 16)
    answer = f"{error!r} {error.trailing_metadata()}"
    logged = "".join(capsys.readouterr())
    for text in (SECRET, "canary", "cannot score"):
        assert text not in answer
        assert text not in logged
    assert "RuntimeError" not in answer
    assert incident in logged
    assert "RuntimeError" in logged
    assert "conftest.py" in logged


async def test_bytes_that_are_no_message_are_the_callers_fault(channel: grpc.aio.Channel) -> None:
    raw: Any = channel
    for method in ("ScoreArticle", "BatchScoreArticles"):
        error = await failure(raw.unary_unary(f"/{SERVICE}/{method}")(b"\xff\xff\xff"))
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert detail(status_of(error), ErrorInfo).reason == "INVALID_REQUEST"
    stream = raw.stream_stream(f"/{SERVICE}/StreamScoreArticles")(iter([b"\xff\xff\xff"]))
    error = await failure(stream.read())
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_bytes_that_are_no_utf8_are_the_callers_fault(channel: grpc.aio.Channel) -> None:
    message = ask("abcd").SerializeToString().replace(b"abcd", b"ab\xed\xa0")
    raw: Any = channel
    error = await failure(raw.unary_unary(f"/{SERVICE}/ScoreArticle")(message))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_call_ends_at_its_deadline(channel: grpc.aio.Channel) -> None:
    began = time.perf_counter()
    error = await failure(pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("SLOW " * 20), timeout=0.1))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.perf_counter() - began < 1.5


async def test_a_call_cancelled_while_it_waits_is_never_scored(serving: Serving, settings: Settings) -> None:
    scored = []

    class Recording(StandIn):
        def score(self, body: str, **_: Any) -> Any:  # noqa: ANN401 - as StandIn's
            scored.append(body)
            return super().score(body)

    async with serving(Settings(listen=settings.listen, scorer_threads=1), Recording) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        first = service.ScoreArticle(ask("SLOW SLOW SLOW"))
        await asyncio.sleep(0.1)
        await failure(service.ScoreArticle(ask("never"), timeout=0.05))
        await first
        await service.ScoreArticle(ask("last"))
    assert scored == ["SLOW SLOW SLOW", "last"]


async def test_one_call_too_many_is_refused_at_once_with_advice_when_to_retry(
    serving: Serving, settings: Settings
) -> None:
    async with serving(Settings(listen=settings.listen, max_calls=2, max_streams=1)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        running = [service.ScoreArticle(ask("SLOW " * 10)) for _ in range(2)]
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        error = await failure(service.ScoreArticle(ask("x")))
        assert time.perf_counter() - began < 0.8
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert detail(status_of(error), ErrorInfo).reason == "OVERLOADED"
        assert 400 < detail(status_of(error), RetryInfo).retry_delay.ToMilliseconds() < 1_600
        assert "grpc-retry-pushback-ms" in dict(error.trailing_metadata())
        assert (await health(channel)).status == SERVING
        assert all([(await each).score.verdict == pb.VERDICT_NEUTRAL for each in running])
        await service.ScoreArticle(ask("room again"))
