"""Predictions of every article by a model that has seen neither its publisher nor its text."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from training.evaluation import LearningStep
from training.examples import grouped_folds
from training.metrics import MEASURES
from training.outcomes import outcomes
from training.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.examples import LabelledArticle
    from training.predictions import Prediction

SHARES: Final = (0.125, 0.25, 0.5, 1.0)
LEARNING_MEASURES: Final = (
    "sentence.macro_f1",
    "sentence.auroc.overstated",
    "sentence.auroc.hedged",
    "article.auroc.overstated",
)


class Fitted(Protocol):
    """A model that can be asked."""

    def predict(self, articles: Sequence[LabelledArticle]) -> list[Prediction]:
        """Predict each article, in order."""


class Fitter(Protocol):
    """A recipe: makes a model of articles, the same for the same articles."""

    def fit(self, articles: Sequence[LabelledArticle], *, progress: Progress) -> Fitted:
        """Fit anew; nothing is kept from an earlier fit."""


def cross_validate(
    recipe: Fitter,
    articles: Sequence[LabelledArticle],
    *,
    folds: int,
    seed: int,
    also: Sequence[LabelledArticle] = (),
    share: float = 1.0,
    progress: Progress = silent,
) -> list[Prediction]:
    """Predict each article from the other folds, or from a `share` of their publishers.

    Every fold is fitted on the articles of `also` as well; none of them is predicted.
    """
    predicted: dict[int, Prediction] = {}
    step = "folds" if share == 1 else f"folds, {share:.1%} of publishers"
    for number, fold in enumerate(grouped_folds(articles, folds, seed)):
        progress(step, number, folds)
        train = _share([articles[i] for i in fold.train], share, seed=seed)
        model = recipe.fit([*train, *also], progress=silent)
        predicted |= zip(fold.test, model.predict([articles[i] for i in fold.test]), strict=True)
    progress(step, folds, folds)
    return [predicted[i] for i in range(len(articles))]


def learning_curve(
    recipe: Fitter,
    articles: Sequence[LabelledArticle],
    *,
    folds: int,
    seed: int,
    also: Sequence[LabelledArticle] = (),
    progress: Progress = silent,
) -> list[LearningStep]:
    """Measure what more publishers bring: each step fits on twice as many as the one before."""
    steps = []
    for share in SHARES:
        found = outcomes(
            articles,
            cross_validate(
                recipe, articles, folds=folds, seed=seed, also=also, share=share, progress=progress
            ),
        )
        once = np.ones(found.publishers)
        steps.append(
            LearningStep(
                articles=len(articles) * (folds - 1) / folds * share,
                measures={name: MEASURES[name](found, once) for name in LEARNING_MEASURES},
            ),
        )
    return steps


def _share(articles: list[LabelledArticle], share: float, *, seed: int) -> list[LabelledArticle]:
    """Take publishers by chance up to a share of the articles; a larger share holds a smaller one."""
    by_publisher: defaultdict[str, list[LabelledArticle]] = defaultdict(list)
    for article in articles:
        by_publisher[article.publisher].append(article)
    names = sorted(by_publisher)
    taken: list[LabelledArticle] = []
    for number in np.random.default_rng(seed).permutation(len(names)):
        if len(taken) >= share * len(articles):
            break
        taken += by_publisher[names[number]]
    return taken
