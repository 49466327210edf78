"""The review desk's transactions, in threads of their own, and a bell for those who watch."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from service.review.policies import PoliciesInForce
from service.rpc.caller import current_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from service.review.policies import Revision
    from service.store.engine import Store

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Desk:
    """Runs use cases in transactions of one store. A call that is cancelled does not undo what has begun."""

    def __init__(self, store: Store, *, threads: int) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="desk")
        self._policies = PoliciesInForce(store)
        self._rung = asyncio.Event()
        self._closing = asyncio.Event()

    @staticmethod
    def now() -> datetime:
        """Tell the time."""
        return datetime.now(UTC)

    async def read(
        self,
        use_case: Callable[Concatenate[Session, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Run a use case that changes nothing."""

        def run() -> Result:
            with self._store.reading() as session:
                return use_case(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def write(
        self,
        use_case: Callable[Concatenate[Session, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Run a use case, commit what it has changed, and ring for those who watch.

        The audit log names the caller of the call that is being answered; outside of calls, the server.
        """
        by = current_actor()

        def run() -> Result:
            with self._store.writing(by=by) as session:
                return use_case(session, *args, **kwargs)

        result = await asyncio.get_running_loop().run_in_executor(self._threads, run)
        self._rung.set()
        self._rung = asyncio.Event()
        return result

    async def policy(self, tenant: str) -> Revision:
        """Give a tenant's policy, at most a second old while the database answers."""
        known = self._policies.fresh(tenant)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self._policies.of, tenant))

    async def scrub(self) -> None:
        """Give what was deleted back to the disk."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._store.scrub)

    async def ring(self, *, seconds: float) -> bool:
        """Wait until something was written here, or a while: others may have written. False: time to go."""
        rung = asyncio.create_task(self._rung.wait())
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({rung, closing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            rung.cancel()
            closing.cancel()
        return not self._closing.is_set()

    def dismiss(self) -> None:
        """Send those who watch away; they come back to another server with their tokens."""
        self._closing.set()

    def close(self) -> None:
        """Begin nothing more; what has begun is finished."""
        self._threads.shutdown(wait=True, cancel_futures=True)
