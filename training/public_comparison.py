"""The features that serve against tf-idf on the public sets: cross-validated, with intervals, as a table.

What a reader of claims may choose, it chooses by folds of the folds that it is fitted on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score

from training.metrics import auroc, ratio
from training.outcomes import Ranking
from training.progress import Progress, silent
from training.public_models import INNER_FOLDS, Baseline, Features, Option, Reader, fixed_columns
from training.public_sets import Claim, splits
from training.resampling import Difference, Estimate, interval, resampled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.predictions import Floats

    Ints = npt.NDArray[np.int_]
    Truth = npt.NDArray[np.bool_]

RESAMPLES: Final = 500
# Thresholds are tried at these shares of the claims below.
SHARES: Final = np.linspace(0.3, 0.95, 27)
TF_IDF: Final = "tf-idf"
TF_IDF_KNOWING: Final = "tf-idf + study"
FEATURES: Final = "features"
FEATURES_KNOWING: Final = "features + study"


@dataclass(frozen=True, slots=True)
class Result:
    """A reader's figures on a set, and what it gains in AUROC over tf-idf that knows as much."""

    source: str
    reader: str
    claims: int
    overstated: int
    macro_f1: Estimate
    auroc: Estimate
    gain: Difference | None


def readers(claims: Sequence[Claim], background: Sequence[str], *, ideas: bool) -> dict[str, Reader]:
    """Name what is compared; with `ideas`, also the features without each part that they are made of."""
    fixed = fixed_columns(claims, background)
    named: dict[str, Reader] = {
        TF_IDF: Baseline(),
        FEATURES: Features(fixed),
        TF_IDF_KNOWING: Baseline(context=True),
        FEATURES_KNOWING: Features(fixed, context=True),
    }
    if ideas:
        named |= {
            "features without signs": Features(fixed_columns(claims, background, signs=False)),
            "features without meaning": Features(fixed_columns(claims, background, meaning=False)),
            "features, each set alone": Features(fixed, shared=False),
        }
    return named


def compare(
    claims: Sequence[Claim],
    named: dict[str, Reader],
    *,
    folds: int,
    seed: int,
    jobs: int = -1,
    progress: Progress = silent,
) -> list[Result]:
    """Let each reader answer for every claim, from the folds that do not hold it, and measure by set."""
    answers: dict[str, Floats] = {}
    halves = list(splits(claims, folds, seed))
    fold = np.zeros(len(claims), dtype=int)
    for number, (_, test) in enumerate(halves):
        fold[test] = number
    for number, (name, reader) in enumerate(named.items()):
        progress("readers", number, len(named))
        found = joblib.Parallel(n_jobs=jobs)(
            joblib.delayed(_answer)(reader, claims, train, test) for train, test in halves
        )
        answers[name] = np.zeros(len(claims))
        for (_, test), margins in zip(halves, found, strict=True):
            answers[name][test] = margins
    progress("readers", len(named), len(named))
    sources = np.array([claim.source for claim in claims])
    results: list[Result] = []
    for source in np.unique(sources):
        own = np.flatnonzero(sources == source)
        margins = {name: answer[own] for name, answer in answers.items()}
        results += _results([claims[int(i)] for i in own], fold[own], margins, seed=seed)
    return results


def table(results: Sequence[Result]) -> str:
    """Write the figures as a Markdown table, with 95 % intervals."""
    lines = [
        "| set | claims (overstated) | by | macro-F1 | AUROC | AUROC gained |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in results:
        gain = f"{_shown(each.gain.estimate, sign='+')}, p {each.gain.p:.3f}" if each.gain else ""
        figures = f"{_shown(each.macro_f1)} | {_shown(each.auroc)} | {gain}"
        lines.append(f"| {each.source} | {each.claims} ({each.overstated}) | {each.reader} | {figures} |")
    return "\n".join(lines)


def save(results: Sequence[Result], file: Path) -> None:
    """Write the figures as JSON."""
    file.write_text(json.dumps([asdict(each) for each in results], indent=1) + "\n", encoding="utf-8")


def _answer(reader: Reader, claims: Sequence[Claim], train: Ints, test: Ints) -> Floats:
    """Choose each set's option and threshold within `train`; give how far each of `test` is above it."""
    truth = np.array([claim.overstated for claim in claims])
    sources = np.array([claim.source for claim in claims])
    tried = {option: np.zeros(len(claims)) for option in reader.options}
    for fit, ask in splits([claims[i] for i in train], INNER_FOLDS, 2):
        for option, scores in reader.scores(claims, train[fit], train[ask], reader.options).items():
            tried[option][train[ask]] = scores
    chosen: dict[str, Option] = {
        source: _best(truth, tried, train[sources[train] == source]) for source in np.unique(sources[test])
    }
    final = reader.scores(claims, train, test, dict.fromkeys(chosen.values()))
    margins = np.zeros(len(test))
    for source, option in chosen.items():
        own, asked = train[sources[train] == source], sources[test] == source
        margins[asked] = final[option][asked] - _threshold(truth[own], tried[option][own])
    return margins


def _best(truth: Truth, tried: dict[Option, Floats], own: Ints) -> Option:
    """Choose what ranks best, of equals the first."""
    return max(tried, key=lambda option: float(roc_auc_score(truth[own], tried[option][own])))


def _threshold(truth: Truth, scores: Floats) -> float:
    """Choose the threshold of the best macro-F1."""
    possible = np.quantile(scores, SHARES)
    return float(max(possible, key=lambda limit: f1_score(truth, scores > limit, average="macro")))


def _results(
    claims: Sequence[Claim], fold: Ints, margins: dict[str, Floats], *, seed: int
) -> Iterator[Result]:
    """Measure each reader on one set, and hold it against tf-idf that knows as much."""
    truth = np.array([claim.overstated for claim in claims])
    _, study = np.unique([claim.study for claim in claims], return_inverse=True)
    once = np.ones(len(claims))
    draws = [weights[study] for weights in resampled(int(study.max()) + 1, resamples=RESAMPLES, seed=seed)]
    ranked = {
        name: [_auroc(truth, each, fold, draw) for draw in (once, *draws)] for name, each in margins.items()
    }
    for name, margin in margins.items():
        f1 = [_macro_f1(truth, margin > 0, draw) for draw in (once, *draws)]
        rival = TF_IDF_KNOWING if name == FEATURES_KNOWING else TF_IDF
        yield Result(
            source=claims[0].source,
            reader=name,
            claims=len(claims),
            overstated=int(truth.sum()),
            macro_f1=Estimate(f1[0], *interval(f1[1:])),
            auroc=Estimate(ranked[name][0], *interval(ranked[name][1:])),
            gain=None if name in (TF_IDF, TF_IDF_KNOWING) else _gain(ranked[name], ranked[rival]),
        )


def _gain(new: Sequence[float], old: Sequence[float]) -> Difference:
    """Compare the same draws; the first is of the whole."""
    gains = np.array(new) - np.array(old)
    drawn = gains[1:][~np.isnan(gains[1:])]
    tail = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return Difference(
        Estimate(float(gains[0]), *interval(drawn)), p=float(min(1.0, 2 * (tail + 1) / (len(drawn) + 1)))
    )


def _macro_f1(truth: Truth, decided: Truth, weights: Floats) -> float:
    return float(f1_score(truth, decided, average="macro", sample_weight=weights, zero_division=0.0))


def _auroc(truth: Truth, margins: Floats, fold: Ints, weights: Floats) -> float:
    """Rank within folds only, each by its number of pairs: two folds' models need not share a scale."""
    areas = pairs = 0.0
    for number in np.unique(fold):
        levels = Ranking.of(margins[fold == number], truth[fold == number]).levels(weights[fold == number])
        number_of_pairs = float(levels.positive.sum() * (levels.total - levels.positive).sum())
        if number_of_pairs:
            areas += number_of_pairs * auroc(levels)
            pairs += number_of_pairs
    return ratio(areas, pairs)


def _shown(estimate: Estimate, *, sign: str = "") -> str:
    return f"{estimate.value:{sign}.3f} ({estimate.low:{sign}.3f} to {estimate.high:{sign}.3f})"
