"""Work on a stream of items: several at a time, answers in order, and no further than they are taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine

Item = TypeVar("Item")
Result = TypeVar("Result")


async def in_order(
    items: AsyncIterable[Item],
    work: Callable[[Item], Coroutine[None, None, Result]],
    *,
    window: int,
) -> AsyncGenerator[Result, None]:
    """Yield the result of each item in the order of the items, each as soon as it is there.

    At most `window` items are read and not yet answered: when results are not taken, reading stops. Whatever
    `items` or `work` raises is raised after the results before it. Closing this iterator cancels the rest.
    """
    begun: asyncio.Queue[asyncio.Task[Result] | None] = asyncio.Queue()
    slots = asyncio.Semaphore(window - 1)
    tasks: set[asyncio.Task[Result]] = set()

    async def read() -> None:
        try:
            async for item in items:
                task = asyncio.create_task(work(item))
                tasks.add(task)
                begun.put_nowait(task)
                await slots.acquire()
        finally:
            begun.put_nowait(None)

    reading = asyncio.create_task(read())
    try:
        while (task := await begun.get()) is not None:
            yield await task
            tasks.discard(task)
            slots.release()
        await reading
    finally:
        leftover = [reading, *tasks]
        for each in leftover:
            each.cancel()
        await asyncio.gather(*leftover, return_exceptions=True)
