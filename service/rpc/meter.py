"""How much each tenant may ask for: rates, held in this process, and daily quotas across all servers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from service.errors import QuotaSpent, RateLimited, StoreUnavailable
from service.quota import usage
from service.quota.amounts import Amount, Limits
from service.quota.bucket import Bucket
from service.quota.limits import limits_of
from service.quota.usage import day_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.rpc.desk import Desk

# How long what an administrator has set may take to hold, and what other servers used to show.
SECONDS_KNOWN: Final = 2.0
REMAINING: Final = "overclaim-quota-remaining"
RESET: Final = "overclaim-quota-reset"
NOTHING: Final = Amount()
_DAILY: Final = {"daily_articles": "articles", "daily_code_points": "code_points"}


@dataclass
class _Tenant:
    """What this process knows of a tenant: `held` is reserved and not used, `left` is for all servers."""

    limits: Limits
    read: float
    day: str
    buckets: dict[str, Bucket] = field(default_factory=dict)
    held: Amount = NOTHING
    left: Amount = NOTHING
    reserving: asyncio.Lock = field(default_factory=asyncio.Lock)


class Meter:
    """Lets calls through or raises RateLimited or QuotaSpent. Used from one event loop.

    `clock` measures rates and `now` tells which day of UTC it is.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        defaults: Limits,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._desk = desk
        self._defaults = defaults
        self._clock = clock
        self._now = now or desk.now
        self._tenants: dict[str, _Tenant] = {}
        self._lines = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def begin(self, tenant: str, *, scores: bool) -> None:
        """Begin a call; one that scores is counted by its articles, as `admit` is told of them."""
        known = await self._known(tenant)
        if not scores:
            self._pass(tenant, known, {"rate_calls": 1})

    async def admit(self, tenant: str, amount: Amount) -> None:
        """Count articles that are to be scored, all of them or, by what it raises, none."""
        known = await self._known(tenant)
        costs = _costs(amount)
        self._pass(tenant, known, costs)
        try:
            await self._spend(tenant, known, amount)
        except BaseException:
            self._charge(known, {name: -cost for name, cost in costs.items()})
            raise

    async def admit_in_turn(self, tenant: str, amount: Amount) -> None:
        """Do the same, but wait for the rate; who comes first is let through first."""
        async with self._lines[tenant]:
            while True:
                try:
                    return await self.admit(tenant, amount)
                except QuotaSpent:
                    raise
                except RateLimited as limited:
                    await asyncio.sleep(limited.retry_after)

    def trailers(self, tenant: str) -> tuple[tuple[str, str], ...]:
        """Tell what is left of the day's quota, as far as this server knows, and the seconds until the next.

        For a tenant whose call has begun.
        """
        known = self._tenants[tenant]
        left = known.held + known.left
        told = [
            f"{what}={getattr(left, what)}" for name, what in _DAILY.items() if getattr(known.limits, name)
        ]
        return ((REMAINING, ",".join(told) or "unlimited"), (RESET, str(round(self._seconds_left()))))

    async def close(self) -> None:
        """Give back what was reserved and not used."""
        for tenant, known in self._tenants.items():
            if known.held != NOTHING:
                unused, known.held = known.held, NOTHING
                try:
                    await self._desk.write(usage.give_back, tenant, day=known.day, unused=unused)
                except StoreUnavailable:
                    return

    async def _known(self, tenant: str) -> _Tenant:
        known = self._tenants.get(tenant)
        today, at = day_of(self._now()), self._clock()
        if known is None or known.day != today or at - known.read > SECONDS_KNOWN:
            if known is None:
                known = self._tenants[tenant] = _Tenant(self._defaults, at, today)
            # Whoever comes meanwhile goes by what was known before.
            known.read = at
            if known.day != today:
                known.day, known.held = today, NOTHING
            try:
                known.limits, known.left = await self._desk.read(
                    _read, tenant, day=today, defaults=self._defaults
                )
            except StoreUnavailable:
                return known
        return known

    async def _spend(self, tenant: str, known: _Tenant, amount: Amount) -> None:
        limits = known.limits
        wanted = Amount(
            amount.articles if limits.daily_articles else 0,
            amount.code_points if limits.daily_code_points else 0,
        )
        async with known.reserving:
            if not known.held.covers(wanted):
                missing = Amount(
                    max(0, wanted.articles - known.held.articles),
                    max(0, wanted.code_points - known.held.code_points),
                )
                reserved = await self._desk.write(
                    usage.reserve, tenant, day=known.day, wanted=missing, limits=limits
                )
                known.held, known.left = known.held + reserved.got, reserved.left
                if not known.held.covers(wanted):
                    raise self._spent(tenant, known, wanted)
            known.held -= wanted

    def _pass(self, tenant: str, known: _Tenant, costs: dict[str, int]) -> None:
        name, wait = max(((name, self._wait(known, name)) for name in costs), key=lambda each: each[1])
        if wait:
            what = name.removeprefix("rate_").replace("_", " ")
            raise RateLimited(
                f"the tenant may ask for {getattr(known.limits, name):,} {what} a second; retry later",
                retry_after=wait,
                subject=f"tenant:{tenant}",
                limit=f"{name}: {getattr(known.limits, name)}",
            )
        self._charge(known, costs)

    def _charge(self, known: _Tenant, costs: dict[str, int]) -> None:
        for name, cost in costs.items():
            if bucket := self._bucket(known, name):
                bucket.charge(cost, now=self._clock())

    def _wait(self, known: _Tenant, name: str) -> float:
        bucket = self._bucket(known, name)
        return bucket.wait(self._clock()) if bucket else 0.0

    def _bucket(self, known: _Tenant, name: str) -> Bucket | None:
        rate = getattr(known.limits, name)
        bucket = known.buckets.get(name)
        if bucket is None or bucket.rate != rate:
            known.buckets.pop(name, None)
            if rate:
                known.buckets[name] = Bucket(rate, now=self._clock())
        return known.buckets.get(name)

    def _spent(self, tenant: str, known: _Tenant, wanted: Amount) -> QuotaSpent:
        left = known.held + known.left
        name = next(name for name, what in _DAILY.items() if getattr(left, what) < getattr(wanted, what))
        what = _DAILY[name]
        return QuotaSpent(
            f"of the day's {getattr(known.limits, name):,} {what.replace('_', ' ')} "
            f"{getattr(left, what):,} are left, too few for this; there are more at midnight UTC",
            retry_after=self._seconds_left(),
            subject=f"tenant:{tenant}",
            limit=f"{name}: {getattr(known.limits, name)}",
        )

    def _seconds_left(self) -> float:
        now = self._now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight - now).total_seconds()


def _costs(amount: Amount) -> dict[str, int]:
    return {"rate_articles": amount.articles, "rate_code_points": amount.code_points}


def _read(session: Session, tenant: str, *, day: str, defaults: Limits) -> tuple[Limits, Amount]:
    limits = limits_of(session, tenant, defaults=defaults)
    return limits, usage.left_today(session, tenant, day=day, limits=limits)
