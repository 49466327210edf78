"""The gate: the key in a call's metadata, held against the table of methods and roles."""

from __future__ import annotations

from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import grpc

from service import access
from service.errors import KeyMissing, KeyUnknown
from service.rpc.caller import answering
from service.rpc.streams import OpenStreams
from service.rpc.wrapping import OURS, Once, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from service.rpc.desk import Desk
    from service.rpc.meter import Meter
    from service.rpc.wrapping import Context, Handler

# Brings in its request what proves who calls.
SIGN_IN = "/overclaim.v1.AccessService/SignIn"
SCORING = "/overclaim.v1.ModerationService/"
BEARER = "bearer "


class Gatekeeper(grpc.aio.ServerInterceptor):
    """Lets in who has a good key of a role that may; scoring needs none unless `require_keys`."""

    def __init__(self, desk: Desk, meter: Meter, *, require_keys: bool) -> None:
        self._desk = desk
        self._meter = meter
        self._streams = OpenStreams(desk)
        self._require_keys = require_keys
        self._wrapped = Once(self._behind)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Put the method that is called behind the gate."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not method.startswith(OURS):
            return handler
        return self._wrapped(method, handler)

    def _behind(self, method: str, handler: Handler) -> Handler:
        if method == SIGN_IN:
            # No key; but bytes that are no message are refused as for every method.
            return within(lambda _: nullcontext(), handler)
        streams = handler.request_streaming or handler.response_streaming
        return within(partial(self._known, method, streams=streams), handler)

    @asynccontextmanager
    async def _known(self, method: str, context: Context, *, streams: bool) -> AsyncIterator[None]:
        secret = _secret_of(context)
        if secret:
            caller = await self._desk.read(access.authenticate, secret, now=self._desk.now())
        elif method.startswith(SCORING) and not self._require_keys:
            caller = access.LOCAL
        else:
            raise KeyMissing('this call needs a key: send it as metadata "authorization: Bearer <key>"')
        access.authorise(caller, method)
        answering(caller)
        await self._meter.begin(caller.tenant, scores=method.startswith(SCORING))
        try:
            async with self._streams.held(caller.key) if streams and secret else nullcontext():
                yield
        finally:
            context.set_trailing_metadata(self._meter.trailers(caller.tenant))


def _secret_of(context: Context) -> str:
    for key, value in context.invocation_metadata() or ():
        if key == "authorization":
            text = value if isinstance(value, str) else value.decode("ascii", "replace")
            if text.lower().startswith(BEARER):
                return text[len(BEARER) :].strip()
            raise KeyUnknown('the metadata "authorization" must be "Bearer <key>"')
    return ""
