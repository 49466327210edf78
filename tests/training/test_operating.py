from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.classifier.results import Label
from training.operating import Bound, Buys, ExpressionError, Wish, find, parse_bound, parse_wish
from training.outcomes import Rows


def rows(score: list[float], truth: list[bool]) -> Rows:
    column = np.array(score)
    return Rows(
        truth=np.where(truth, 0, 2),
        predicted=np.where(column >= 0.5, 0, 2),
        probabilities=np.stack([column, np.zeros_like(column), 1 - column], axis=1),
        group=np.arange(len(column)),
    )


ROWS = rows([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], [True, True, True, False, True, False, False, False])


def test_an_expression_is_read() -> None:
    wish = parse_wish("  maximum recall@precision>=0.9 ")
    assert wish == Wish(
        maximum=True, measure=Buys.RECALL, bound=Bound("precision", at_least=True, number=0.9)
    )
    assert str(wish) == "maximum recall @ precision >= 0.9"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maximum recall", "is not of the form"),
        ("maximum @ precision >= 0.9", "is not of the form"),
        ("most recall @ precision >= 0.9", "'most' in .* must be maximum or minimum"),
        ("maximum reach @ precision >= 0.9", "'reach' in .* must be one of precision, recall, match_rate"),
        ("maximum recall @ exactness >= 0.9", "'exactness' in .* must be one of"),
        ("maximum recall @ precision > 0.9", "is not of the form"),
        ("maximum recall @ precision >= most", "'most' in .* is not a number"),
        ("maximum recall @ precision >= nan", "'nan' in .* is not a number"),
    ],
)
def test_what_cannot_be_understood_is_shown(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        parse_wish(text)


def test_a_bound_holds_at_its_very_number_and_never_for_what_is_undefined() -> None:
    assert parse_bound("x.y >= 0.3").holds(0.1 + 0.2)
    assert parse_bound("x.y <= 0.3").holds(0.1 + 0.2)
    assert not parse_bound("x.y >= 0.3").holds(math.nan)
    assert not parse_bound("x.y <= 0.3").holds(math.nan)


@pytest.mark.parametrize(
    ("text", "threshold", "precision", "recall", "match_rate"),
    [
        ("maximum recall @ precision >= 0.9", 0.7, 1.0, 0.75, 0.375),
        ("maximum recall @ precision >= 0.8", 0.5, 0.8, 1.0, 0.625),
        ("minimum match_rate @ recall >= 0.5", 0.8, 1.0, 0.5, 0.25),
        ("maximum precision @ recall >= 0.9", 0.5, 0.8, 1.0, 0.625),
        ("maximum recall @ false_alarm_rate <= 0", 0.7, 1.0, 0.75, 0.375),
    ],
)
def test_a_threshold_is_chosen_by_what_it_buys(
    text: str,
    threshold: float,
    precision: float,
    recall: float,
    match_rate: float,
) -> None:
    point = find(ROWS, Label.OVERSTATED, parse_wish(text), resamples=100)
    assert point is not None
    assert (point.threshold, point.precision, point.recall) == pytest.approx((threshold, precision, recall))
    assert (point.match_rate, point.support) == pytest.approx((match_rate, 4))
    assert point.precision_lower <= point.precision
    assert point.recall_lower <= point.recall


def test_what_no_threshold_buys_is_none() -> None:
    worst = rows([0.9, 0.1], [False, True])
    assert find(worst, Label.OVERSTATED, parse_wish("maximum recall @ precision >= 0.9")) is None


def test_a_label_that_never_stands_has_no_operating_point() -> None:
    assert find(ROWS, Label.HEDGED, parse_wish("minimum match_rate @ recall >= 0.5")) is None


@given(
    st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60),
    st.floats(0.05, 1),
)
def test_no_other_threshold_is_better(cases: list[tuple[int, bool]], wanted: float) -> None:
    score, truth = np.array([s / 20 for s, _ in cases]), np.array([t for _, t in cases])
    wish = parse_wish(f"maximum recall @ precision >= {wanted}")
    point = find(rows(score.tolist(), truth.tolist()), Label.OVERSTATED, wish, resamples=2)
    reached = [
        truth[score >= threshold].sum() / truth.sum()
        for threshold in score
        if truth.any() and truth[score >= threshold].mean() >= wanted - 1e-9
    ]
    if point is None or not truth.any():
        assert not reached
    else:
        assert point.recall == pytest.approx(max(reached))
