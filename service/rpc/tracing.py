"""Spans of calls for an OpenTelemetry collector. Imported only where traces are asked for.

A span holds the method, its status and how long each step took: no text, no id, no exception's message. The
standard variables (OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS ...) are heeded.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import grpc
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

from service.rpc.interceptors import CODES
from service.rpc.wrapping import OURS, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractContextManager

    from opentelemetry.trace import Span

    from service.rpc.wrapping import Context, Handler

NAME = "overclaim"
# Of these the server is at fault, not the caller: OpenTelemetry's conventions for gRPC.
FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
# Metadata of W3C Trace Context. Other metadata of a call, such as its key, is not looked at.
CARRIED = frozenset({"traceparent", "tracestate"})
# Seconds that a drain waits for a collector that does not answer.
PATIENCE = 2.0


class Traces(grpc.aio.ServerInterceptor):
    """Stands outermost: each call of our services is a span, within that of the caller if there is one."""

    def __init__(self, endpoint: str) -> None:
        named = {SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME", NAME), SERVICE_VERSION: version(NAME)}
        self._provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        self._exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer(NAME, version(NAME))
        self._propagator = TraceContextTextMapPropagator()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Trace the method that is called; health and reflection are not traced."""
        handler = await continuation(handler_call_details)
        if handler is None or not handler_call_details.method.startswith(OURS):
            return handler
        return within(partial(self._traced, handler_call_details.method.lstrip("/")), handler)

    def span(self, name: str) -> AbstractContextManager[Span]:
        """Trace a step of the current call."""
        return self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)

    async def close(self) -> None:
        """Send what has not been sent, unless nobody takes it."""
        closing = asyncio.create_task(asyncio.to_thread(self._provider.shutdown))
        done, _ = await asyncio.wait({closing}, timeout=PATIENCE)
        if not done:
            self._exporter.shutdown()
            await closing

    @asynccontextmanager
    async def _traced(self, name: str, context: Context) -> AsyncIterator[None]:
        service, _, method = name.partition("/")
        carried = {key: str(value) for key, value in context.invocation_metadata() or () if key in CARRIED}
        with (
            self._tracer.start_as_current_span(
                name,
                context=self._propagator.extract(carried),
                kind=SpanKind.SERVER,
                attributes={"rpc.system": "grpc", "rpc.service": service, "rpc.method": method},
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            bound_contextvars(trace_id=format_trace_id(span.get_span_context().trace_id)),
        ):
            code = grpc.StatusCode.CANCELLED
            try:
                yield
                code = _told(context) or grpc.StatusCode.OK
            except grpc.aio.AbortError:
                code = context.code()
                raise
            finally:
                span.set_attribute("rpc.grpc.status_code", code.value[0])
                if code.name in FAULTS:
                    span.set_status(StatusCode.ERROR)


def _told(context: Context) -> grpc.StatusCode | None:
    """Give the status that the guard has set, which gRPC keeps as a number before a call ends."""
    code: object = context.code()
    return CODES.get(code) if isinstance(code, int) else code if isinstance(code, grpc.StatusCode) else None
