"""Hyper-parameter search: the recipe with other values, measured over the same grouped folds.

The table is the same, byte for byte, whichever engine computed it: a fit is bound to one thread, since more
would add up in another order, and rows stand in the order of the space. It is written after each wave of
candidates; what stands there is not computed again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from training.examples import grouped_folds
from training.metrics import MEASURES
from training.outcomes import outcomes
from training.progress import Progress, silent
from training.results_table import Row, Setting, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.examples import Fold, LabelledArticle
    from training.recipe import Recipe
    from training.space import Candidate

TOLD: Final = (
    "sentence.macro_f1",
    "sentence.auroc.overstated",
    "sentence.auroc.hedged",
    "sentence.category_accuracy",
    "article.auroc.overstated",
    "article.accuracy",
)
# So many fits a worker between writes: few enough to lose little, enough that none waits long.
FITS_A_WAVE: Final = 4
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Work:
    """What every fit of a search shares, sent to each worker."""

    base: Recipe
    articles: Sequence[LabelledArticle]
    also: Sequence[LabelledArticle]
    folds: Sequence[Fold]


def search(
    base: Recipe,
    candidates: Sequence[Candidate],
    articles: Sequence[LabelledArticle],
    *,
    folds: int,
    out: Path,
    also: Sequence[LabelledArticle] = (),
    progress: Progress = silent,
) -> Table:
    """Measure each candidate that `out` does not yet hold; give the whole table, which stands there as well.

    Computes by the joblib engine of the context (`engines.running`). Raises ResultsError when `out` holds a
    search of something else.
    """
    setting = Setting.of(base, articles, also, folds=folds)
    table = Table.opened(out, setting, candidates)
    work = Work(base, articles, also, grouped_folds(articles, folds, base.seed))
    missing = [each for each in candidates if each.name not in table.rows]
    done = len(candidates) - len(missing)
    progress("candidates", done, len(candidates))
    wave = max(1, math.ceil(FITS_A_WAVE * joblib.effective_n_jobs() / folds))
    for start in range(0, len(missing), wave):
        chosen = missing[start : start + wave]
        found = joblib.Parallel()(
            joblib.delayed(_measured)(work, candidate, fold) for candidate in chosen for fold in range(folds)
        )
        for number, candidate in enumerate(chosen):
            table = table.with_row(_row(candidate, found[number * folds : (number + 1) * folds]))
        table.save(out)
        done += len(chosen)
        progress("candidates", done, len(candidates))
    table.save(out)
    return table


def _measured(work: Work, candidate: Candidate, number: int) -> dict[str, float]:
    """Fit a candidate on all folds but one, and measure it there."""
    fold = work.folds[number]
    test = [work.articles[i] for i in fold.test]
    with threadpool_limits(1):
        fitted = candidate.recipe(work.base).fit([*(work.articles[i] for i in fold.train), *work.also])
        found = outcomes(test, fitted.predict(test))
    once = np.ones(found.publishers)
    return {name: round(MEASURES[name](found, once), DIGITS) for name in TOLD}


def _row(candidate: Candidate, folds: Sequence[dict[str, float]]) -> Row:
    return Row(
        candidate=candidate,
        folds={name: tuple(fold[name] for fold in folds) for name in TOLD},
        means={name: _mean([fold[name] for fold in folds]) for name in TOLD},
    )


def _mean(values: Sequence[float]) -> float:
    """Average what is defined: a fold without a hedged sentence has no AUROC of it."""
    defined = [value for value in values if not math.isnan(value)]
    return round(sum(defined) / len(defined), DIGITS) if defined else math.nan
