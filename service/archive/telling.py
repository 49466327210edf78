"""How far a job has come: a bar on a terminal, else a line every half a minute."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

SECONDS_BETWEEN_LINES: Final = 30.0


class Pace:
    """What was done in this run, and how fast; `done` and `total` are bytes of the sources."""

    def __init__(self, *, done: int, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.began = clock()
        self.before = done
        self.done = done
        self.total = total
        self.articles = self.sentences = self.errors = 0

    def add(self, receipt: dict[str, Any]) -> None:
        """Count a chunk."""
        self.done += receipt["weight"]
        self.articles += receipt["articles"]
        self.sentences += sum(receipt["labels"].values())
        self.errors += receipt["errors"]

    def __str__(self) -> str:
        seconds = max(self.clock() - self.began, 1e-9)
        told = f"{self.articles:,} articles, {self.sentences / seconds:,.0f} sentences a second"
        if self.errors:
            told += f", {self.errors:,} errors"
        if self.done > self.before:
            left = (self.total - self.done) * seconds / (self.done - self.before)
            told += f", {_duration(left)} left"
        return told


@contextmanager
def displayed(console: Console, pace: Pace) -> Iterator[Callable[[], None]]:
    """Show a pace until the context is left; call what is given whenever it has changed."""
    if not console.is_terminal:
        yield _Lines(console, pace)
        return
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as display:
        task = display.add_task(str(pace), total=max(1, pace.total), completed=pace.done)
        yield lambda: display.update(task, completed=pace.done, description=str(pace))


class _Lines:
    def __init__(self, console: Console, pace: Pace) -> None:
        self.console = console
        self.pace = pace
        self.last = pace.began

    def __call__(self) -> None:
        now = self.pace.clock()
        if now - self.last >= SECONDS_BETWEEN_LINES:
            self.last = now
            share = self.pace.done / max(1, self.pace.total)
            self.console.print(f"{share:.0%}: {self.pace}", highlight=False)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return (f"{days} d " if days else "") + f"{hours}:{minutes:02}:{rest:02}"
