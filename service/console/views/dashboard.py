"""The dashboard: the desk's weeks as charts, each also as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.console import charts
from service.console.access import with_desk
from service.console.pages import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.charts import Chart
    from service.console.desk import Desk
    from service.console.overview import Week

WEEKS = 12
DAY_SECONDS = 86_400
PSI_MARKS = (0.1, 0.25)
ALPHA_MARKS = (0.667,)


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart: `series` are its columns of figures, by their texts' names; `form` is how they are told."""

    name: str
    chart: Chart
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    form: str = "count"
    high: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no week has a figure."""
        return all(value is None for _, values in self.series for value in values)


@with_desk
async def show(request: Request, desk: Desk) -> Response:
    """Show the last weeks."""
    dashboard = await desk.dashboard(WEEKS)
    full = dashboard.weeks[:-1]
    return page(
        request,
        "dashboard.html",
        dashboard=dashboard,
        last=full[-1] if full else None,
        panels=panels(dashboard.weeks) if dashboard.weeks else (),
    )


def panels(weeks: tuple[Week, ...]) -> tuple[Panel, ...]:
    """Every chart, in the order of the page."""
    inflow, closed = [week.inflow for week in weeks], [week.closed for week in weeks]
    return (
        Panel(
            "inflow",
            charts.bars(inflow, closed),
            (("dashboard.came", tuple(inflow)), ("dashboard.closed", tuple(closed))),
        ),
        _line("backlog", [week.backlog for week in weeks], top=4),
        _line("age", [week.median_age_seconds / DAY_SECONDS for week in weeks], form="days", top=1),
        _line("overturn", [week.overturn_rate for week in weeks], form="share", top=0.2),
        _line("agreement_title", [week.alpha for week in weeks], form="figure", top=1, marks=ALPHA_MARKS),
        _line("drift", [week.psi for week in weeks], form="figure", marks=PSI_MARKS, high=PSI_MARKS[-1]),
    )


def _line(
    name: str,
    values: list[int] | list[float] | list[float | None],
    *,
    form: str = "count",
    top: float = 0,
    marks: tuple[float, ...] = (),
    high: float | None = None,
) -> Panel:
    return Panel(
        name, charts.line(values, marks=marks, top=top), (("dashboard.value", tuple(values)),), form, high
    )
