"""How sure a measure is: 95 % intervals and paired differences, by bootstrap over publishers.

Pages of one publisher are alike, so it is publishers that are drawn, not sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from training.metrics import MEASURES, NAN
from training.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from training.outcomes import Outcomes
    from training.predictions import Floats

RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure, and the 95 % interval of it that resampled publishers give."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The new model's measure less the old one's, on the same resamples; `p` is two-sided."""

    estimate: Estimate
    p: float


def estimate(
    found: Outcomes,
    names: Iterable[str] | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Estimate]:
    """Measure, by default everything. The interval is NaN with fewer than two publishers."""
    wanted = list(MEASURES if names is None else names)
    draws = list(resampled(found.publishers, resamples=resamples, seed=seed))
    once = np.ones(found.publishers)
    estimates = {}
    for number, name in enumerate(wanted, start=1):
        measure = MEASURES[name]
        values = [measure(found, draw) for draw in draws]
        estimates[name] = Estimate(measure(found, once), *interval(values))
        progress("measures", number, len(wanted))
    return estimates


def difference(
    new: Outcomes,
    old: Outcomes,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Difference]:
    """Compare two models on the same articles, by paired bootstrap over their publishers."""
    draws = list(resampled(new.publishers, resamples=resamples, seed=seed))
    once = np.ones(new.publishers)
    differences = {}
    for name, measure in MEASURES.items():
        gains = np.array([measure(new, draw) - measure(old, draw) for draw in draws])
        gains = gains[~np.isnan(gains)]
        tail = min((gains <= 0).sum(), (gains >= 0).sum())
        differences[name] = Difference(
            estimate=Estimate(measure(new, once) - measure(old, once), *interval(gains)),
            p=float(min(1.0, 2 * (tail + 1) / (len(gains) + 1))),
        )
    return differences


def resampled(publishers: int, *, resamples: int, seed: int) -> Iterator[Floats]:
    """Draw as many publishers as there are, with replacement: how often each came up."""
    generator = np.random.default_rng(seed)
    if publishers > 1:
        for _ in range(resamples):
            yield generator.multinomial(publishers, np.full(publishers, 1 / publishers)).astype(float)


def interval(values: Iterable[float] | Floats) -> tuple[float, float]:
    """Take the 2.5th and 97.5th percentile of what is defined."""
    defined = np.array([value for value in values if not np.isnan(value)])
    if not len(defined):
        return NAN, NAN
    low, high = np.percentile(defined, (2.5, 97.5))
    return float(low), float(high)
