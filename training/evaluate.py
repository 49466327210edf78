"""Measure a model on labelled articles that it has not seen."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier.results import Label
from training.evaluation import (
    Agreement,
    Corpus,
    Curve,
    Evaluation,
    Found,
    Genre,
    Mistake,
    Reliability,
    Wanted,
)
from training.metrics import kappa, macro_f1, ratio, reliability
from training.operating import Wish, find, parse_wish
from training.outcomes import CATEGORIES, LABELS, VERDICTS, Ints, Outcomes, Rows, outcomes
from training.progress import Progress, silent
from training.resampling import RESAMPLES, estimate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.examples import LabelledArticle
    from training.predictions import Prediction

WISHES: Final = tuple(
    parse_wish(text)
    for text in (
        "maximum recall @ precision >= 0.9",
        "maximum recall @ precision >= 0.8",
        "minimum match_rate @ recall >= 0.9",
        "maximum recall @ false_alarm_rate <= 0.05",
    )
)
GENRE_MEASURES: Final = (
    "sentence.macro_f1",
    "sentence.auroc.overstated",
    "sentence.auroc.hedged",
    "article.accuracy",
)
CURVE_POINTS: Final = 200
WORST_SENTENCES: Final = 40
WORST_ARTICLES: Final = 15


def evaluate(
    articles: Sequence[LabelledArticle],
    predictions: Sequence[Prediction],
    *,
    model: str,
    how: str,
    wishes: Sequence[Wish] = WISHES,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress = silent,
) -> Evaluation:
    """Measure predictions against labels: the same figures for the same input and seed."""
    found = outcomes(articles, predictions)
    once = (np.ones(len(found.owner)), np.ones(len(articles)))
    kinds = (("sentences", found.sentences), ("articles", found.articles))
    return Evaluation(
        model=model,
        how=how,
        corpus=describe(articles),
        measures=estimate(found, resamples=resamples, seed=seed, progress=progress),
        genres=list(_genres(articles, found, resamples=resamples, seed=seed)),
        agreement=_agreement(articles),
        sentence_confusion=found.sentences.confusion(once[0]).astype(int)[:, : len(LABELS)].tolist(),
        article_confusion=found.articles.confusion(once[1]).astype(int).tolist(),
        categories=_found_categories(found),
        operating_points=[
            Wanted(of, label, str(wish), find(rows, label, wish, resamples=resamples, seed=seed))
            for of, rows in kinds
            for label in (Label.OVERSTATED, Label.HEDGED)
            for wish in wishes
        ],
        curves=[_curve(of, rows, label) for of, rows in kinds for label in (Label.OVERSTATED, Label.HEDGED)],
        reliability=[each for of, rows in kinds for each in _reliability(of, rows)],
        mistakes=[
            *_mistakes(articles, found.articles, np.arange(len(articles)), most=WORST_ARTICLES),
            *_mistakes(articles, found.sentences, found.owner, most=WORST_SENTENCES, indexed=True),
        ],
        learning=[],
        comparison=None,
        gates=[],
    )


def describe(articles: Sequence[LabelledArticle]) -> Corpus:
    """Count what a corpus holds, and name it by its digest."""
    digest = hashlib.sha256()
    for article in articles:
        sentences = [(s.text, s.label, s.category) for s in article.sentences]
        fields = (article.id, article.publisher, article.genre, article.label, article.severity, sentences)
        digest.update(json.dumps(fields).encode())
    sentences_of = [sentence for article in articles for sentence in article.sentences]
    return Corpus(
        sha256=digest.hexdigest(),
        articles=len(articles),
        sentences=len(sentences_of),
        publishers=len({article.publisher for article in articles}),
        article_labels={label.value: sum(a.label is label for a in articles) for label in LABELS},
        sentence_labels={label.value: sum(s.label is label for s in sentences_of) for label in LABELS},
    )


def _genres(
    articles: Sequence[LabelledArticle],
    found: Outcomes,
    *,
    resamples: int,
    seed: int,
) -> Iterator[Genre]:
    """Measure each genre, the commonest first."""
    names, counts = np.unique([article.genre for article in articles], return_counts=True)
    for name in names[np.argsort(-counts, kind="stable")]:
        part = found.of(np.array([article.genre == name for article in articles]))
        yield Genre(
            genre=str(name),
            articles=len(part.articles.truth),
            sentences=len(part.owner),
            publishers=part.publishers,
            measures=estimate(part, GENRE_MEASURES, resamples=resamples, seed=seed),
        )


def _agreement(articles: Sequence[LabelledArticle]) -> Agreement | None:
    """Lay a second annotator's labels beside the first's, as a ceiling for any model."""
    confusion = np.zeros((len(LABELS), len(LABELS)))
    for article in articles:
        for sentence in article.sentences:
            if sentence.second_label is not None:
                confusion[LABELS.index(sentence.label), LABELS.index(sentence.second_label)] += 1
    if not confusion.any():
        return None
    return Agreement(sentences=int(confusion.sum()), kappa=kappa(confusion), macro_f1=macro_f1(confusion))


def _found_categories(found: Outcomes) -> list[Found]:
    categories = []
    for number, category in enumerate(CATEGORIES):
        of_it = found.category_truth == number
        matched = of_it & (found.sentences.predicted == LABELS.index(Label.OVERSTATED))
        named = matched & (found.category_predicted == number)
        categories.append(
            Found(
                category=category,
                sentences=int(of_it.sum()),
                found=ratio(int(matched.sum()), int(of_it.sum())),
                named=ratio(int(named.sum()), int(matched.sum())),
            ),
        )
    return categories


def _curve(of: str, rows: Rows, label: Label) -> Curve:
    """Keep of a curve what an eye can tell apart."""
    levels = rows.ranking(label).levels(np.ones(len(rows.truth)))
    right, matched = np.cumsum(levels.positive), np.cumsum(levels.total)
    kept = np.unique(np.linspace(0, len(right) - 1, CURVE_POINTS).astype(int))
    recall = right[kept] * ratio(1, float(levels.positive.sum()))
    return Curve(
        of=of,
        label=label,
        recall=recall.round(4).tolist(),
        precision=(right[kept] / matched[kept]).round(4).tolist(),
    )


def _reliability(of: str, rows: Rows) -> Iterator[Reliability]:
    once = np.ones(len(rows.truth))
    for label in (Label.OVERSTATED, Label.HEDGED):
        yield Reliability(of=of, score=label, bins=reliability(rows.ranking(label).levels(once)))


def _mistakes(
    articles: Sequence[LabelledArticle],
    rows: Rows,
    owner: Ints,
    *,
    most: int,
    indexed: bool = False,
) -> Iterator[Mistake]:
    """Yield what is wrong, by how little the model believed in the truth."""
    believed = rows.probabilities[np.arange(len(rows.truth)), rows.truth]
    wrong = np.flatnonzero(rows.predicted != rows.truth)
    first = np.searchsorted(owner, owner)
    for row in wrong[np.argsort(believed[wrong], kind="stable")][:most]:
        yield Mistake(
            article=articles[owner[row]].id,
            index=int(row - first[row]) if indexed else None,
            label=LABELS[rows.truth[row]],
            predicted=VERDICTS[rows.predicted[row]],
            probability=float(believed[row]),
        )
