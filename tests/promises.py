"""What is promised and measured: each test of a promise leaves rows, and a run prints them as one table."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    Promised = Callable[..., None]

HELD, SHORT = "held", "falls short"
NOT_MEASURED = "not measured"
ROWS = "promise"
BLOCK = re.compile(r"(<!-- promises -->\n)(.*?)(<!-- /promises -->)", re.DOTALL)
HEAD = "| promise | measured | promised | | command | date |\n| --- | --- | --- | --- | --- | --- |\n"


@dataclass(frozen=True)
class Row:
    """One promise, with the figure that a run gave it."""

    promise: str
    figure: str
    bound: str
    outcome: str
    command: str
    date: str

    def line(self) -> str:
        """Give the row as a line of Markdown."""
        cells = (self.promise, self.figure, self.bound, self.outcome, f"`{self.command}`", self.date)
        return f"| {' | '.join(each.replace('|', '/') for each in cells)} |\n"


@pytest.fixture
def promised(request: pytest.FixtureRequest) -> Promised:
    """A function that holds a figure to its bound, and leaves a row whether it is kept or not.

    `promised("what is promised", 3.2, at_most=5, unit="s")`; `at_least` and `exactly` likewise.
    """

    def hold(promise: str, figure: float, *, unit: str = "", **bound: float) -> None:
        ((how, limit),) = bound.items()
        kept = {
            "at_most": figure <= limit,
            "at_least": figure >= limit,
            "exactly": figure == limit,
        }[how]
        words = f"{how.replace('_', ' ')} {_number(limit)} {unit}".strip()
        told = f"{_number(figure)} {unit}".strip()
        row = _row(request.node, promise, told, words, HELD if kept else SHORT)
        request.node.user_properties.append((ROWS, asdict(row)))
        assert kept, f"{promise}: {told}, promised: {words}"

    return hold


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run write its rows into a page."""
    parser.addoption(
        "--tell",
        metavar="PAGE",
        help="write the promises that this run measured into PAGE (docs/trust.md), between its marks",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a promise that leaves no figure, and give one that broke before it had any a row that says so."""
    report = yield
    marked = item.get_closest_marker("promise")
    if marked is None or any(name == ROWS for name, _ in item.user_properties):
        return report
    if report.outcome == "passed" and call.when == "call":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} is marked as a promise and measured none: call `promised`"
    if report.outcome != "passed":
        sentence = item.name.removeprefix("test_").replace("_", " ")
        why = NOT_MEASURED if report.outcome == "skipped" else SHORT
        row = _row(item, sentence, NOT_MEASURED, "", why)
        report.user_properties.append((ROWS, asdict(row)))
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - pytest keeps its type to itself
    """Print the table, and write it where that is asked for."""
    reports = [each for several in terminalreporter.stats.values() for each in several]
    rows = {
        (row.promise, row.command): row
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == ROWS
        for row in (Row(**value),)
    }
    if not rows:
        return
    page = config.getoption("--tell")
    if page or config.getoption("markexpr") == "promise":
        terminalreporter.section("promises")
        for row in rows.values():
            terminalreporter.write_line(f"{row.outcome:13} {row.promise}: {row.figure} ({row.bound})")
    if page:
        path = Path(page)
        path.write_text(merged(path.read_text("utf-8"), rows.values()), "utf-8")


def merged(page: str, rows: Iterable[Row]) -> str:
    """Put `rows` in their block of a page, each in place of its elder or behind the others."""
    found = BLOCK.search(page)
    if found is None:
        raise ValueError("the page has no <!-- promises --> block")
    lines = {_promise_of(line): line for line in found[2].splitlines(keepends=True)[2:]}
    lines |= {_promise_of(row.line()): row.line() for row in rows if row.figure != NOT_MEASURED}
    return BLOCK.sub(lambda _: found[1] + HEAD + "".join(lines.values()) + found[3], page)


def _row(item: pytest.Item, promise: str, figure: str, bound: str, outcome: str) -> Row:
    task = "promises" if item.get_closest_marker("promise") else "test"
    node = re.sub(r"\[.*", "", item.nodeid)
    today = datetime.now(UTC).date().isoformat()
    return Row(promise, figure, bound, outcome, f".venv/bin/poe {task} {node}", today)


def _promise_of(line: str) -> str:
    return line.split("|")[1].strip()


def _number(value: float) -> str:
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
