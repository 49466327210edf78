"""May a new model take the old one's place: what flips, what is gained, and the gates it must pass."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from training.evaluation import Comparison, Flip, Judgement
from training.metrics import MEASURES
from training.operating import Bound, ExpressionError, parse_bound
from training.outcomes import outcomes
from training.resampling import RESAMPLES, difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from training.examples import LabelledArticle
    from training.predictions import Prediction
    from training.resampling import Estimate

GAIN: Final = "gain."
Gate: TypeAlias = Bound


def parse_gate(text: str) -> Gate:
    """Read a gate such as "sentence.macro_f1 >= 0.75" or "gain.article.accuracy >= -0.01".

    A name is that of a measure; after "gain." it is what the new model has more of than the old.
    """
    gate = parse_bound(text)
    if gate.measure.removeprefix(GAIN) not in MEASURES:
        raise ExpressionError(f"{gate.measure!r} in {text!r} must be one of {', '.join(MEASURES)}")
    return gate


def compare(
    articles: Sequence[LabelledArticle],
    *,
    new: Sequence[Prediction],
    old: Sequence[Prediction],
    old_model: str,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Lay two models' predictions of the same articles side by side."""
    return Comparison(
        old=old_model,
        differences=difference(
            outcomes(articles, new), outcomes(articles, old), resamples=resamples, seed=seed
        ),
        flips=list(_flips(articles, new, old)),
    )


def judge(
    gates: Sequence[Gate],
    measures: Mapping[str, Estimate],
    comparison: Comparison | None = None,
) -> list[Judgement]:
    """Hold a model to its gates. What was not measured, or is undefined, has not passed."""
    values = {name: measure.value for name, measure in measures.items()}
    if comparison is not None:
        values |= {GAIN + name: gain.estimate.value for name, gain in comparison.differences.items()}
    return [
        Judgement(gate=str(gate), value=value, passed=gate.holds(value))
        for gate in gates
        for value in [values.get(gate.measure, math.nan)]
    ]


def _flips(
    articles: Sequence[LabelledArticle],
    new: Sequence[Prediction],
    old: Sequence[Prediction],
) -> Iterator[Flip]:
    for article, after, before in zip(articles, new, old, strict=True):
        if after.verdict is not before.verdict:
            yield Flip(article.id, None, article.label, old=before.verdict, new=after.verdict)
        pairs = zip(article.sentences, before.labels, after.labels, strict=True)
        for index, (sentence, was, now) in enumerate(pairs):
            if was is not now:
                yield Flip(article.id, index, sentence.label, old=was, new=now)
