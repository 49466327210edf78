from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from service.classifier.context import softmax
from training.tempering import BOUNDS, temper, tempered

NUMBER = 4000


def drawn(logits: np.ndarray) -> np.ndarray:
    chance = np.random.default_rng(1).uniform(size=(len(logits), 1))
    return np.asarray((softmax(logits).cumsum(axis=1) < chance).sum(axis=1))


LOGITS = np.random.default_rng(0).normal(0, 1.5, size=(NUMBER, 3))
CLASSES = drawn(LOGITS)


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.6])
def test_what_is_too_sure_or_not_sure_enough_is_put_right(factor: float) -> None:
    assert temper(softmax(LOGITS / factor), CLASSES, np.ones(NUMBER)) == pytest.approx(factor, rel=0.06)


def test_rows_count_by_their_weight_and_the_factor_stays_within_bounds() -> None:
    wrong = np.concatenate([CLASSES, (LOGITS.argmin(axis=1))])
    said = softmax(np.vstack([LOGITS, LOGITS]))
    light = np.concatenate([np.ones(NUMBER), np.full(NUMBER, 1e-9)])
    assert temper(said, wrong, light) == pytest.approx(1, rel=0.06)
    assert temper(said, wrong, 1 - light) == pytest.approx(BOUNDS[0], rel=0.01)


def test_a_pipeline_says_the_same_less_surely() -> None:
    inputs = LOGITS + 0.1
    model = make_pipeline(StandardScaler(), LogisticRegression(C=10.0)).fit(inputs, CLASSES)
    before = model.decision_function(inputs)
    said = softmax(before * 2)
    factor = temper(said, CLASSES, np.ones(NUMBER))
    assert factor < 0.7
    after = tempered(model, said, CLASSES, np.ones(NUMBER)).decision_function(inputs)
    assert np.allclose(after, before * factor)
