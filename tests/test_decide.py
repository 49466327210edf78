from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier.decide import SEVERITIES, Biases, Decided, decide
from service.classifier.probabilities import Probabilities
from service.classifier.results import Category, Label, Verdict

NONE = Biases(np.zeros(3), np.zeros(3))


def shares(number: int) -> st.SearchStrategy[list[float]]:
    weights = st.lists(st.floats(0, 1), min_size=number, max_size=number)
    return weights.map(lambda each: [weight / (sum(each) or 1) for weight in each])


@st.composite
def found(draw: st.DrawFn) -> Probabilities:
    number = draw(st.integers(1, 5))
    return Probabilities(
        np.array([draw(shares(3)) for _ in range(number)]),
        np.array([draw(shares(10)) for _ in range(number)]),
        np.array(draw(shares(3))),
        np.array(draw(shares(4))),
    )


biases = st.lists(st.floats(-2, 2), min_size=3, max_size=3).map(np.array)


def one(*, sentence: list[float], verdict: list[float], severity: list[float], by: Biases = NONE) -> Decided:
    kinds = np.eye(10)[[list(Category).index(Category.SAFETY)]]
    return decide(Probabilities(np.array([sentence]), kinds, np.array(verdict), np.array(severity)), by)


@given(found(), biases)
@settings(max_examples=300, deadline=None)
def test_whatever_the_probabilities_what_is_said_fits_together(
    probabilities: Probabilities, label: np.ndarray
) -> None:
    decided = decide(probabilities, Biases(label, label))
    assert len(decided.labels) == len(decided.categories) == len(probabilities.sentences)
    for each, category in zip(decided.labels, decided.categories, strict=True):
        assert (category is not None) == (each is Label.OVERSTATED)
    assert decided.severity in SEVERITIES[decided.verdict]
    assert decided.verdict is not Verdict.UNDETERMINED


def test_an_overstated_article_is_at_least_loosely_worded_and_a_neutral_one_is_not() -> None:
    sentence, severity = [0.2, 0.2, 0.6], [0.9, 0.0, 0.04, 0.06]
    assert one(sentence=sentence, verdict=[0.8, 0.1, 0.1], severity=severity).severity == 3
    assert one(sentence=sentence, verdict=[0.1, 0.8, 0.1], severity=severity).severity == 0
    assert one(verdict=[0.1, 0.1, 0.8], sentence=[0.2, 0.2, 0.6], severity=[0, 0, 0, 1]).severity == 0


def test_a_bias_serves_the_label_that_is_called_too_seldom() -> None:
    sentence, verdict, severity = [0.4, 0.1, 0.5], [0.1, 0.4, 0.5], [1.0, 0, 0, 0]
    plain = one(sentence=sentence, verdict=verdict, severity=severity)
    assert (plain.labels, plain.verdict) == ((Label.NEUTRAL,), Verdict.NEUTRAL)
    by = Biases(np.array([0.5, 0, 0]), np.array([0.5, 0, 0]))
    served = one(sentence=sentence, verdict=verdict, severity=severity, by=by)
    assert (served.labels, served.verdict) == ((Label.OVERSTATED,), Verdict.NEUTRAL)
    assert served.categories == (Category.SAFETY,)


def test_a_bias_makes_nothing_of_what_is_impossible() -> None:
    certain = one(
        sentence=[0, 0, 1], verdict=[0, 0, 1], severity=[1.0, 0, 0, 0], by=Biases(*np.full((2, 3), 1.0))
    )
    assert certain.labels == (Label.NEUTRAL,)


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.UNDETERMINED])
def test_every_verdict_has_a_severity(verdict: Verdict) -> None:
    assert len(SEVERITIES[verdict]) > 0
