from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from training.stacking import GHOST_WEIGHT, Rows
from training.tall import Part, Tall

ROWS, WORDS, DENSE = 900, 40, 5


def made(*, classes: int = 3, blocks: int = 4) -> tuple[Tall, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    full = chance.normal(size=(ROWS, WORDS)) * (chance.uniform(size=(ROWS, WORDS)) < 0.1)
    few = sparse.csr_matrix(full.astype(np.float32))
    dense = chance.normal(size=(ROWS, DENSE)).astype(np.float32)
    inputs = np.hstack([few.toarray(), dense]).astype(np.float64)
    logits = inputs @ chance.normal(size=(WORDS + DENSE, classes)) + chance.normal(size=(ROWS, classes))
    cuts = [*range(0, ROWS, ROWS // blocks), ROWS]
    parts = [[Part(0, few[start:end]), Part(WORDS, dense[start:end])] for start, end in pairwise(cuts)]
    return Tall(parts, WORDS + DENSE), inputs, logits.argmax(axis=1)


def rows(inputs: Tall | np.ndarray, classes: np.ndarray, *, number: int = 3) -> Rows:
    weight = np.random.default_rng(2).uniform(0.1, 2, len(classes))
    return Rows(inputs, classes, number, weight, np.arange(len(classes)) % 3)


@pytest.mark.parametrize("strength", [0.005, 0.3, 30.0])
def test_it_is_what_scikit_learn_fits(strength: float) -> None:
    tall, inputs, classes = made()
    model = LogisticRegression(C=strength, max_iter=300)
    found, expected = rows(tall, classes).fit(model), rows(inputs, classes).fit(model)
    assert found.n_iter_ == expected.n_iter_
    assert np.abs(found.coef_ - expected.coef_).max() < 1e-6
    assert np.abs(found.intercept_ - expected.intercept_).max() < 1e-6
    assert np.abs(found.predict_proba(inputs) - expected.predict_proba(inputs)).max() < 1e-6
    assert (found.predict(inputs) == expected.predict(inputs)).all()
    assert not hasattr(model, "coef_")


def test_rows_that_are_left_out_teach_nothing() -> None:
    tall, inputs, classes = made()
    chosen = np.arange(ROWS) < ROWS // 2
    model = LogisticRegression(C=0.3)
    found = rows(tall, np.where(chosen, classes, 0)).fit(model, chosen)
    expected = rows(inputs, classes).fit(model, chosen)
    assert np.abs(found.coef_ - expected.coef_).max() < 1e-6


def test_a_class_that_no_chosen_row_has_gets_a_column_as_it_does_from_scikit_learn() -> None:
    tall, inputs, classes = made()
    chosen = classes != 1
    model = LogisticRegression(C=0.3)
    found = rows(tall, classes, number=5).fit(model, chosen)
    expected = rows(inputs, classes, number=5).fit(model, chosen)
    assert found.classes_.tolist() == [0, 1, 2, 3, 4]
    assert np.abs(found.predict_proba(inputs) - expected.predict_proba(inputs)).max() < 1e-6
    assert found.predict_proba(inputs)[:, [1, 3, 4]].max() < 20 * GHOST_WEIGHT


@pytest.mark.parametrize("method", ["predict_proba", "decision_function"])
def test_what_is_said_of_rows_is_what_scikit_learn_says(method: str) -> None:
    tall, inputs, classes = made()
    found = rows(tall, classes)
    fitted = found.fit(LogisticRegression())
    chosen = np.arange(ROWS) % 7 == 0
    expected = getattr(fitted, method)(inputs[chosen])
    assert np.abs(found.said(fitted, chosen, method=method) - expected).max() < 1e-6


def test_out_of_fold_it_says_what_scikit_learn_says() -> None:
    tall, inputs, classes = made()
    model = LogisticRegression(C=0.3)
    among = np.arange(ROWS) % 2 == 0
    found = rows(tall, classes).out_of_fold(model, among=among)
    assert np.abs(found - rows(inputs, classes).out_of_fold(model, among=among)).max() < 1e-6
