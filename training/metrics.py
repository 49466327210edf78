"""The measures of a model, by name.

Every measure is a function of outcomes and of a weight for each publisher, so that resampling
publishers is a matter of other weights. One that is not defined (no sentence of a label) is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from service.classifier.results import Label
from training.outcomes import LABELS, NONE, Levels, Outcomes, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.predictions import Floats

Measure: TypeAlias = "Callable[[Outcomes, Floats], float]"
OfRows: TypeAlias = "Callable[[Rows, Floats], float]"

BINS: Final = 10
NAN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of the reliability diagram: what was promised, what came, and the weight of it."""

    promised: float
    came: float
    weight: float


def reliability(levels: Levels) -> list[Bin]:
    """Cut the scores into ten bins of equal weight; equal scores share a bin."""
    weight = levels.total.sum()
    if not weight:
        return []
    middle = (np.cumsum(levels.total) - levels.total / 2) / weight
    return _bins(levels, np.minimum((middle * BINS).astype(int), BINS - 1))


def auroc(levels: Levels) -> float:
    """Give the chance that something true scores above something that is not; ties count half."""
    negative = levels.total - levels.positive
    above = np.cumsum(levels.positive) - levels.positive / 2
    return ratio(float((above * negative).sum()), float(levels.positive.sum() * negative.sum()))


def average_precision(levels: Levels) -> float:
    """Average the precision at each score by the recall that it adds."""
    selected = np.cumsum(levels.total)
    precision = np.divide(
        np.cumsum(levels.positive), selected, out=np.zeros_like(selected), where=selected > 0
    )
    return ratio(float((precision * levels.positive).sum()), float(levels.positive.sum()))


def calibration_error(levels: Levels, *, equal_width: bool = False) -> float:
    """Average the distance between what ten bins promised and what came (expected calibration error)."""
    width = np.minimum((levels.score * BINS).astype(int), BINS - 1)
    bins = _bins(levels, width) if equal_width else reliability(levels)
    return ratio(sum(b.weight * abs(b.promised - b.came) for b in bins), sum(b.weight for b in bins))


def f1(confusion: Floats, label: Label) -> float:
    """Give the harmonic mean of precision and recall; NaN for a label neither true nor predicted."""
    column = LABELS.index(label)
    return ratio(2 * confusion[column, column], confusion[column].sum() + confusion[:, column].sum())


def macro_f1(confusion: Floats) -> float:
    """Average F1 over the labels that occur, in truth or prediction."""
    each = [value for label in LABELS if not np.isnan(value := f1(confusion, label))]
    return sum(each) / len(each) if each else NAN


def accuracy(confusion: Floats) -> float:
    """Give the share that is right; undetermined is not."""
    return ratio(float(np.trace(confusion)), float(confusion.sum()))


def kappa(confusion: Floats) -> float:
    """Give the agreement beyond chance (Cohen 1960)."""
    total = float(confusion.sum())
    if not total:
        return NAN
    chance = float(confusion.sum(axis=1) @ confusion.sum(axis=0)[: len(LABELS)]) / total**2
    return ratio(accuracy(confusion) - chance, 1 - chance)


def ratio(part: float, whole: float) -> float:
    """Divide; NaN by nothing."""
    return float(part / whole) if whole else NAN


def _bins(levels: Levels, number: npt.NDArray[np.int_]) -> list[Bin]:
    weight, promised, came = (
        np.bincount(number, values, minlength=BINS)
        for values in (levels.total, levels.total * levels.score, levels.positive)
    )
    return [
        Bin(promised=float(promised[b] / weight[b]), came=float(came[b] / weight[b]), weight=float(weight[b]))
        for b in range(BINS)
        if weight[b]
    ]


def _sentences(measure: OfRows) -> Measure:
    return lambda found, weights: measure(found.sentences, weights[found.sentences.group])


def _articles(measure: OfRows) -> Measure:
    return lambda found, weights: measure(found.articles, weights[found.articles.group])


def _of_confusion(measure: Callable[[Floats], float]) -> OfRows:
    return lambda rows, weights: measure(rows.confusion(weights))


def _of_label(measure: Callable[[Levels], float], label: Label) -> OfRows:
    return lambda rows, weights: measure(rows.ranking(label).levels(weights))


def _of_confidence(measure: Callable[[Levels], float]) -> OfRows:
    return lambda rows, weights: measure(rows.confidence.levels(weights))


def _category_accuracy(found: Outcomes, weights: Floats) -> float:
    """Judge the category only of overstated sentences that were found."""
    both = (found.category_truth != NONE) & (found.category_predicted != NONE)
    row_weights = weights[found.sentences.group] * both
    right = found.category_truth == found.category_predicted
    return ratio(float((row_weights * right).sum()), float(row_weights.sum()))


def _severity_error(found: Outcomes, weights: Floats) -> float:
    row_weights = weights[found.articles.group]
    distance = np.abs(found.severity_truth - found.severity_predicted)
    return ratio(float((row_weights * distance).sum()), float(row_weights.sum()))


_EQUAL_WIDTH: Final = partial(calibration_error, equal_width=True)

MEASURES: Final[dict[str, Measure]] = {
    "sentence.macro_f1": _sentences(_of_confusion(macro_f1)),
    **{f"sentence.f1.{label}": _sentences(_of_confusion(partial(f1, label=label))) for label in LABELS},
    "sentence.auroc.overstated": _sentences(_of_label(auroc, Label.OVERSTATED)),
    "sentence.auroc.hedged": _sentences(_of_label(auroc, Label.HEDGED)),
    "sentence.average_precision.overstated": _sentences(_of_label(average_precision, Label.OVERSTATED)),
    "sentence.average_precision.hedged": _sentences(_of_label(average_precision, Label.HEDGED)),
    "sentence.category_accuracy": _category_accuracy,
    "sentence.kappa": _sentences(_of_confusion(kappa)),
    "sentence.ece": _sentences(_of_confidence(calibration_error)),
    "sentence.ece_equal_width": _sentences(_of_confidence(_EQUAL_WIDTH)),
    "sentence.ece.overstated": _sentences(_of_label(calibration_error, Label.OVERSTATED)),
    "sentence.ece.hedged": _sentences(_of_label(calibration_error, Label.HEDGED)),
    "article.auroc.overstated": _articles(_of_label(auroc, Label.OVERSTATED)),
    "article.accuracy": _articles(_of_confusion(accuracy)),
    "article.macro_f1": _articles(_of_confusion(macro_f1)),
    "article.kappa": _articles(_of_confusion(kappa)),
    "article.severity_error": _severity_error,
    "article.ece": _articles(_of_confidence(calibration_error)),
    "article.ece_equal_width": _articles(_of_confidence(_EQUAL_WIDTH)),
    "article.ece.overstated": _articles(_of_label(calibration_error, Label.OVERSTATED)),
}
