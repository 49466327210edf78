"""Predictions of every article by a model that has seen neither its publisher nor its text."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from joblib import Parallel, delayed

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
    jobs: int = 1,
    progress: Progress = silent,
) -> list[Prediction]:
    """Predict each article from the other folds, or from a `share` of their publishers.

    Every fold is fitted on the articles of `also` as well, but for those of a publisher whom it predicts;
    none of them is predicted. `jobs` folds are
    fitted at once, each in a process of its own; the result is the same for any number.
    """
    predicted: dict[int, Prediction] = {}
    step = "folds" if share == 1 else f"folds, {share:.1%} of publishers"
    progress(step, 0, folds)
    crossed = grouped_folds(articles, folds, seed)
    trained = (
        [
            *_share([articles[i] for i in fold.train], share, seed=seed),
            *_of_others(also, [articles[i] for i in fold.test]),
        ]
        for fold in crossed
    )
    answers = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_predicted)(recipe, train, [articles[i] for i in fold.test])
        for train, fold in zip(trained, crossed, strict=True)
    )
    for number, (fold, answer) in enumerate(zip(crossed, answers, strict=True), start=1):
        predicted |= zip(fold.test, answer, strict=True)
        progress(step, number, folds)
    return [predicted[i] for i in range(len(articles))]


def learning_curve(
    recipe: Fitter,
    articles: Sequence[LabelledArticle],
    *,
    folds: int,
    seed: int,
    also: Sequence[LabelledArticle] = (),
    jobs: int = 1,
    progress: Progress = silent,
) -> list[LearningStep]:
    """Measure what more publishers bring: each step fits on twice as many as the one before."""
    steps = []
    for share in SHARES:
        found = outcomes(
            articles,
            cross_validate(
                recipe, articles, folds=folds, seed=seed, also=also, share=share, jobs=jobs, progress=progress
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


def _predicted(
    recipe: Fitter, train: Sequence[LabelledArticle], test: Sequence[LabelledArticle]
) -> list[Prediction]:
    return recipe.fit(train, progress=silent).predict(test)


def _of_others(also: Sequence[LabelledArticle], tested: Sequence[LabelledArticle]) -> list[LabelledArticle]:
    """Leave out what those wrote who are tested."""
    publishers = {article.publisher for article in tested}
    return [article for article in also if article.publisher not in publishers]


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
