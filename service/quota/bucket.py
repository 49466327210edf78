"""A token bucket that lends: what is larger than what it holds is let through, and waited for afterwards."""

from __future__ import annotations

from typing import Final

# How long a tenant may save up.
BURST_SECONDS: Final = 10.0


class Bucket:
    """Fills by `rate` a second up to BURST_SECONDS of it. Times are of any clock that never goes back.

    Over any span of time no more goes through than the rate gives, a burst, and one charge.
    """

    def __init__(self, rate: float, *, now: float) -> None:
        self.rate = rate
        self._level = rate * BURST_SECONDS
        self._filled = now

    def wait(self, now: float) -> float:
        """Say for how many seconds nothing is let through; 0: something is now."""
        self._fill(now)
        return 0.0 if self._level > 0 else self._missing() / self.rate

    def charge(self, amount: float, *, now: float) -> None:
        """Take out, into debt if need be; whether one may is for `wait` to say."""
        self._fill(now)
        self._level -= amount

    def _fill(self, now: float) -> None:
        self._level = min(self._level + (now - self._filled) * self.rate, self.rate * BURST_SECONDS)
        self._filled = now

    def _missing(self) -> float:
        # A thousandth of a second's worth more than the debt, so that one who waits as told is let through.
        return self.rate / 1_000 - self._level
