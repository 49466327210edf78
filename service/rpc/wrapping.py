"""Runs something around every call of a method, of whichever of gRPC's four kinds it is."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError, Message

from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    # What is wrapped may be a method of any service, so the types of its messages are open.
    Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
    Handler: TypeAlias = grpc.RpcMethodHandler[Any, Any]
    Around: TypeAlias = Callable[[Context], AbstractAsyncContextManager[None]]

# The paths of our own services' methods; health and reflection are not ours.
OURS = "/overclaim."
_ANSWERED_ALONE = frozenset({"overclaim.v1.ScoreArticleRequest"})


def within(around: Around, handler: Handler) -> Handler:
    """Give a handler that runs each call of `handler`, of whatever kind, within `around` of its context.

    Bytes that are no message of the method raise InvalidRequest there, rather than an error with their
    parser's text in the depths of gRPC.
    """
    behaviour: Any = (
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    )

    async def answer_once(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any service
        async with around(context):
            return await behaviour(_checked(request), context)

    async def answer_many(request: Any, context: Context) -> None:  # noqa: ANN401 - of any service
        async with around(context):
            answers = behaviour(_checked(request), context)
            if not hasattr(answers, "__aiter__"):
                await answers
                return
            async with aclosing(answers):
                async for answer in answers:
                    await context.write(answer)

    wrap: Any = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[handler.request_streaming, handler.response_streaming]
    return wrap(  # type: ignore[no-any-return] # one call for the four kinds
        answer_many if handler.response_streaming else answer_once,
        request_deserializer=_parsing(handler.request_deserializer),
        response_serializer=handler.response_serializer,
    )


class Once:
    """Wraps the handler of each method once, though gRPC asks anew with every call."""

    def __init__(self, wrap: Callable[[str, Handler], Handler]) -> None:
        """`wrap` is given a method's name and its handler."""
        self._wrap = wrap
        self._wrapped: dict[str, tuple[Handler, Handler]] = {}

    def __call__(self, method: str, handler: Handler) -> Handler:
        """Give the handler wrapped."""
        known = self._wrapped.get(method)
        if known is None or known[0] is not handler:
            known = self._wrapped[method] = (handler, self._wrap(method, handler))
        return known[1]


@dataclass(frozen=True, slots=True)
class _Malformed:
    """Stands for a message that cannot be taken, until something may be raised."""

    field: str = ""
    description: str = "the bytes sent are no message of this method"


def _parsing(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """Check what is parsed once, however many layers there are around a method."""
    if deserialize is None or getattr(deserialize, "func", None) is _parse:
        return deserialize
    return partial(_parse, deserialize)


def _parse(deserialize: Callable[[bytes], Any], message: bytes) -> Any:  # noqa: ANN401 - of any service
    try:
        request = deserialize(message)
    except DecodeError:
        return _Malformed()
    # No database keeps U+0000. Few messages hold such a byte at all, be it within a number.
    field = next(_with_nul(request), None) if b"\0" in message else None
    return request if field is None else _Malformed(field, "has U+0000, which is no text")


def _with_nul(message: Message) -> Iterator[str]:
    """Name the fields that hold U+0000, but for those of articles, each of which is answered for itself."""
    if message.DESCRIPTOR.full_name in _ANSWERED_ALONE:
        return
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            if isinstance(each, str) and "\0" in each:
                yield field.name
            elif isinstance(each, Message):
                yield from (f"{field.name}.{within}" for within in _with_nul(each))


def _checked(request: Any) -> Any:  # noqa: ANN401 - of any service
    if hasattr(request, "__aiter__"):
        return _checked_each(request)
    if isinstance(request, _Malformed):
        raise InvalidRequest((Violation(request.field, request.description),))
    return request


async def _checked_each(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _checked(request)
