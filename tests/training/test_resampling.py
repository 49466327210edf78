from __future__ import annotations

import math

from tests.training.made import TwoWords, article, corpus
from training.metrics import MEASURES
from training.outcomes import Outcomes, outcomes
from training.resampling import difference, estimate, interval, resampled


def found(*, wrong: int = 7, articles: int = 60) -> Outcomes:
    made = corpus(articles)
    return outcomes(made, TwoWords(wrong).predict(made))


def test_an_interval_holds_its_value_and_is_the_same_for_a_seed() -> None:
    once, again = estimate(found(), resamples=100, seed=5), estimate(found(), resamples=100, seed=5)
    assert once == again
    assert set(once) == set(MEASURES)
    accuracy = once["article.accuracy"]
    assert accuracy.low < accuracy.value < accuracy.high


def test_publishers_are_drawn_whole_and_with_replacement() -> None:
    draws = list(resampled(10, resamples=50, seed=0))
    assert all(draw.sum() == 10 for draw in draws)
    assert any((draw > 1).any() for draw in draws)


def test_one_publisher_gives_no_interval() -> None:
    made = [article(i, publisher="only") for i in range(5)]
    one = estimate(outcomes(made, TwoWords().predict(made)), ["article.accuracy"])["article.accuracy"]
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    assert not math.isnan(one.value)


def test_an_interval_leaves_out_what_is_not_defined() -> None:
    assert interval([math.nan, 1.0, 1.0]) == (1.0, 1.0)


def test_the_better_model_gains_beyond_chance() -> None:
    gain = difference(found(wrong=1000), found(wrong=2), resamples=200)["sentence.macro_f1"]
    assert gain.estimate.low > 0
    assert gain.p < 0.05


def test_a_model_gains_nothing_on_itself() -> None:
    for gain in difference(found(), found(), resamples=50).values():
        assert gain.estimate.value == 0
        assert gain.p == 1


def test_the_interval_widens_when_pages_of_a_publisher_are_alike() -> None:
    def width(publishers: int) -> float:
        made = [article(i // 10, publisher=f"p{i * publishers // 200}") for i in range(200)]
        got = estimate(outcomes(made, TwoWords(3).predict(made)), ["article.ece"], resamples=200)
        return got["article.ece"].high - got["article.ece"].low

    assert width(publishers=20) > 1.5 * width(publishers=200)
