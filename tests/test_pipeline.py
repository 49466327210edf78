from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from service.rpc.pipeline import in_order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def numbers(count: int, read: list[int] | None = None) -> AsyncIterator[int]:
    for number in range(count):
        if read is not None:
            read.append(number)
        yield number


async def test_results_come_in_order_however_long_each_takes() -> None:
    async def work(number: int) -> int:
        await asyncio.sleep(random.random() / 500)
        return number

    assert [each async for each in in_order(numbers(100), work, window=7)] == list(range(100))


@pytest.mark.parametrize("window", [1, 2, 5])
async def test_no_more_is_read_than_the_window_ahead_of_what_is_taken(window: int) -> None:
    read: list[int] = []

    async def work(number: int) -> int:
        return number

    async with aclosing(in_order(numbers(50, read), work, window=window)) as results:
        async for taken in results:
            await asyncio.sleep(0.001)
            assert len(read) <= taken + window


async def test_a_result_is_there_before_the_next_item_is() -> None:
    more = asyncio.Event()

    async def slow() -> AsyncIterator[int]:
        yield 0
        await more.wait()
        yield 1

    async def work(number: int) -> int:
        return number

    async with aclosing(in_order(slow(), work, window=3)) as results:
        assert await asyncio.wait_for(anext(results), 1) == 0
        more.set()
        assert await asyncio.wait_for(anext(results), 1) == 1


async def test_what_the_items_raise_comes_after_the_results_before_it() -> None:
    async def broken() -> AsyncIterator[int]:
        yield 0
        raise ValueError("no more")

    async def work(number: int) -> int:
        await asyncio.sleep(0.01)
        return number

    results = in_order(broken(), work, window=3)
    assert await anext(results) == 0
    with pytest.raises(ValueError, match="no more"):
        await anext(results)


async def test_closing_cancels_what_is_in_hand() -> None:
    cancelled = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(number * 10)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return number

    async with aclosing(in_order(numbers(10), work, window=4)) as results:
        assert await anext(results) == 0
        await asyncio.sleep(0.01)
    assert sorted(cancelled) == [1, 2, 3]
