"""What an OpenTelemetry collector hears, by a collector's own service over a real connection."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as collector
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as collector_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from service.access import DEFAULT_TENANT, ensure_tenant
from service.errors import ExtraMissing
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc.instruments import Instruments
from service.store.opening import open_store
from tests.calls import SERVICE, ask, failure
from tests.conftest import free_port
from tests.desks import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.settings import Settings
    from tests.conftest import Serving

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(collector_grpc.TraceServiceServicer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.services: set[str] = set()

    async def Export(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002 - gRPC's name and types
        for each in request.resource_spans:
            self.services |= {
                attribute.value.string_value
                for attribute in each.resource.attributes
                if attribute.key == "service.name"
            }
            for scope in each.scope_spans:
                self.spans += scope.spans
        return collector.ExportTraceServiceResponse()

    def named(self) -> dict[str, list[Span]]:
        found = defaultdict(list)
        for each in self.spans:
            found[each.name.removeprefix(f"{SERVICE}/")].append(each)
        return dict(found)


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    server, heard = grpc.aio.server(), Collector()
    collector_grpc.add_TraceServiceServicer_to_server(heard, server)  # type: ignore[no-untyped-call] # generated
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield heard, f"http://127.0.0.1:{port}"
    finally:
        await server.stop(0)


async def test_a_call_is_a_span_of_its_callers_trace_with_its_steps_below(
    serving: Serving, settings: Settings
) -> None:
    parent = (("traceparent", f"00-{TRACE}-{PARENT}-01"),)
    store = open_store(settings.database)
    with store.writing() as session:
        ensure_tenant(session, DEFAULT_TENANT, now=NOW)
    store.close()
    async with collecting() as (heard, endpoint):
        async with serving(replace(settings, traces_endpoint=endpoint)) as channel:
            service = pb_grpc.ModerationServiceStub(channel)
            await service.ScoreArticle(ask("It may help."), metadata=parent)
            await service.ScoreArticle(ask("It may help.", keep=pb.KEEP_FOR_REVIEW, article_id="a"))
        found = heard.named()
    assert heard.services == {"overclaim"}
    first, second = found["ScoreArticle"]
    assert first.trace_id.hex() == TRACE
    assert first.parent_span_id.hex() == PARENT
    assert first.kind == Span.SPAN_KIND_SERVER
    assert {each.key: each.value.string_value or each.value.int_value for each in first.attributes} == {
        "rpc.system": "grpc",
        "rpc.service": SERVICE,
        "rpc.method": "ScoreArticle",
        "rpc.grpc.status_code": 0,
    }
    assert second.trace_id != first.trace_id
    assert second.parent_span_id == b""
    for step, parents in {
        "read": [first, second],
        "score": [first, second],
        "judge": [first],
        "keep": [second],
        "write": [first, second],
    }.items():
        assert [each.parent_span_id for each in found[step]] == [each.span_id for each in parents], step
        for span, above in zip(found[step], parents, strict=True):
            assert span.trace_id == above.trace_id
            assert above.start_time_unix_nano <= span.start_time_unix_nano
            assert span.end_time_unix_nano <= above.end_time_unix_nano


async def test_the_articles_of_a_stream_are_steps_of_its_one_span(
    serving: Serving, settings: Settings
) -> None:
    async with collecting() as (heard, endpoint):
        async with serving(replace(settings, traces_endpoint=endpoint)) as channel:
            requests = (pb.StreamScoreArticlesRequest(request=ask(f"It may {n}.")) for n in range(5))
            stream = pb_grpc.ModerationServiceStub(channel).StreamScoreArticles(requests)
            assert len([each async for each in stream]) == 5
        found = heard.named()
    (call,) = found["StreamScoreArticles"]
    assert [each.parent_span_id for each in found["score"]] == [call.span_id] * 5


async def test_a_span_tells_of_a_fault_and_never_of_the_text_that_caused_it(
    serving: Serving, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with collecting() as (heard, endpoint):
        async with serving(replace(settings, traces_endpoint=endpoint)) as channel:
            service = pb_grpc.ModerationServiceStub(channel)
            await failure(service.ScoreArticle(ask("BREAK canary", title="canary", article_id="canary")))
            await failure(service.ScoreArticle(ask("")))
            await failure(service.ScoreArticle(ask("x"), metadata=(("authorization", "Bearer canary"),)))
        broken, refused, unknown = heard.named()["ScoreArticle"]
    assert broken.status.code == Status.STATUS_CODE_ERROR
    assert {refused.status.code, unknown.status.code} == {Status.STATUS_CODE_UNSET}
    codes = [
        attribute.value.int_value
        for span in (broken, refused, unknown)
        for attribute in span.attributes
        if attribute.key == "rpc.grpc.status_code"
    ]
    assert codes == [grpc.StatusCode.INTERNAL.value[0], 3, 16]
    assert "canary" not in repr(heard.spans)
    assert broken.trace_id.hex() in capsys.readouterr().out


async def test_what_a_caller_sends_as_a_trace_and_is_none_begins_a_new_one(
    serving: Serving, settings: Settings
) -> None:
    async with collecting() as (heard, endpoint):
        async with serving(replace(settings, traces_endpoint=endpoint)) as channel:
            service = pb_grpc.ModerationServiceStub(channel)
            for wrong in ("", "00-zz-yy-01", "x" * 5_000, f"00-{'0' * 32}-{PARENT}-01"):
                await service.ScoreArticle(ask("It may."), metadata=(("traceparent", wrong),))
        spans = heard.named()["ScoreArticle"]
    assert len({each.trace_id for each in spans}) == 4
    assert {each.parent_span_id for each in spans} == {b""}


async def test_a_collector_that_is_away_costs_no_call_and_holds_up_no_drain(
    serving: Serving, settings: Settings
) -> None:
    away = replace(settings, traces_endpoint=f"http://127.0.0.1:{free_port()}")
    loop = asyncio.get_running_loop()
    async with serving(away) as channel:
        began = loop.time()
        await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It may."))
        assert loop.time() - began < 2
        ended = loop.time()
    assert loop.time() - ended < 6


def test_traces_without_their_libraries_are_refused_by_the_name_of_the_extra(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "service.rpc.tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ExtraMissing, match=r"overclaim\[traces\]"):
        Instruments(replace(settings, traces_endpoint="http://127.0.0.1:4317"), alone=True)
