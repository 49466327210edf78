from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    cohen_kappa_score,
    f1_score,
    roc_auc_score,
)

from service.classifier.results import Label
from tests.training.made import TwoWords, corpus
from training.metrics import (
    MEASURES,
    auroc,
    average_precision,
    calibration_error,
    kappa,
    macro_f1,
    reliability,
)
from training.outcomes import Levels, Outcomes, Ranking, Rows, outcomes

RANDOM = np.random.default_rng(7)
TRUTH = RANDOM.integers(3, size=500)
# Rounded, so that there are ties; leaning on the truth, so that there is something to find.
RAW = (RANDOM.random((500, 3)) + np.eye(3)[TRUTH]).round(1) + 0.01
ROWS = Rows(TRUTH, RAW.argmax(axis=1), RAW / RAW.sum(axis=1, keepdims=True), np.arange(500))
WEIGHTS = RANDOM.integers(3, size=500).astype(float)


def levels(label: Label, weights: np.ndarray[tuple[int], np.dtype[np.float64]] = WEIGHTS) -> Levels:
    return ROWS.ranking(label).levels(weights)


def found(articles: int = 30) -> Outcomes:
    made = corpus(articles)
    return outcomes(made, TwoWords().predict(made))


def test_ranking_measures_are_scikit_learns_with_weights_and_ties() -> None:
    for column, label in enumerate((Label.OVERSTATED, Label.HEDGED)):
        truth, score = column == TRUTH, ROWS.probabilities[:, column]
        expected = roc_auc_score(truth, score, sample_weight=WEIGHTS)
        assert auroc(levels(label)) == pytest.approx(expected, abs=1e-12)
        expected = average_precision_score(truth, score, sample_weight=WEIGHTS)
        assert average_precision(levels(label)) == pytest.approx(expected, abs=1e-12)


def test_counting_measures_are_scikit_learns_with_weights() -> None:
    confusion = ROWS.confusion(WEIGHTS)
    expected = f1_score(TRUTH, ROWS.predicted, average="macro", sample_weight=WEIGHTS)
    assert macro_f1(confusion) == pytest.approx(expected, abs=1e-12)
    expected = cohen_kappa_score(TRUTH, ROWS.predicted, sample_weight=WEIGHTS)
    assert kappa(confusion) == pytest.approx(expected, abs=1e-12)


def test_a_weight_is_the_same_as_that_many_rows() -> None:
    repeated = np.repeat(np.arange(500), WEIGHTS.astype(int))
    rows = Rows(TRUTH[repeated], ROWS.predicted[repeated], ROWS.probabilities[repeated], repeated)
    again = rows.ranking(Label.HEDGED).levels(np.ones(len(repeated)))
    for measure in (auroc, average_precision, calibration_error):
        assert measure(levels(Label.HEDGED)) == pytest.approx(measure(again), abs=1e-12)


def test_probabilities_that_come_true_as_often_as_they_say_have_no_error() -> None:
    score = np.repeat([0.2, 0.8], 10)
    truth = np.arange(20) % 10 < np.repeat([2, 8], 10)
    kept = Ranking.of(score, truth).levels(np.ones(20))
    assert calibration_error(kept) == pytest.approx(0)
    assert calibration_error(kept, equal_width=True) == pytest.approx(0)


def test_a_promise_of_nine_in_ten_kept_five_times_in_ten_is_off_by_four_tenths() -> None:
    broken = Ranking.of(np.full(10, 0.9), np.arange(10) < 5).levels(np.ones(10))
    assert calibration_error(broken) == pytest.approx(0.4)
    assert calibration_error(broken, equal_width=True) == pytest.approx(0.4)
    assert len(reliability(broken)) == 1


def test_bins_of_equal_weight_hold_equal_weight() -> None:
    score = np.linspace(0, 1, 1000)
    bins = reliability(Ranking.of(score, score > 0.5).levels(np.ones(1000)))
    assert [each.weight for each in bins] == [100] * 10


def test_what_is_not_defined_is_nan() -> None:
    nothing = Ranking.of(np.array([0.1, 0.2]), np.array([False, False])).levels(np.ones(2))
    assert math.isnan(auroc(nothing))
    assert math.isnan(average_precision(nothing))
    empty = Ranking.of(np.array([]), np.array([], dtype=bool)).levels(np.array([]))
    assert math.isnan(calibration_error(empty))
    assert math.isnan(kappa(np.zeros((3, 4))))
    assert math.isnan(macro_f1(np.zeros((3, 4))))


def test_macro_f1_leaves_out_a_label_that_neither_stands_nor_is_predicted() -> None:
    confusion = np.zeros((3, 4))
    confusion[0, 0] = confusion[2, 2] = 5
    assert macro_f1(confusion) == 1


def test_an_undetermined_verdict_is_wrong() -> None:
    each = found()
    each.articles.predicted[0] = 3
    once = np.ones(each.publishers)
    wrong = (each.articles.truth != each.articles.predicted).mean()
    assert MEASURES["article.accuracy"](each, once) == pytest.approx(1 - wrong)


def test_the_category_is_judged_only_where_the_overstatement_was_found() -> None:
    each = found()
    once = np.ones(each.publishers)
    assert (each.sentences.predicted != each.sentences.truth).any()
    assert MEASURES["sentence.category_accuracy"](each, once) == 1


def test_every_measure_is_defined_on_a_whole_corpus_and_knows_its_worst_case() -> None:
    each = found()
    for name, measure in MEASURES.items():
        assert 0 <= measure(each, np.ones(each.publishers)) <= 3, name
