"""Connections whose calls are cancelled over and over are turned away, and nobody else is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped] # no types

from service.errors import Overloaded
from service.rpc import restless
from service.rpc.restless import BURST, Restless
from tests.calls import SERVICE, ask, detail, status_of
from tests.cancels import _cancel_all

if TYPE_CHECKING:
    from service.settings import Settings
    from tests.conftest import Serving


class Call:
    """All that is asked of a call here."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def peer(self) -> str:
        return self._peer


async def cancel(counting: Restless, peer: str) -> None:
    async def call() -> None:
        context: Any = Call(peer)
        async with counting.counted(context):
            await asyncio.Event().wait()

    called = asyncio.create_task(call())
    await asyncio.sleep(0)
    called.cancel()
    with pytest.raises(asyncio.CancelledError):
        await called


async def finish(counting: Restless, peer: str) -> None:
    call: Any = Call(peer)
    async with counting.counted(call):
        pass


async def test_a_connection_that_cancels_too_much_is_turned_away_until_it_has_waited() -> None:
    now = 0.0
    counting = Restless(clock=lambda: now)
    for _ in range(BURST):
        await finish(counting, "one")
        await cancel(counting, "one")
    with pytest.raises(Overloaded, match="cancelled"):
        await finish(counting, "one")
    await finish(counting, "other")
    now = 0.2
    await finish(counting, "one")


async def test_calls_that_are_cancelled_together_leave_no_debt() -> None:
    now = 0.0
    counting = Restless(clock=lambda: now)
    await asyncio.gather(*(cancel(counting, "one") for _ in range(5 * BURST)))
    with pytest.raises(Overloaded):
        await finish(counting, "one")
    now = 0.2
    await finish(counting, "one")


async def test_what_is_turned_away_is_not_counted_and_what_fails_is_not_cancelled() -> None:
    now = 0.0
    counting = Restless(clock=lambda: now)
    for _ in range(BURST):
        await cancel(counting, "one")
    away = (finish(counting, "one") for _ in range(BURST))
    assert {type(each) for each in await asyncio.gather(*away, return_exceptions=True)} == {Overloaded}
    for _ in range(2 * BURST):
        call: Any = Call("other")
        with pytest.raises(LookupError):
            async with counting.counted(call):
                raise LookupError
    await finish(counting, "other")
    now = 0.2
    await finish(counting, "one")


async def test_so_many_connections_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restless, "REMEMBERED", 3)
    counting = Restless(clock=lambda: 0.0)
    for _ in range(BURST):
        await cancel(counting, "one")
    for other in ("a", "b"):
        await cancel(counting, other)
    with pytest.raises(Overloaded):
        await finish(counting, "one")
    await cancel(counting, "c")
    await finish(counting, "one")


async def test_who_cancels_on_the_wire_is_refused_with_advice_and_others_are_served(
    serving: Serving, settings: Settings
) -> None:
    slow = ask("SLOW " * 5).SerializeToString()
    async with serving(settings) as channel:
        raw: Any = channel
        score = raw.unary_unary(f"/{SERVICE}/ScoreArticle")
        error = None
        for number in range(10 * BURST):
            patient = number > 2 * BURST and number % 8 == 0
            try:
                # It has been heard by then, and is not scored yet; now and then one waits to be refused.
                await asyncio.wait_for(score(slow), timeout=0.3 if patient else 0.02)
            except TimeoutError:
                continue
            except grpc.aio.AioRpcError as refused:
                error = refused
                break
        assert error
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert "cancelled" in str(error.details())
        assert detail(status_of(error), RetryInfo).retry_delay.seconds == 1
        outcome = await _cancel_all(settings.listen, slow, number=400, rate=2_000)
        assert outcome.calls == 400
        other: Any = grpc.aio.insecure_channel(settings.listen, [("grpc.use_local_subchannel_pool", 1)])
        await other.unary_unary(f"/{SERVICE}/ScoreArticle")(ask("It may help.").SerializeToString())
        await other.close()
