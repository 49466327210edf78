"""Connections whose calls are cancelled over and over: turned away for a while, before anything is done."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

from service.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from service.rpc.wrapping import Context

# Calls of one connection that may be cancelled at once, and each second from then on.
BURST: Final = 20
CANCELS: Final = 5.0
# Connections remembered, of those that have cancelled any; the one whose last is longest ago is forgotten.
REMEMBERED: Final = 4_096
RETRY_AFTER: Final = 1.0
# Seconds until it is turned away.
PAUSE: Final = 0.05


@dataclass(slots=True)
class _Peer:
    """How many calls a connection may still have cancelled, as of `at`."""

    left: float
    at: float

    def has_left(self, now: float) -> bool:
        self.left, self.at = min(BURST, self.left + (now - self.at) * CANCELS), now
        return self.left >= 1


class Restless:
    """Counts what each connection cancels. What is turned away is not counted, so that all may come back.

    Nor is there any debt: whoever has a hundred calls time out at once waits no longer than for one.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._peers: dict[str, _Peer] = {}

    @asynccontextmanager
    async def counted(self, context: Context) -> AsyncIterator[None]:
        """Count a call should it be cancelled; raises Overloaded where too many have been."""
        name = context.peer()
        known = self._peers.get(name)
        if known and not known.has_left(self._clock()):
            # Whoever cancels this one as well is spared an answer, and spares us to write it.
            await asyncio.sleep(PAUSE)
            raise Overloaded(
                "too many calls of this connection were cancelled; retry later", retry_after=RETRY_AFTER
            )
        try:
            yield
        except asyncio.CancelledError:
            self._charge(name)
            raise

    def _charge(self, name: str) -> None:
        now = self._clock()
        peer = self._peers.pop(name, None) or _Peer(BURST, now)
        peer.left = peer.left - 1 if peer.has_left(now) else 0
        self._peers[name] = peer
        if len(self._peers) > REMEMBERED:
            del self._peers[next(iter(self._peers))]
