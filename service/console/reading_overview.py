"""From the contract's messages to what the page is told of the desk as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.console.overview import Dashboard, Week
from service.console.reading import time

if TYPE_CHECKING:
    from service.pb.overclaim.v1 import review_pb2 as pb


def dashboard(answer: pb.GetDashboardResponse) -> Dashboard:
    """Read the weeks."""
    return Dashboard(
        weeks=tuple(map(_week, answer.weeks)),
        open=answer.open,
        overdue=answer.overdue,
        oldest_create_time=time(answer.oldest_create_time) if answer.HasField("oldest_create_time") else None,
    )


def _week(message: pb.Week) -> Week:
    return Week(
        start_time=time(message.start_time),
        inflow=message.inflow,
        closed=message.closed,
        backlog=message.backlog,
        median_age_seconds=message.median_age_seconds,
        median_wait_seconds=message.median_wait_seconds,
        overturn_rate=message.overturn_rate if message.HasField("overturn_rate") else None,
        alpha=message.alpha if message.HasField("alpha") else None,
        psi=message.psi if message.HasField("psi") else None,
        scores=message.scores,
    )
