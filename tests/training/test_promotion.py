from __future__ import annotations

import math

import pytest

from tests.training.made import TwoWords, corpus
from training.evaluation import Judgement
from training.operating import ExpressionError
from training.outcomes import outcomes
from training.promotion import compare, judge, parse_gate
from training.resampling import estimate

ARTICLES = corpus(30)
NEW, OLD = TwoWords(wrong=1000).predict(ARTICLES), TwoWords(wrong=5).predict(ARTICLES)
MEASURES = estimate(outcomes(ARTICLES, NEW), resamples=10)
COMPARISON = compare(ARTICLES, new=NEW, old=OLD, old_model="old", resamples=50)


def test_what_flips_is_listed_by_place() -> None:
    articles = [flip for flip in COMPARISON.flips if flip.index is None]
    sentences = [flip for flip in COMPARISON.flips if flip.index is not None]
    assert [(flip.article, flip.label, flip.old, flip.new) for flip in articles] == [
        ("a4", "hedged", "neutral", "hedged"),
        ("a9", "overstated", "neutral", "overstated"),
        ("a19", "hedged", "neutral", "hedged"),
        ("a24", "overstated", "neutral", "overstated"),
    ]
    assert {(flip.article, flip.index) for flip in sentences} == {(flip.article, 0) for flip in articles}


def test_nothing_flips_between_a_model_and_itself() -> None:
    assert not compare(ARTICLES, new=NEW, old=NEW, old_model="same", resamples=2).flips


def test_a_gate_passes_refuses_and_reads_gains() -> None:
    gates = [
        parse_gate("article.accuracy >= 0.9"),
        parse_gate("article.ece <= 0.0001"),
        parse_gate("gain.article.accuracy >= 0.05"),
    ]
    assert [each.passed for each in judge(gates, MEASURES, COMPARISON)] == [True, False, True]


def test_a_gain_without_an_old_model_has_not_passed() -> None:
    [judgement] = judge([parse_gate("gain.article.accuracy >= -1")], MEASURES)
    assert isinstance(judgement, Judgement)
    assert math.isnan(judgement.value)
    assert not judgement.passed


@pytest.mark.parametrize("text", ["sentence.f1 >= 0.5", "gain.everything >= 0", "article.accuracy = 1"])
def test_a_gate_that_names_no_measure_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_gate(text)
