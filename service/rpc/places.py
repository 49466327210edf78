"""Places for calls whose clients have yet to speak: bounded, and taken from whoever says nothing for long."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from random import uniform
from typing import TYPE_CHECKING, TypeVar

from service.errors import Overloaded, Stalled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

Message = TypeVar("Message")


class Places:
    """At most `limit` at a time. When all are taken, a newcomer gets that of the client silent for longest.

    That one must have been silent for `patience` seconds while the server was waiting for nothing but it;
    otherwise the newcomer is turned away. So calls that never send their request cannot keep others out.
    """

    def __init__(self, limit: int, *, patience: float, longest: float | None = None) -> None:
        self._limit = limit
        self._patience = patience
        self._longest = longest
        self._taken: dict[Place, None] = {}

    @contextmanager
    def taken(self) -> Iterator[Place]:
        """Take a place, or raise Overloaded."""
        if len(self._taken) >= self._limit:
            self._clear_one()
        place = Place(self._longest)
        self._taken[place] = None
        try:
            yield place
        finally:
            self._taken.pop(place, None)

    def _clear_one(self) -> None:
        oldest = min(self._taken, key=lambda each: each.since)
        if asyncio.get_running_loop().time() - oldest.since < self._patience:
            raise overloaded()
        del self._taken[oldest]
        oldest.clear()


class Place:
    """Where one call waits for its client."""

    def __init__(self, longest: float | None) -> None:
        self._longest = longest
        self._wait: asyncio.Timeout | None = None
        # When its client was last waited for; never, while it is not.
        self.since = float("inf")

    async def hear(self, requests: AsyncIterator[Message]) -> Message:
        """Wait for the client's next message; raises Stalled, or StopAsyncIteration after the last one."""
        self.since = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._longest) as self._wait:
                return await anext(requests)
        except TimeoutError:
            raise Stalled("the request did not arrive in time; retry", retry_after=_soon()) from None
        finally:
            self.since = float("inf")

    async def hear_each(self, requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
        """Yield the client's messages as they come; raises Stalled."""
        while True:
            try:
                message = await self.hear(requests)
            except StopAsyncIteration:
                return
            yield message

    def clear(self) -> None:
        """Wait no longer."""
        if self._wait is not None:
            self._wait.reschedule(asyncio.get_running_loop().time())


def overloaded() -> Overloaded:
    """Turn a call away."""
    return Overloaded("too many calls are in flight; retry later", retry_after=_soon())


def _soon() -> float:
    # Spread out, so that those refused together do not come back together.
    return uniform(0.5, 1.5)  # noqa: S311 - no secret
