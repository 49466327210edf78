"""What is counted of two models' scores of one article: pure, and no word of the article."""

from __future__ import annotations

import math
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from service.classifier.results import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.classifier.results import ArticleScore, Category, SentenceScore

BINS: Final = 10


class Measure(StrEnum):
    """What is counted; in brackets, what its cells are called."""

    FATE = "fate"  # [compared, shed, failed]
    VERDICT = "verdict"  # [serving>shadow]
    CATEGORY = "category"  # [category:both, category:serving, category:shadow], in sentences
    DIFFERENCE = "difference"  # [-10 to 9], the tenth of shadow's minus serving's score for overstated
    SERVING = "serving"  # [0 to 9], the tenth of serving's score
    SHADOW = "shadow"  # [0 to 9], the tenth of shadow's score


class Fate(StrEnum):
    """What became of an article that was to be compared."""

    COMPARED = "compared"
    SHED = "shed"
    FAILED = "failed"


Cell: TypeAlias = tuple[Measure, str]


def cells(serving: ArticleScore, shadow: ArticleScore) -> Counter[Cell]:
    """Count what two models say of the same article."""
    ours, theirs = serving.scores.overstated, shadow.scores.overstated
    counted: Counter[Cell] = Counter(
        {
            (Measure.FATE, Fate.COMPARED.value): 1,
            (Measure.VERDICT, f"{serving.verdict}>{shadow.verdict}"): 1,
            (Measure.DIFFERENCE, str(min(BINS - 1, math.floor(round(theirs - ours, 9) * BINS)))): 1,
            (Measure.SERVING, str(_bin(ours))): 1,
            (Measure.SHADOW, str(_bin(theirs))): 1,
        }
    )
    counted.update((Measure.CATEGORY, cell) for cell in _categories(serving, shadow))
    return counted


def stability(serving: Mapping[int, int], shadow: Mapping[int, int]) -> float | None:
    """Give the population stability index of the shadow's scores against the serving model's, by their bins.

    None when there is nothing. Half an article is added to every bin: an empty one is rare, not infinite.
    """
    if not serving or not shadow:
        return None
    expected, found = (
        [(each.get(place, 0) + 0.5) / (sum(each.values()) + BINS / 2) for place in range(BINS)]
        for each in (serving, shadow)
    )
    return sum((b - a) * math.log(b / a) for a, b in zip(expected, found, strict=True))


def _bin(score: float) -> int:
    return min(BINS - 1, max(0, int(score * BINS)))


def _categories(serving: ArticleScore, shadow: ArticleScore) -> Iterator[str]:
    """Sentences are the same on both sides, since no model cuts them."""
    ours, theirs = (dict(_overstated(each.sentences)) for each in (serving, shadow))
    for place in ours.keys() | theirs.keys():
        mine, its = ours.get(place), theirs.get(place)
        if mine is its and mine is not None:
            yield f"{mine}:both"
            continue
        if mine is not None:
            yield f"{mine}:serving"
        if its is not None:
            yield f"{its}:shadow"


def _overstated(sentences: tuple[SentenceScore, ...]) -> Iterator[tuple[tuple[int, int], Category]]:
    for each in sentences:
        if each.label is Label.OVERSTATED and each.category is not None:
            yield (each.start, each.end), each.category
