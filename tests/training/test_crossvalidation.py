from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.training.made import TwoWords, corpus
from training.crossvalidation import SHARES, cross_validate, learning_curve
from training.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.examples import LabelledArticle
    from training.predictions import Prediction
    from training.progress import Progress


@dataclass
class Watchful:
    """A recipe whose models remember what they were fitted on, and refuse to predict it."""

    fitted: list[int] = field(default_factory=list)

    def fit(self, articles: Sequence[LabelledArticle], *, progress: Progress) -> Suspicious:
        progress("reading", 0, 1)
        self.fitted.append(len(articles))
        return Suspicious({article.publisher for article in articles})


@dataclass
class Suspicious:
    known: set[str]

    def predict(self, articles: Sequence[LabelledArticle]) -> list[Prediction]:
        assert not self.known & {article.publisher for article in articles}
        return TwoWords().predict(articles)


def test_no_model_predicts_a_publisher_that_it_was_fitted_on_and_the_order_is_kept() -> None:
    articles = corpus(30)
    predictions = cross_validate(Watchful(), articles, folds=5, seed=0)
    assert [p.sentences.tolist() for p in predictions] == [
        p.sentences.tolist() for p in TwoWords().predict(articles)
    ]


def test_what_is_fitted_on_besides_is_left_out_where_its_publisher_is_tested() -> None:
    articles = corpus(30)
    recipe = Watchful()
    cross_validate(
        recipe, articles, folds=5, seed=0, also=[replace(articles[0], id="besides"), *corpus(60)[30:]]
    )
    assert (
        sum(recipe.fitted) == 4 * 30 + 5 * 30 + 4
    )  # its own 30 in four folds, 30 others in five, one in four


def test_progress_is_told_from_none_to_all() -> None:
    told: list[tuple[str, int, int]] = []

    def listen(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    cross_validate(TwoWords(), corpus(12), folds=3, seed=0, progress=listen)
    assert told == [("folds", 0, 3), ("folds", 1, 3), ("folds", 2, 3), ("folds", 3, 3)]


def test_a_learning_curve_fits_on_ever_more_and_tests_on_the_same() -> None:
    recipe = Watchful()
    steps = learning_curve(recipe, corpus(60), folds=3, seed=0, progress=silent)
    assert len(steps) == len(SHARES)
    assert [step.articles for step in steps] == [5, 10, 20, 40]
    assert recipe.fitted == sorted(recipe.fitted)
    assert recipe.fitted[-1] == 40
    assert steps[0].measures == steps[-1].measures
