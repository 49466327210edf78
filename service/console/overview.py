"""What the page is told of the desk as a whole: its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days from Monday 00:00 UTC; figures that cannot be told are None."""

    start_time: datetime
    inflow: int
    closed: int
    backlog: int
    median_age_seconds: int
    median_wait_seconds: int
    overturn_rate: float | None
    alpha: float | None
    psi: float | None
    scores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The desk week by week, the oldest first."""

    weeks: tuple[Week, ...]
    open: int
    overdue: int
    oldest_create_time: datetime | None
