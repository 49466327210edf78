"""The few marks that our figures are drawn with. Colours are the page's, by class, for light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARGIN_LEFT: Final = 52
MARGIN_RIGHT: Final = 16
MARGIN_TOP: Final = 14
MARGIN_BOTTOM: Final = 46


@dataclass(frozen=True, slots=True)
class Axes:
    """A frame in which both values run over a range; x grows to the right and y upwards, both in pixels."""

    width: int
    height: int
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)

    def x(self, value: float) -> float:
        """Give the pixel of a value on the horizontal axis."""
        low, high = self.x_range
        return MARGIN_LEFT + (value - low) / (high - low) * (self.width - MARGIN_LEFT - MARGIN_RIGHT)

    def y(self, value: float) -> float:
        """Give the pixel of a value on the vertical axis."""
        low, high = self.y_range
        return (
            self.height
            - MARGIN_BOTTOM
            - (value - low) / (high - low) * (self.height - MARGIN_TOP - MARGIN_BOTTOM)
        )

    def grid(
        self,
        x_ticks: Sequence[tuple[float, str]],
        y_ticks: Sequence[tuple[float, str]],
        *,
        x_name: str,
        y_name: str,
    ) -> Iterable[str]:
        """Draw grid lines with their numbers, and the names of both axes."""
        left, right = self.x(self.x_range[0]), self.x(self.x_range[1])
        bottom, top = self.y(self.y_range[0]), self.y(self.y_range[1])
        for value, name in x_ticks:
            yield line((self.x(value), bottom), (self.x(value), top), "grid")
            yield text((self.x(value), bottom + 17), name, "tick middle")
        for value, name in y_ticks:
            yield line((left, self.y(value)), (right, self.y(value)), "grid")
            yield text((left - 8, self.y(value) + 4), name, "tick end")
        yield text(((left + right) / 2, bottom + 38), x_name, "axis middle")
        yield text((13, (top + bottom) / 2), y_name, "axis middle", turned=True)

    def path(self, xs: Sequence[float], ys: Sequence[float], style: str) -> str:
        """Draw a line through values."""
        points = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in zip(xs, ys, strict=True))
        return f'<polyline class="{style}" points="{points}"/>'


TENTHS: Final = [(i / 5, f"{i / 5:.1f}") for i in range(6)]


def picture(name: str, description: str, *, width: int, height: int, marks: Iterable[str]) -> str:
    """Frame marks as a picture that a screen reader announces by name and description."""
    return (
        f'<svg role="img" aria-label="{escape(name)}. {escape(description)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">{"".join(marks)}</svg>'
    )


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    """Draw a straight line."""
    return (
        f'<line class="{style}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'
    )


def dot(at: tuple[float, float], radius: float, style: str, *, tip: str) -> str:
    """Draw a dot that tells its tip under the pointer."""
    return (
        f'<circle class="{style}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}">'
        f"<title>{escape(tip)}</title></circle>"
    )


def box(
    corner: tuple[float, float],
    size: tuple[float, float],
    style: str,
    *,
    opacity: float = 1,
    tip: str = "",
) -> str:
    """Draw a rectangle from its upper left corner."""
    (x, y), (width, height) = corner, size
    return (
        f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="3" fill-opacity="{opacity:.2f}"><title>{escape(tip)}</title></rect>'
    )


def text(at: tuple[float, float], words: str, style: str, *, turned: bool = False) -> str:
    """Write words; `turned` upwards."""
    turn = f' transform="rotate(-90 {at[0]:.1f} {at[1]:.1f})"' if turned else ""
    return f'<text class="{style}" x="{at[0]:.1f}" y="{at[1]:.1f}"{turn}>{escape(words)}</text>'
