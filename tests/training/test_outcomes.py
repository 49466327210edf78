from __future__ import annotations

import numpy as np
import pytest

from service.classifier.results import Category, Label, Verdict
from tests.training.made import TwoWords, corpus
from training.outcomes import CATEGORIES, LABELS, NONE, VERDICTS, Ranking, outcomes


def test_rows_stand_in_the_order_of_the_articles_and_their_sentences() -> None:
    articles = corpus(6)
    found = outcomes(articles, TwoWords().predict(articles))
    assert [LABELS[i] for i in found.sentences.truth] == [s.label for a in articles for s in a.sentences]
    assert [VERDICTS[i] for i in found.articles.predicted[:3]] == [
        Verdict.OVERSTATED,
        Verdict.HEDGED,
        Verdict.NEUTRAL,
    ]
    assert found.category_truth[0] == CATEGORIES.index(Category.EFFICACY)
    assert found.category_truth[1] == NONE
    assert found.publishers == 3
    assert found.owner.tolist() == [i for i in range(6) for _ in range(3)]


def test_a_part_keeps_its_own_publishers_alone() -> None:
    articles = corpus(12)
    found = outcomes(articles, TwoWords().predict(articles))
    part = found.of(np.arange(12) >= 8)
    assert part.publishers == 2
    assert part.sentences.group.tolist() == [0] * 6 + [1] * 6
    assert part.owner.tolist() == [i for i in range(4) for _ in range(3)]
    expected = outcomes(articles[8:], TwoWords().predict(articles[8:]))
    assert (part.sentences.probabilities == expected.sentences.probabilities).all()


def test_predictions_of_other_articles_are_refused() -> None:
    articles = corpus(4)
    short = TwoWords().predict(articles)[:3]
    with pytest.raises(ValueError, match="zip"):
        outcomes(articles, short)


def test_equal_scores_are_one_level() -> None:
    levels = Ranking.of(np.array([0.5, 0.9, 0.5, 0.1]), np.array([True, True, False, False])).levels(
        np.ones(4)
    )
    assert levels.score.tolist() == [0.9, 0.5, 0.1]
    assert levels.positive.tolist() == [1, 1, 0]
    assert levels.total.tolist() == [1, 2, 1]


def test_a_ranking_is_made_once() -> None:
    rows = outcomes(articles := corpus(6), TwoWords().predict(articles)).sentences
    assert rows.ranking(Label.HEDGED) is rows.ranking(Label.HEDGED)
    assert rows.ranking(Label.HEDGED) is not rows.ranking(Label.OVERSTATED)
