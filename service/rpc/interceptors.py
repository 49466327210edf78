"""What every call passes through: nothing unexpected gets out, and no more gets in than can be served."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from random import uniform
from time import perf_counter
from typing import TYPE_CHECKING

import grpc
import structlog
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo  # type: ignore[import-untyped] # does not declare its types

from service.errors import Draining, Overloaded, QuotaSpent
from service.rpc.incidents import status_for
from service.rpc.wrapping import within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # as above

    from service.rpc.wrapping import Context, Handler

OURS = "/overclaim."
# Seconds; longer than a server takes from its first refusal to the end of its listening.
RETRY_AFTER_DRAIN = 0.5
# How gRPC tells its clients that to retry is in vain.
NEVER = "-1"
CODES = {code.value[0]: code for code in grpc.StatusCode}


class Guard(grpc.aio.ServerInterceptor):
    """Stands outermost: turns whatever is raised into a status without its text, and logs each call."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Wrap the method that is called."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        return within(partial(self._guarded, handler_call_details.method), handler)

    @asynccontextmanager
    async def _guarded(self, method: str, context: Context) -> AsyncIterator[None]:
        log = structlog.get_logger().bind(method=method)
        tell = log.info if method.startswith(OURS) else log.debug
        began = perf_counter()
        code = "CANCELLED"
        try:
            yield
            code = "OK"
        except grpc.aio.AbortError:
            code = context.code().name
            raise
        except Exception as error:  # noqa: BLE001 - the one place where everything unexpected ends
            status = status_for(error)
            code = CODES[status.code].name
            # What was to be told at the end of the call is told beside it: abort would leave it out.
            trailers = (*(context.trailing_metadata() or ()), *_trailers(status))
            await context.abort(CODES[status.code], status.message, trailers)
        finally:
            tell("call", code=code, ms=round((perf_counter() - began) * 1_000, 1))


class Admission(grpc.aio.ServerInterceptor):
    """Refuses calls of our services beyond a bound before any work is done; health is never refused."""

    def __init__(self, *, max_calls: int, max_streams: int, max_watchers: int) -> None:
        self._calls = Gate(max_calls)
        self._streams = Gate(max_streams)
        self._watchers = Gate(max_watchers)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Put the method that is called behind its gate."""
        handler = await continuation(handler_call_details)
        if handler is None or not handler_call_details.method.startswith(OURS):
            return handler
        gate = self._calls
        if handler.response_streaming:
            gate = self._streams if handler.request_streaming else self._watchers
        return within(gate.admit, handler)

    def close(self) -> None:
        """Refuse every call from now on with advice to retry soon: elsewhere, that is."""
        self._calls.close()
        self._streams.close()
        self._watchers.close()


class Gate:
    """Lets a bounded number through at a time and turns the others away at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0
        self._closed = False

    @asynccontextmanager
    async def admit(self, _: Context) -> AsyncIterator[None]:
        """Count a call in and out, or raise Draining or Overloaded."""
        if self._closed:
            raise Draining("the server is about to go; retry", retry_after=RETRY_AFTER_DRAIN)
        if self._inside >= self._limit:
            # Spread out, so that those refused together do not come back together.
            raise Overloaded("too many calls are in flight; retry later", retry_after=uniform(0.5, 1.5))  # noqa: S311 - no secret
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def close(self) -> None:
        """Let nobody in any more."""
        self._closed = True


def _trailers(status: Status) -> tuple[tuple[str, str | bytes], ...]:
    details = ("grpc-status-details-bin", status.SerializeToString())
    retry = RetryInfo()
    if not any(each.Unpack(retry) for each in status.details):
        return (details,)
    info = ErrorInfo()
    if any(each.Unpack(info) for each in status.details) and info.reason == QuotaSpent.reason:
        return (details, ("grpc-retry-pushback-ms", NEVER))
    # gRPC's own clients heed this one when their service config makes them retry.
    return (details, ("grpc-retry-pushback-ms", str(retry.retry_delay.ToMilliseconds())))
