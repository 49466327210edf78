"""Calls that are made again when the tenant's rate turned them away, for as long as their deadline allows."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

import grpc

from service.client.faults import error_from
from service.errors import QuotaSpent, RateLimited

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Answer = TypeVar("Answer")


def insist(call: Callable[[float], Answer], *, timeout: float) -> Answer:
    """Give the answer of `call`, which is told the seconds that are left, or raise what it failed with.

    RateLimited waits for as long as the server said and calls again, unless the deadline comes first. A quota
    that is spent is not asked for again. UNAVAILABLE is gRPC's to retry, by the service config.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            return call(deadline - time.monotonic())
        except grpc.RpcError as failure:
            seconds = _pause(failure, deadline)
        time.sleep(seconds)


async def insist_async(call: Callable[[float], Awaitable[Answer]], *, timeout: float) -> Answer:  # noqa: ASYNC109 - the call's deadline, which gRPC tells the server
    """Do the same for asyncio."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return await call(deadline - time.monotonic())
        except grpc.RpcError as failure:
            seconds = _pause(failure, deadline)
        await asyncio.sleep(seconds)


def _pause(failure: grpc.RpcError, deadline: float) -> float:
    """Say how long to wait before the next attempt, or raise what there is no use in repeating."""
    error = error_from(failure)
    if (
        not isinstance(error, RateLimited)
        or isinstance(error, QuotaSpent)
        or time.monotonic() + error.retry_after >= deadline
    ):
        raise error from None
    return error.retry_after
