"""How long work tells of itself: one function to call, shown on a terminal or kept silent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


class Progress(Protocol):
    """Told by long work how far it has come."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Of the `total` parts of `step`, `done` are ready; a step is new when its name is."""


def silent(step: str, done: int, total: int) -> None:
    """Show nothing."""


@contextmanager
def displayed(console: Console) -> Iterator[Progress]:
    """Show a line for each step, with its bar and time; off a terminal, only the last state."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Display(*columns, TimeElapsedColumn(), console=console) as display:
        tasks = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = display.add_task(step, total=total)
            display.update(tasks[step], completed=done, total=total)

        yield tell
