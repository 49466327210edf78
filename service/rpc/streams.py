"""Streams that are open: each ends as soon as its key is revoked or expires."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import access
from service.errors import KeyUnknown, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.rpc.desk import Desk

# Other servers revoke keys in the same database and ring no bell here.
SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(eq=False)
class _Stream:
    key: str
    task: asyncio.Task[Any]
    over: bool = False


class OpenStreams:
    """One look a second, and one after each write of this server, holds the keys of all open streams."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: set[_Stream] = set()
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def held(self, key: str) -> AsyncIterator[None]:
        """Hold the stream of the current task to its key, by its id: raises KeyUnknown once that is over."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a stream is answered by a task")
        stream = _Stream(key, task)
        self._open.add(stream)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        except asyncio.CancelledError:
            if not stream.over:
                raise
            task.uncancel()
            raise KeyUnknown("the key was revoked or has expired since the call began") from None
        finally:
            self._open.discard(stream)

    async def _look(self) -> None:
        while self._open and await self._desk.ring(seconds=SECONDS_BETWEEN_LOOKS):
            keys = {each.key for each in self._open}
            try:
                good = await self._desk.read(access.still_good, keys, now=self._desk.now())
            except StoreUnavailable:
                continue
            for stream in [*self._open]:
                if stream.key in keys - good and not stream.over:
                    stream.over = True
                    stream.task.cancel()
