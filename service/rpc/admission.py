"""No more gets in than can be served: the rest is refused before it is read, with advice when to retry."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc

from service.errors import Draining, InvalidRequest, Violation
from service.rpc.places import Places, overloaded
from service.rpc.restless import Restless
from service.rpc.wrapping import OURS, Once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from service.rpc.wrapping import Context, Handler

# Seconds; longer than a server takes from its first refusal to the end of its listening.
RETRY_AFTER_DRAIN = 0.5
# Seconds that a request may take to arrive; and after which, when others wait for its place, it has to go.
LONGEST_READ = 30.0
READ_PATIENCE = 0.25
# Seconds after which a silent stream has to go when others wait for its place.
STREAM_PATIENCE = 10.0


class Admission(grpc.aio.ServerInterceptor):
    """Refuses calls of our services beyond a bound before any work is done; health is never refused.

    gRPC would read a request of one message before it calls anybody. So those methods are answered as if
    their requests were streams, and the one message is read once the call has a place.
    """

    def __init__(self, *, max_calls: int, max_bytes: int, max_streams: int, max_watchers: int) -> None:
        self._calls = Gate(max_calls, max_bytes)
        self._watchers = Gate(max_watchers, max_bytes)
        self._reading = Places(max_calls, patience=READ_PATIENCE, longest=LONGEST_READ)
        self._streams = Places(max_streams, patience=STREAM_PATIENCE)
        self._restless = Restless()
        self._closed = False
        self._wrapped = Once(lambda _, handler: self._behind(handler))

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Put the method that is called behind its gate."""
        handler = await continuation(handler_call_details)
        if handler is None or not handler_call_details.method.startswith(OURS):
            return handler
        return self._wrapped(handler_call_details.method, handler)

    def close(self) -> None:
        """Refuse every call from now on with advice to retry soon: elsewhere, that is."""
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise Draining("the server is about to go; retry", retry_after=RETRY_AFTER_DRAIN)

    def _behind(self, handler: Handler) -> Handler:
        return self._streaming(handler) if handler.request_streaming else self._read_late(handler)

    def _read_late(self, handler: Handler) -> Handler:
        gate = self._watchers if handler.response_streaming else self._calls
        behaviour: Any = handler.unary_stream or handler.unary_unary
        parse: Any = handler.request_deserializer

        async def answer_late(requests: AsyncIterator[bytes], context: Context) -> None:
            self._require_open()
            async with self._restless.counted(context):
                gate.require_room()
                with self._reading.taken() as place:
                    try:
                        message = await place.hear(requests)
                    except StopAsyncIteration:
                        raise InvalidRequest((Violation("", "no message was sent"),)) from None
                with gate.entered(len(message)):
                    request = parse(message)
                    # What is parsed is a copy; waiting for a thread to score need not cost memory twice.
                    del message
                    answer = await behaviour(request, context)
                    if not handler.response_streaming:
                        await context.write(answer)

        # Also where there is one answer: a call of one answer that is refused is given an empty one first by
        # gRPC, after which no client may retry.
        return grpc.stream_stream_rpc_method_handler(
            answer_late, response_serializer=handler.response_serializer
        )

    def _streaming(self, handler: Handler) -> Handler:
        behaviour: Any = handler.stream_stream
        parse: Any = handler.request_deserializer

        async def answer(requests: AsyncIterator[bytes], context: Context) -> None:
            self._require_open()
            async with self._restless.counted(context):
                with self._streams.taken() as place:
                    # Parsed here: gRPC would end the stream with INTERNAL where bytes are no message.
                    await behaviour((parse(each) async for each in place.hear_each(requests)), context)

        return grpc.stream_stream_rpc_method_handler(answer, response_serializer=handler.response_serializer)


class Gate:
    """Lets a bounded number of calls, and of bytes of their requests, be in hand at a time."""

    def __init__(self, limit: int, max_bytes: int) -> None:
        self._limit = limit
        self._max_bytes = max_bytes
        self._inside = 0
        self._bytes = 0

    def require_room(self) -> None:
        """Raise Overloaded when nobody can enter now."""
        if self._inside >= self._limit or self._bytes >= self._max_bytes:
            raise overloaded()

    @contextmanager
    def entered(self, size: int) -> Iterator[None]:
        """Count a call in and out, or raise Overloaded. However large, one may always be inside."""
        self.require_room()
        if self._inside and self._bytes + size > self._max_bytes:
            raise overloaded()
        self._inside += 1
        self._bytes += size
        try:
            yield
        finally:
            self._inside -= 1
            self._bytes -= size
