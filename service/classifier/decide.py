"""From probabilities to labels, categories, a verdict and a severity: the one place where that is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.classifier.passages import ALONE
from service.classifier.results import Category, Label, Verdict

if TYPE_CHECKING:
    import numpy.typing as npt

    from service.classifier.many import AllProbabilities
    from service.classifier.probabilities import Probabilities

    Floats = npt.NDArray[np.float64]

LABELS: Final = tuple(Label)
CATEGORIES: Final = tuple(Category)
VERDICTS: Final = tuple(Verdict(label) for label in Label)
# Guideline: an overstated article misleads at least by loose wording; one without claims has nothing to be
# severe about.
SEVERITIES: Final = {
    Verdict.OVERSTATED: range(1, 4),
    Verdict.HEDGED: range(2),
    Verdict.NEUTRAL: range(1),
}

_FITS: Final = np.array(
    [[severity in SEVERITIES[verdict] for severity in range(4)] for verdict in VERDICTS[:3]]
)


@dataclass(frozen=True, slots=True)
class Biases:
    """What is added to the log-probabilities of labels, (3,) each, before the largest is taken.

    They are chosen in training for the best macro-F1: rare labels would else be called too seldom. They
    change no probability. `alone` is for an article of at most `passages.ALONE` sentences. A verdict is the
    likeliest: no label of articles is rare, and a bias chosen on a few hundred articles made more wrong.
    """

    label: Floats
    alone: Floats


@dataclass(frozen=True, slots=True)
class Decided:
    """What is said of an article; a category stands where the label is overstated."""

    labels: tuple[Label, ...]
    categories: tuple[Category | None, ...]
    verdict: Verdict
    severity: int


def decide(found: Probabilities, biases: Biases) -> Decided:
    """Take the largest biased probability of each; severity is the likeliest that fits the verdict."""
    bias = biases.alone if len(found.sentences) <= ALONE else biases.label
    labels = tuple(LABELS[column] for column in (_logs(found.sentences) + bias).argmax(axis=1))
    likeliest = found.categories.argmax(axis=1)
    verdict = VERDICTS[int(found.verdict.argmax())]
    return Decided(
        labels=labels,
        categories=tuple(
            CATEGORIES[column] if label is Label.OVERSTATED else None
            for label, column in zip(labels, likeliest, strict=True)
        ),
        verdict=verdict,
        severity=max(SEVERITIES[verdict], key=lambda severity: found.severity[severity]),
    )


class AllDecided(NamedTuple):
    """What is said of many articles, by place in LABELS, CATEGORIES (of every sentence) and VERDICTS."""

    labels: npt.NDArray[np.intp]
    categories: npt.NDArray[np.intp]
    verdicts: npt.NDArray[np.intp]
    severities: npt.NDArray[np.intp]


def decide_all(found: AllProbabilities, biases: Biases) -> AllDecided:
    """Decide as `decide` does of each article; only overstated sentences have a category in truth."""
    held = found.held
    bias = np.where((held.lengths <= ALONE)[held.of, None], biases.alone, biases.label)
    verdicts = found.verdicts.argmax(axis=1)
    fitting = np.where(_FITS[verdicts], found.severities, -1)
    return AllDecided(
        (_logs(found.sentences) + bias).argmax(axis=1),
        found.categories.argmax(axis=1),
        verdicts,
        fitting.argmax(axis=1),
    )


def _logs(probabilities: Floats) -> Floats:
    return np.asarray(np.log(np.clip(probabilities, 1e-12, 1)))
