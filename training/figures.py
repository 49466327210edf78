"""The figures of the report: each a function from figures to an SVG picture that can stand alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from training.svg import TENTHS, Axes, box, dot, line, picture, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.evaluation import Curve, Found, Genre, LearningStep, Reliability, Wanted

CELL: Final = (104, 58)
ROW: Final = 30


def confusion(name: str, cells: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str]) -> str:
    """Draw truth (down) against prediction (across); a cell's shade is its share of its row."""
    left, top = 104, 48
    width, height = left + CELL[0] * len(columns) + 8, top + CELL[1] * len(rows) + 8

    def marks() -> Iterator[str]:
        yield text((left + CELL[0] * len(columns) / 2, 14), "predicted", "axis middle")
        for j, column in enumerate(columns):
            yield text((left + CELL[0] * (j + 0.5), 38), column, "tick middle")
        for i, row in enumerate(rows):
            yield text((left - 10, top + CELL[1] * (i + 0.5) + 4), row, "tick end")
            for j, count in enumerate(cells[i]):
                share = count / max(1, sum(cells[i]))
                corner = (left + CELL[0] * j + 2, top + CELL[1] * i + 2)
                style = "right-cell" if row == columns[j] else "wrong-cell"
                tip = f"{count} {row}, called {columns[j]}"
                shade = 0.06 + 0.6 * share
                yield box(corner, (CELL[0] - 4, CELL[1] - 4), style, opacity=shade, tip=tip)
                middle = corner[0] + CELL[0] / 2 - 2
                yield text((middle, corner[1] + 25), f"{count:,}", "count middle")
                yield text((middle, corner[1] + 42), f"{share:.0%}", "tick middle")

    told = "; ".join(
        f"{row}: " + ", ".join(f"{n} called {column}" for n, column in zip(counts, columns, strict=True))
        for row, counts in zip(rows, cells, strict=True)
    )
    return picture(name, told, width=width, height=height, marks=marks())


def precision_recall(name: str, curves: Sequence[Curve], wanted: Sequence[Wanted]) -> str:
    """Draw a curve for each label, with the operating points as dots on it."""
    axes = Axes(width=460, height=340)
    points = [(each, each.point) for each in wanted if each.point is not None]

    def marks() -> Iterator[str]:
        yield from axes.grid(TENTHS, TENTHS, x_name="recall", y_name="precision")
        for curve in curves:
            yield axes.path(curve.recall, curve.precision, f"curve {curve.label}")
        for each, point in points:
            at = (axes.x(point.recall), axes.y(point.precision))
            tip = f"{each.label}: {each.wish}: threshold {point.threshold:.3f}"
            yield dot(at, 5, f"point {each.label}", tip=tip)

    told = "; ".join(
        f"{each.label}, {each.wish}: precision {point.precision:.2f}, recall {point.recall:.2f}"
        for each, point in points
    )
    return picture(name, told or "No operating point.", width=460, height=340, marks=marks())


def reliability(name: str, diagrams: Sequence[Reliability]) -> str:
    """Draw what came against what was promised; on the diagonal they are the same."""
    axes = Axes(width=380, height=340)

    def marks() -> Iterator[str]:
        yield from axes.grid(TENTHS, TENTHS, x_name="probability promised", y_name="share that came true")
        yield line((axes.x(0), axes.y(0)), (axes.x(1), axes.y(1)), "ideal")
        for each in diagrams:
            promised, came = [b.promised for b in each.bins], [b.came for b in each.bins]
            yield axes.path(promised, came, f"curve {each.score}")
            for b in each.bins:
                tip = f"{each.score}: {b.promised:.3f} promised, {b.came:.3f} came, {b.weight:.0f} cases"
                yield dot((axes.x(b.promised), axes.y(b.came)), 4, f"point {each.score}", tip=tip)

    told = "; ".join(
        f"{each.score}: " + ", ".join(f"{b.promised:.2f} promised and {b.came:.2f} came" for b in each.bins)
        for each in diagrams
    )
    return picture(name, told, width=380, height=340, marks=marks())


def by_genre(name: str, genres: Sequence[Genre], measure: str) -> str:
    """Draw a measure with its interval, a row for each genre."""
    left, width, top = 176, 500, 12
    height = top + ROW * len(genres) + 40
    ticks = [i / 5 for i in range(6)]

    def x(value: float) -> float:
        return left + value * (width - left - 20)

    def marks() -> Iterator[str]:
        for value in ticks:
            yield line((x(value), top), (x(value), height - 36), "grid")
            yield text((x(value), height - 18), f"{value:.1f}", "tick middle")
        for i, genre in enumerate(genres):
            y = top + ROW * (i + 0.5)
            yield text((left - 12, y + 4), f"{genre.genre} ({genre.articles})", "tick end")
            found = genre.measures[measure]
            if math.isnan(found.value):
                yield text((x(0.5), y + 4), "not defined", "tick middle")
                continue
            tip = f"{genre.genre}: {found.value:.3f}"
            if not math.isnan(found.low):
                tip += f" ({found.low:.3f} to {found.high:.3f})"
                yield line((x(found.low), y), (x(found.high), y), "whisker")
            yield dot((x(found.value), y), 5, "point plain", tip=tip)

    told = "; ".join(f"{genre.genre}: {_spoken(genre.measures[measure].value)}" for genre in genres)
    return picture(name, told, width=width, height=height, marks=marks())


def categories(name: str, found: Sequence[Found]) -> str:
    """Draw the share found of each category, and within it the share that was also named rightly."""
    left, width, top = 176, 500, 12
    height = top + ROW * len(found) + 40

    def length(share: float) -> float:
        return share * (width - left - 20)

    def marks() -> Iterator[str]:
        for value, tick in TENTHS:
            at = left + length(value)
            yield line((at, top), (at, height - 36), "grid")
            yield text((at, height - 18), tick, "tick middle")
        for i, each in enumerate(found):
            y = top + ROW * i
            yield text((left - 12, y + 19), f"{each.category} ({each.sentences})", "tick end")
            if not math.isnan(each.found):
                tip = f"{each.category}: {each.found:.0%} found"
                yield box((left, y + 6), (length(each.found), 18), "found", opacity=0.35, tip=tip)
            if not math.isnan(each.named):
                share = each.found * each.named
                tip = f"{each.category}: {share:.0%} found and named rightly"
                yield box((left, y + 6), (length(share), 18), "found", tip=tip)

    told = "; ".join(f"{each.category}: {each.found:.0%} found" for each in found if each.sentences)
    return picture(name, told, width=width, height=height, marks=marks())


def learning(name: str, steps: Sequence[LearningStep], measures: Sequence[str]) -> str:
    """Draw each measure as the articles double; a step at which it is not defined is left out."""
    series = {
        measure: [
            (math.log2(step.articles), step.measures[measure])
            for step in steps
            if not math.isnan(step.measures[measure])
        ]
        for measure in measures
    }
    values = [value for points in series.values() for _, value in points]
    low = math.floor(min(values, default=0) * 10) / 10
    doublings = [math.log2(step.articles) for step in steps]
    axes = Axes(width=460, height=340, x_range=(doublings[0] - 0.2, doublings[-1] + 0.2), y_range=(low, 1.0))

    def marks() -> Iterator[str]:
        x_ticks = [(at, f"{step.articles:.0f}") for at, step in zip(doublings, steps, strict=True)]
        y_ticks = [(i / 10, f"{i / 10:.1f}") for i in range(round(low * 10), 11)]
        yield from axes.grid(x_ticks, y_ticks, x_name="articles learned from", y_name="value")
        for number, (measure, points) in enumerate(series.items()):
            yield axes.path([x for x, _ in points], [y for _, y in points], f"curve series-{number}")
            for x, y in points:
                at = (axes.x(x), axes.y(y))
                yield dot(at, 4, f"point series-{number}", tip=f"{measure}: {y:.3f}")

    told = "; ".join(
        f"{measure}: "
        + ", ".join(f"{_spoken(step.measures[measure])} at {step.articles:.0f}" for step in steps)
        for measure in measures
    )
    return picture(name, told, width=460, height=340, marks=marks())


def _spoken(value: float) -> str:
    return "not defined" if math.isnan(value) else f"{value:.2f}"
