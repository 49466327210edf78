from __future__ import annotations

import re
from math import nan

from service.classifier.results import Category, Label
from training.evaluation import Curve, Found, Genre, LearningStep, Wanted
from training.figures import by_genre, categories, confusion, learning, precision_recall
from training.resampling import Estimate


def described(drawn: str) -> str:
    [told] = re.findall(r'aria-label="([^"]*)"', drawn)
    return str(told)


def test_a_confusion_shades_each_cell_by_its_share_of_the_row() -> None:
    drawn = confusion("Sentences", [[9, 1], [0, 0]], ["a", "b"], ["a", "b"])
    assert re.findall(r'fill-opacity="([\d.]+)"', drawn) == ["0.60", "0.12", "0.06", "0.06"]
    assert described(drawn) == "Sentences. a: 9 called a, 1 called b; b: 0 called a, 0 called b"


def test_an_operating_point_that_no_threshold_gives_is_not_drawn() -> None:
    curve = Curve("sentences", Label.HEDGED, [0.0, 1.0], [1.0, 0.5])
    drawn = precision_recall("Curve", [curve], [Wanted("sentences", Label.HEDGED, "wish", None)])
    assert "<circle" not in drawn
    assert described(drawn) == "Curve. No operating point."


def test_a_genre_without_a_value_says_so_and_one_without_an_interval_has_no_whisker() -> None:
    genres = [
        Genre("clinic", 9, 90, 5, {"m": Estimate(0.5, 0.4, 0.6)}),
        Genre("forum", 1, 9, 1, {"m": Estimate(0.5, nan, nan)}),
        Genre("blog", 1, 9, 1, {"m": Estimate(nan, nan, nan)}),
    ]
    drawn = by_genre("Genres", genres, "m")
    assert drawn.count('class="whisker"') == 1
    assert drawn.count("<circle") == 2
    assert "nan" not in drawn
    assert described(drawn) == "Genres. clinic: 0.50; forum: 0.50; blog: not defined"


def test_a_category_that_never_stands_has_no_bar() -> None:
    found = [Found(Category.HYPE, 10, 0.5, 0.4), Found(Category.SCOPE, 0, nan, nan)]
    drawn = categories("Found", found)
    assert drawn.count("<rect") == 2
    assert described(drawn) == "Found. hype: 50% found"


def test_a_learning_curve_can_have_a_single_step_and_gaps() -> None:
    steps = [LearningStep(40, {"a": 0.61, "b": nan})]
    drawn = learning("Curve", steps, ["a", "b"])
    assert drawn.count("<circle") == 1
    assert "nan" not in drawn
    assert "a: 0.61 at 40" in described(drawn)
