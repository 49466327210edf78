"""Labels beside predictions, flat, so that any measure is a sum over rows with weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from service.classifier.results import Category, Label, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.examples import LabelledArticle
    from training.predictions import Floats, Prediction

Ints: TypeAlias = npt.NDArray[np.int64]

LABELS: Final = tuple(Label)
VERDICTS: Final = tuple(Verdict)
CATEGORIES: Final = tuple(Category)
NONE: Final = -1


@dataclass(frozen=True)
class Rows:
    """Things of one kind, sentences or articles: the truth, what was predicted, and whose they are.

    Numbers stand for labels, in the order of `Label` (and of `Verdict`, whose fourth is
    undetermined). `group` is the publisher's number, by which resamples weigh the rows.
    """

    truth: Ints
    predicted: Ints
    probabilities: Floats
    group: Ints

    @cached_property
    def _rankings(self) -> dict[int, Ranking]:
        return {}

    def ranking(self, label: Label) -> Ranking:
        """Order the rows by the probability of a label; made once, for it is asked a thousand times."""
        column = LABELS.index(label)
        if column not in self._rankings:
            self._rankings[column] = Ranking.of(self.probabilities[:, column], self.truth == column)
        return self._rankings[column]

    @cached_property
    def confidence(self) -> Ranking:
        """Order the rows by the probability of their likeliest label, true where that is right."""
        return Ranking.of(self.probabilities.max(axis=1), self.probabilities.argmax(axis=1) == self.truth)

    def confusion(self, weights: Floats) -> Floats:
        """Weigh the rows of each truth (down) and prediction (across)."""
        width = len(VERDICTS)
        cells = np.bincount(self.truth * width + self.predicted, weights, minlength=len(LABELS) * width)
        return np.asarray(cells, dtype=float).reshape(len(LABELS), width)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Rows:
        """Keep the chosen rows."""
        return Rows(
            truth=self.truth[chosen],
            predicted=self.predicted[chosen],
            probabilities=self.probabilities[chosen],
            group=self.group[chosen],
        )


@dataclass(frozen=True)
class Outcomes:
    """All that was predicted of a list of articles, beside their labels.

    `owner` is the article of each sentence; categories are numbers, -1 where there is none.
    """

    sentences: Rows
    articles: Rows
    owner: Ints
    category_truth: Ints
    category_predicted: Ints
    severity_truth: Ints
    severity_predicted: Ints
    publishers: int

    def of(self, chosen: npt.NDArray[np.bool_]) -> Outcomes:
        """Keep the chosen articles, and their publishers alone."""
        _, group = np.unique(self.articles.group[chosen], return_inverse=True)
        place = np.cumsum(chosen) - 1
        kept = chosen[self.owner]
        owner = place[self.owner[kept]]
        sentences, articles = self.sentences.where(kept), self.articles.where(chosen)
        return Outcomes(
            sentences=Rows(sentences.truth, sentences.predicted, sentences.probabilities, group[owner]),
            articles=Rows(articles.truth, articles.predicted, articles.probabilities, group),
            owner=owner,
            category_truth=self.category_truth[kept],
            category_predicted=self.category_predicted[kept],
            severity_truth=self.severity_truth[chosen],
            severity_predicted=self.severity_predicted[chosen],
            publishers=int(group.max(initial=-1)) + 1,
        )


@dataclass(frozen=True)
class Levels:
    """The distinct scores, falling, with the weight that stands at each: of what is true, and of all."""

    score: Floats
    positive: Floats
    total: Floats


@dataclass(frozen=True)
class Ranking:
    """Rows in falling order of a score; rows of equal score are never told apart."""

    score: Floats
    order: Ints
    starts: Ints
    truth: Floats

    @classmethod
    def of(cls, score: Floats, truth: npt.NDArray[np.bool_]) -> Ranking:
        """Sort once."""
        order = np.argsort(-score, kind="stable")
        falling = score[order]
        starts = np.flatnonzero(np.diff(falling, prepend=np.inf) != 0)
        return cls(score=falling[starts], order=order, starts=starts, truth=truth[order].astype(float))

    def levels(self, weights: Floats) -> Levels:
        """Add up the weights at each distinct score."""
        falling = weights[self.order]
        if not len(falling):
            return Levels(score=self.score, positive=falling, total=falling)
        return Levels(
            score=self.score,
            positive=np.add.reduceat(falling * self.truth, self.starts),
            total=np.add.reduceat(falling, self.starts),
        )


def outcomes(articles: Sequence[LabelledArticle], predictions: Sequence[Prediction]) -> Outcomes:
    """Lay predictions beside labels. Raises ValueError when they are not of the same articles."""
    for article, prediction in zip(articles, predictions, strict=True):
        if len(article.sentences) != len(prediction.labels):
            raise ValueError(
                f"{article.id}: {len(prediction.labels)} predictions for {len(article.sentences)} sentences",
            )
    _, group = np.unique([article.publisher for article in articles], return_inverse=True)
    owner = np.repeat(np.arange(len(articles)), [len(article.sentences) for article in articles])
    labelled = [sentence for article in articles for sentence in article.sentences]
    return Outcomes(
        sentences=Rows(
            truth=_numbers(LABELS.index(sentence.label) for sentence in labelled),
            predicted=_numbers(LABELS.index(label) for each in predictions for label in each.labels),
            probabilities=np.concatenate([each.sentences for each in predictions]),
            group=group[owner],
        ),
        articles=Rows(
            truth=_numbers(LABELS.index(article.label) for article in articles),
            predicted=_numbers(VERDICTS.index(each.verdict) for each in predictions),
            probabilities=np.stack([each.article for each in predictions]),
            group=group,
        ),
        owner=owner,
        category_truth=_numbers(_category(sentence.category) for sentence in labelled),
        category_predicted=_numbers(_category(each) for one in predictions for each in one.categories),
        severity_truth=_numbers(article.severity for article in articles),
        severity_predicted=_numbers(each.severity for each in predictions),
        publishers=int(group.max()) + 1,
    )


def _numbers(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _category(category: Category | None) -> int:
    return NONE if category is None else CATEGORIES.index(category)
