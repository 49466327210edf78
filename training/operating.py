"""Operating points: thresholds asked for by what they buy, as in "maximum recall @ precision >= 0.9"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from training.metrics import ratio
from training.resampling import resampled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.classifier.results import Label
    from training.outcomes import Levels, Rows
    from training.predictions import Floats

LOWER_PERCENT: Final = 5
SLACK: Final = 1e-9
GRAMMAR: Final = '"maximum|minimum MEASURE @ MEASURE >=|<= NUMBER"'


class ExpressionError(ValueError):
    """An expression that cannot be understood; the message shows the part and what could stand there."""


class Buys(StrEnum):
    """What a threshold can be asked for by."""

    PRECISION = "precision"
    RECALL = "recall"
    MATCH_RATE = "match_rate"
    FALSE_ALARM_RATE = "false_alarm_rate"


@dataclass(frozen=True, slots=True)
class Bound:
    """A measure that must reach a number, or stay below it."""

    measure: str
    at_least: bool
    number: float

    def holds(self, value: float) -> bool:
        """Tell whether the value keeps to the bound; an undefined one does not."""
        return value >= self.number - SLACK if self.at_least else value <= self.number + SLACK

    def __str__(self) -> str:
        return f"{self.measure} {'>=' if self.at_least else '<='} {self.number:g}"


@dataclass(frozen=True, slots=True)
class Wish:
    """An expression, understood."""

    maximum: bool
    measure: Buys
    bound: Bound

    def __str__(self) -> str:
        return f"{'maximum' if self.maximum else 'minimum'} {self.measure} @ {self.bound}"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a threshold buys: whatever scores at least `threshold` is matched.

    `match_rate` is the share matched, the moderators' workload; `support` how many rows truly have
    the label. The lower bounds are one-sided, at 95 %, by bootstrap over publishers with the
    threshold kept; NaN with fewer than two publishers.
    """

    label: Label
    wish: str
    threshold: float
    precision: float
    recall: float
    match_rate: float
    false_alarm_rate: float
    support: int
    precision_lower: float
    recall_lower: float


def parse_bound(text: str) -> Bound:
    """Read "MEASURE >= NUMBER" or "MEASURE <= NUMBER"."""
    if not (match := re.fullmatch(r"\s*([\w.]+)\s*(>=|<=)\s*(\S+)\s*", text)):
        raise ExpressionError(f'{text.strip()!r} is not of the form "MEASURE >=|<= NUMBER"')
    measure, relation, number = match.groups()
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ExpressionError(f"{number!r} in {text.strip()!r} is not a number")
    return Bound(measure=measure, at_least=relation == ">=", number=value)


def parse_wish(text: str) -> Wish:
    """Read an expression such as "minimum match_rate @ recall >= 0.95"."""
    goal, separator, bound = text.partition("@")
    words = goal.split()
    if not separator or len(words) != 2:  # noqa: PLR2004 -- two words stand before the @
        raise ExpressionError(f"{text!r} is not of the form {GRAMMAR}")
    direction, measure = words
    if direction not in ("maximum", "minimum"):
        raise ExpressionError(f"{direction!r} in {text!r} must be maximum or minimum")
    parsed = parse_bound(bound)
    return Wish(
        maximum=direction == "maximum",
        measure=_buys(measure, text),
        bound=Bound(_buys(parsed.measure, text), at_least=parsed.at_least, number=parsed.number),
    )


def find(
    rows: Rows, label: Label, wish: Wish, *, resamples: int = 1000, seed: int = 0
) -> OperatingPoint | None:
    """Choose the threshold that fulfils the wish best; None when none keeps to its bound.

    Of thresholds that are equally good the highest is taken: it matches least.
    """
    ranking = rows.ranking(label)
    once = np.ones(len(rows.truth))
    values = _values(ranking.levels(once))
    allowed = np.flatnonzero([wish.bound.holds(value) for value in values[Buys(wish.bound.measure)]])
    if not len(allowed):
        return None
    wanted = values[wish.measure][allowed]
    best = allowed[(np.argmax if wish.maximum else np.argmin)(wanted)]
    draws = [
        _values(ranking.levels(weights[rows.group]))
        for weights in resampled(int(rows.group.max()) + 1, resamples=resamples, seed=seed)
    ]
    return OperatingPoint(
        label=label,
        wish=str(wish),
        threshold=float(ranking.score[best]),
        **{measure.value: float(values[measure][best]) for measure in Buys},
        support=int(ranking.truth.sum()),
        precision_lower=_lower(draw[Buys.PRECISION][best] for draw in draws),
        recall_lower=_lower(draw[Buys.RECALL][best] for draw in draws),
    )


def _buys(measure: str, text: str) -> Buys:
    try:
        return Buys(measure)
    except ValueError as error:
        raise ExpressionError(f"{measure!r} in {text!r} must be one of {', '.join(Buys)}") from error


def _values(levels: Levels) -> dict[Buys, Floats]:
    """Measure every threshold at once, the highest first; a precision of nothing matched is NaN."""
    matched, right = np.cumsum(levels.total), np.cumsum(levels.positive)
    every, true = float(levels.total.sum()), float(levels.positive.sum())
    nothing = np.full_like(matched, np.nan)
    return {
        Buys.PRECISION: np.divide(right, matched, out=nothing.copy(), where=matched > 0),
        Buys.RECALL: right * ratio(1, true),
        Buys.MATCH_RATE: matched * ratio(1, every),
        Buys.FALSE_ALARM_RATE: (matched - right) * ratio(1, every - true),
    }


def _lower(values: Iterable[float]) -> float:
    defined = [value for value in values if not math.isnan(value)]
    return float(np.percentile(defined, LOWER_PERCENT)) if defined else math.nan
