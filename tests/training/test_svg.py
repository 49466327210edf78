from __future__ import annotations

import pytest

from training.svg import Axes, box, dot, picture, text


def test_values_become_pixels_with_y_upwards() -> None:
    axes = Axes(width=268, height=160, x_range=(0, 2), y_range=(10, 20))
    assert (axes.x(0), axes.x(2)) == (52, 252)
    assert (axes.y(10), axes.y(20)) == (114, 14)
    assert axes.x(1) == pytest.approx(152)


def test_words_cannot_break_out_of_the_picture() -> None:
    marks = [
        text((1, 2), "<b>", "tick"),
        dot((1, 2), 3, "point", tip='"&"'),
        box((1, 2), (3, 4), "cell", tip="</svg>"),
    ]
    drawn = picture('a"b', "<c>", width=10, height=10, marks=marks)
    assert 'aria-label="a&quot;b. &lt;c&gt;"' in drawn
    assert "<b>" not in drawn
    assert drawn.count("</svg>") == 1
