"""The dashboard's figures as shapes on a grid, for templates to draw. Pure: numbers in, places out."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 560, 190
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 10, 26
_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and the figure at its end."""

    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of week `index`; `series` is 0 or 1."""

    x: float
    y: float
    width: float
    height: float
    index: int
    series: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One week's figure on a line."""

    x: float
    y: float
    index: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. Coordinates fit a view box of `width` by `height`; figures that are absent leave gaps."""

    ticks: tuple[Tick, ...]
    centres: tuple[float, ...]
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    line: str = ""
    area: str = ""
    marks: tuple[Tick, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def bars(first: Sequence[int], second: Sequence[int]) -> Chart:
    """Two bars a week, side by side."""
    scale = _Scale(0, max(*first, *second, 1))
    slot = (WIDTH - LEFT - RIGHT) / len(first)
    width = round(slot * 0.36, 2)
    drawn = tuple(
        Bar(
            x=round(LEFT + slot * (index + 0.5) - width * (1 - series), 2),
            y=scale.y(value),
            width=width,
            height=round(HEIGHT - BOTTOM - scale.y(value), 2),
            index=index,
            series=series,
        )
        for series, values in enumerate((first, second))
        for index, value in enumerate(values)
    )
    return Chart(ticks=scale.ticks(), centres=_centres(len(first)), bars=drawn)


def line(values: Sequence[float | None], *, marks: Sequence[float] = (), top: float = 0) -> Chart:
    """A line over the weeks, at least up to `top`; `marks` are thresholds drawn across."""
    present = [value for value in values if value is not None]
    scale = _Scale(min([0.0, *present]), max([top, *present, *marks]) or 1)
    centres = _centres(len(values))
    dots = tuple(
        Dot(centres[index], scale.y(value), index) for index, value in enumerate(values) if value is not None
    )
    stretches = _stretches(dots)
    bottom = HEIGHT - BOTTOM
    return Chart(
        ticks=scale.ticks(),
        centres=centres,
        dots=dots,
        line=" ".join(_path(stretch) for stretch in stretches),
        area=" ".join(
            f"{_path(stretch)} L{stretch[-1].x} {bottom} L{stretch[0].x} {bottom} Z" for stretch in stretches
        ),
        marks=tuple(Tick(scale.y(mark), mark) for mark in marks),
    )


class _Scale:
    """From figures to heights, in steps that people count in."""

    def __init__(self, low: float, high: float) -> None:
        rough = (high - low) / _LINES
        power = 10.0 ** floor(log10(rough))
        self.step = next(step * power for step in _STEPS if step * power >= rough * 0.999)
        self.low = floor(low / self.step) * self.step
        self.lines = int(-((self.low - high) / self.step) + 0.999)
        self.high = self.low + self.lines * self.step

    def y(self, value: float) -> float:
        """The height of a figure."""
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 2)

    def ticks(self) -> tuple[Tick, ...]:
        """The lines of the grid, from the lowest."""
        values = (self.low + self.step * index for index in range(self.lines + 1))
        return tuple(Tick(self.y(value), round(value, 10)) for value in values)


def _centres(count: int) -> tuple[float, ...]:
    slot = (WIDTH - LEFT - RIGHT) / max(count, 1)
    return tuple(round(LEFT + slot * (index + 0.5), 2) for index in range(count))


def _stretches(dots: Sequence[Dot]) -> list[list[Dot]]:
    """The dots, apart where a week between them has no figure."""
    found: list[list[Dot]] = []
    for dot in dots:
        if found and found[-1][-1].index == dot.index - 1:
            found[-1].append(dot)
        else:
            found.append([dot])
    return found


def _path(dots: Sequence[Dot]) -> str:
    return "M" + " L".join(f"{dot.x} {dot.y}" for dot in dots)
