"""What every call passes through first: nothing unexpected gets out."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import grpc
import structlog
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo  # type: ignore[import-untyped] # does not declare its types

from service.errors import QuotaSpent
from service.rpc.incidents import status_for
from service.rpc.wrapping import OURS, Once, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # as above

    from service.rpc.wrapping import Context, Handler

# How gRPC tells its clients that to retry is in vain.
NEVER = "-1"
CODES = {code.value[0]: code for code in grpc.StatusCode}


class Guard(grpc.aio.ServerInterceptor):
    """Stands outermost: turns whatever is raised into a status without its text, and logs each call."""

    def __init__(self) -> None:
        self._wrapped = Once(lambda method, handler: within(partial(self._guarded, method), handler))

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Wrap the method that is called."""
        handler = await continuation(handler_call_details)
        return handler and self._wrapped(handler_call_details.method, handler)

    @asynccontextmanager
    async def _guarded(self, method: str, context: Context) -> AsyncIterator[None]:
        log = structlog.get_logger()
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
            # Not by abort: each call that ends so leaves itself behind in gRPC, now and then for good.
            trailers = (*(context.trailing_metadata() or ()), *_trailers(status))
            context.set_code(CODES[status.code])
            context.set_details(status.message)
            context.set_trailing_metadata(trailers)
        finally:
            tell("call", method=method, code=code, ms=round((perf_counter() - began) * 1_000, 1))


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
