"""The review desk for asyncio: the contract's own calls, made with a key, failing with our errors.

    async with AsyncDesk("127.0.0.1:8423", key=key) as desk:
        claimed = await desk.review.ClaimItem(review_pb2.ClaimItemRequest())

What a publisher needs of it has methods of its own in `Client` and `AsyncClient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import grpc

from service.client import channel
from service.client.faults import error_from
from service.client.insisting import insist_async
from service.pb.overclaim.v1.access_pb2_grpc import AccessServiceStub
from service.pb.overclaim.v1.models_pb2_grpc import ModelServiceStub
from service.pb.overclaim.v1.moderation_pb2_grpc import ModerationServiceStub
from service.pb.overclaim.v1.review_pb2_grpc import FeedbackServiceStub, ReviewServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import TracebackType

    from service.pb.overclaim.v1.access_pb2_grpc import AccessServiceAsyncStub
    from service.pb.overclaim.v1.models_pb2_grpc import ModelServiceAsyncStub
    from service.pb.overclaim.v1.moderation_pb2_grpc import ModerationServiceAsyncStub
    from service.pb.overclaim.v1.review_pb2_grpc import FeedbackServiceAsyncStub, ReviewServiceAsyncStub


class AsyncDesk:
    """A connection with one key, to be used as an async context manager within one event loop.

    Its attributes are the contract's services. Their calls raise the errors of service.errors and
    CallFailed. Without a `timeout` of its own, a call that is answered once has a
    deadline of a minute.
    """

    def __init__(
        self,
        target: str = channel.DEFAULT_TARGET,
        *,
        key: str,
        credentials: grpc.ChannelCredentials | None = None,
    ) -> None:
        self.target = target
        interceptors = (_OneAnswer(key), _ManyAnswers(key))
        self._channel = (
            grpc.aio.secure_channel(target, credentials, channel.OPTIONS, interceptors=interceptors)
            if credentials
            else grpc.aio.insecure_channel(target, channel.OPTIONS, interceptors=interceptors)
        )
        self.moderation: ModerationServiceAsyncStub = ModerationServiceStub(self._channel)
        self.review: ReviewServiceAsyncStub = ReviewServiceStub(self._channel)
        self.feedback: FeedbackServiceAsyncStub = FeedbackServiceStub(self._channel)
        self.access: AccessServiceAsyncStub = AccessServiceStub(self._channel)
        self.models: ModelServiceAsyncStub = ModelServiceStub(self._channel)

    async def close(self) -> None:
        """End the connection; calls in flight fail."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class _OneAnswer(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, key: str) -> None:
        self._key = key

    async def intercept_unary_unary(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401 - of any service
    ) -> Any:  # noqa: ANN401 - as above
        """Send the key, and raise what failed in our words."""
        given = client_call_details.timeout
        timeout = channel.CALL_SECONDS if given is None else given

        async def ask(seconds: float) -> Any:  # noqa: ANN401 - of any service
            details = _with_key(client_call_details, self._key, seconds)
            return await (await continuation(details, request))

        return await insist_async(ask, timeout=timeout)


class _ManyAnswers(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, key: str) -> None:
        self._key = key

    async def intercept_unary_stream(
        self,
        continuation: Callable[[grpc.aio.ClientCallDetails, Any], Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,  # noqa: ANN401 - of any service
    ) -> Any:  # noqa: ANN401 - as above
        """Send the key, and raise what failed in our words, after the answers before."""
        details = _with_key(client_call_details, self._key, client_call_details.timeout)
        return _answers(await continuation(details, request))


async def _answers(call: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - of any service
    try:
        async for answer in call:
            yield answer
    except grpc.RpcError as failure:
        raise error_from(failure) from None
    finally:
        call.cancel()


def _with_key(
    details: grpc.aio.ClientCallDetails, key: str, timeout: float | None
) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    if key:
        metadata.add("authorization", f"Bearer {key}")
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=timeout,
        metadata=metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )
