"""What work costs in processor time, judged so that a busy machine fails no test.

Noise only ever adds, and not always: work that keeps its bound once keeps it.
"""

from __future__ import annotations

import gc
import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 8
# Four times as much takes 4 times as long when linear, 16 when quadratic.
STEP, ALLOWED = 4, 9
LEAST = 0.005  # seconds; of what is quicker than this nothing can be told


def is_linear(work: Callable[[int], object], *, up_to: int) -> bool:
    """Whether work on `up_to` takes about four times as long as on a quarter of it, rather than sixteen."""
    small = large = math.inf
    for _ in range(TRIES):
        small = min(small, _cost(lambda: work(up_to // STEP)))
        large = min(large, _cost(lambda: work(up_to)))
        if large < ALLOWED * max(small, LEAST):
            return True
    return False


def takes_less(seconds: float, work: Callable[[], object]) -> bool:
    """Whether the work takes less processor time than this."""
    return any(_cost(work) < seconds for _ in range(TRIES))


def _cost(work: Callable[[], object]) -> float:
    """Give the seconds of the work itself: collecting garbage goes through all that a test run has made."""
    collects = gc.isenabled()
    gc.disable()
    try:
        began = time.thread_time()
        work()
        return time.thread_time() - began
    finally:
        if collects:
            gc.enable()
