"""What a connection and a call may take: each limit is met by a client that passes it."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo  # type: ignore[import-untyped] # no types

from service.classifier import artifact
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc import admission, connection
from tests.calls import SERVICE, SERVING, ask, detail, failure, health, status_of
from tests.conftest import BUNDLED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.settings import Settings
    from tests.conftest import Serving

SCORE = f"/{SERVICE}/ScoreArticle"
ALONE = ("grpc.use_local_subchannel_pool", 1)


def reason_of(error: grpc.aio.AioRpcError) -> str:
    reason: str = detail(status_of(error), ErrorInfo).reason
    return reason


def silent(channel: Any, method: str = SCORE) -> Any:  # noqa: ANN401 - gRPC's call of any kind
    """A call of which only the head is sent."""

    async def nothing() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    return channel.stream_stream(method)(nothing())


async def refusal(call: Any) -> grpc.aio.AioRpcError:  # noqa: ANN401 - as above
    return await failure(call.read())


@asynccontextmanager
async def told(call: Any) -> AsyncIterator[None]:  # noqa: ANN401 - as above
    """Let a call be sent, and end it afterwards."""
    try:
        await asyncio.sleep(0.05)
        yield
    finally:
        call.cancel()


async def test_a_message_beyond_the_limit_is_refused_and_harms_nobody(channel: grpc.aio.Channel) -> None:
    raw: Any = channel
    error = await failure(raw.unary_unary(SCORE)(b"\0" * (connection.MAX_MESSAGE_BYTES + 1)))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It may help."))


async def test_what_is_packed_small_may_not_unpack_beyond_the_limit(
    serving: Serving, settings: Settings
) -> None:
    async with serving(settings):
        packing = [ALONE, ("grpc.default_compression_algorithm", grpc.Compression.Gzip.value)]
        async with grpc.aio.insecure_channel(settings.listen, packing) as channel:
            raw: Any = channel
            error = await failure(raw.unary_unary(SCORE)(b"\0" * (64 << 20), timeout=20))
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It may help."))


@pytest.mark.parametrize("form", [pb.FORMAT_PLAIN, pb.FORMAT_MARKDOWN, pb.FORMAT_HTML])
async def test_an_article_of_too_many_sentences_is_refused_by_field_count_and_limit(
    serving: Serving, settings: Settings, form: pb.Format.ValueType
) -> None:
    limited = replace(settings, max_sentences=3)
    async with serving(limited, load=lambda: artifact.load(BUNDLED)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        three = " ".join(["It may help some of them."] * 3)
        assert len((await service.ScoreArticle(ask(three, format=form))).score.sentences) == 3
        error = await failure(service.ScoreArticle(ask(f"{three} Some do.", format=form)))
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        told = "has 4 sentences, of which 3 are allowed; submit it in parts"
        assert [
            (each.field, each.description) for each in detail(status_of(error), BadRequest).field_violations
        ] == [("article.body", told)]
        assert detail(status_of(error), ErrorInfo).metadata["article.body"] == "3"
        requests = [ask(three), ask("It may.\n\n" * 4), ask(three)]
        batch = await service.BatchScoreArticles(pb.BatchScoreArticlesRequest(requests=requests))
        assert [each.HasField("error") for each in batch.results] == [False, True, False]


async def test_metadata_beyond_the_limit_are_refused(channel: grpc.aio.Channel) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    large = (("x-large", "x" * connection.MAX_METADATA_BYTES),)
    error = await failure(service.ScoreArticle(ask("x"), metadata=large))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    await service.ScoreArticle(ask("x"), metadata=(("x-small", "x" * 4_000),))


async def test_calls_of_a_connection_beyond_the_limit_wait_with_their_client(
    serving: Serving, settings: Settings
) -> None:
    most = connection.MAX_CALLS_OF_A_CONNECTION
    async with serving(replace(settings, max_calls=most + 10)) as channel:
        calls = [silent(channel) for _ in range(most)]
        try:
            await asyncio.sleep(0.2)
            late = health(channel)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(late)), 0.3)
        finally:
            for each in calls:
                each.cancel()
        async with grpc.aio.insecure_channel(settings.listen, [ALONE]) as other:
            assert (await health(other)).status == SERVING


async def test_bytes_in_hand_are_bounded_and_one_request_alone_always_gets_in(
    serving: Serving, settings: Settings
) -> None:
    async with serving(replace(settings, max_bytes=1_000)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        large = asyncio.ensure_future(service.ScoreArticle(ask("SLOW SLOW SLOW " + "x" * 2_000)))
        await asyncio.sleep(0.1)
        error = await failure(service.ScoreArticle(ask("x")))
        assert reason_of(error) == "OVERLOADED"
        assert detail(status_of(error), RetryInfo).retry_delay.ToMilliseconds() > 400
        await large
        await service.ScoreArticle(ask("x" * 2_000))


async def test_calls_that_never_send_their_request_give_way_to_those_that_do(
    serving: Serving, settings: Settings
) -> None:
    async with serving(replace(settings, max_calls=2)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        first, second = silent(channel), silent(channel)
        async with told(first), told(second):
            assert reason_of(await failure(service.ScoreArticle(ask("too soon")))) == "OVERLOADED"
            await asyncio.sleep(admission.READ_PATIENCE)
            await service.ScoreArticle(ask("It may help."))
            assert reason_of(await refusal(first)) == "STALLED"


async def test_a_request_must_arrive_in_time(
    serving: Serving, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LONGEST_READ", 0.1)
    async with serving(settings) as channel:
        assert reason_of(await refusal(silent(channel))) == "STALLED"


async def test_a_silent_stream_gives_way_when_others_wait_and_not_before(
    serving: Serving, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "STREAM_PATIENCE", 0.3)
    method = f"/{SERVICE}/StreamScoreArticles"
    async with serving(replace(settings, max_streams=1)) as channel:
        held = silent(channel, method)
        async with told(held):
            assert reason_of(await refusal(silent(channel, method))) == "OVERLOADED"
            await asyncio.sleep(0.3)
            one = pb.StreamScoreArticlesRequest(request=ask("It may help."))
            answers = pb_grpc.ModerationServiceStub(channel).StreamScoreArticles(iter([one]))
            assert [each.result.score.verdict async for each in answers] == [pb.VERDICT_HEDGED]
            assert reason_of(await refusal(held)) == "STALLED"


async def test_a_call_without_a_message_is_the_callers_fault(channel: grpc.aio.Channel) -> None:
    raw: Any = channel
    error = await refusal(raw.stream_stream(SCORE)(iter([])))
    assert reason_of(error) == "INVALID_REQUEST"


async def test_bytes_that_are_no_message_are_the_callers_fault_wherever_in_a_stream(
    channel: grpc.aio.Channel,
) -> None:
    raw: Any = channel
    good = pb.StreamScoreArticlesRequest(request=ask("It may help.")).SerializeToString()
    for messages in ([b"\xff"], [good, b"\xff"]):
        call = raw.stream_stream(f"/{SERVICE}/StreamScoreArticles")(iter(messages))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            _ = [each async for each in call]
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_connection_without_calls_is_closed_and_made_anew_for_the_next(
    serving: Serving, settings: Settings
) -> None:
    async with serving(replace(settings, connection_idle_seconds=1)) as channel:
        await health(channel)
        assert channel.get_state() is grpc.ChannelConnectivity.READY
        await asyncio.wait_for(channel.wait_for_state_change(grpc.ChannelConnectivity.READY), 5)
        assert (await health(channel)).status == SERVING


async def test_an_aged_connection_fails_no_call(serving: Serving, settings: Settings) -> None:
    async with serving(replace(settings, connection_age_seconds=1)) as channel:
        service = pb_grpc.ModerationServiceStub(channel)
        across = asyncio.ensure_future(service.ScoreArticle(ask("SLOW " * 20)))
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            await service.ScoreArticle(ask("It may help."))
        assert (await across).score.verdict == pb.VERDICT_NEUTRAL


async def test_a_client_that_pings_all_the_time_is_cut_off(serving: Serving, settings: Settings) -> None:
    restless = [
        ALONE,
        ("grpc.keepalive_time_ms", 100),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    async with serving(settings) as channel:
        async with grpc.aio.insecure_channel(settings.listen, restless) as pinging:
            await health(pinging)
            await asyncio.wait_for(pinging.wait_for_state_change(grpc.ChannelConnectivity.READY), 10)
        assert (await health(channel)).status == SERVING
