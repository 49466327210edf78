from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.stacking import Rows

MODEL = LogisticRegression(C=100.0, max_iter=500)


def rows(inputs: object, classes: np.ndarray, *, folds: int = 4, number: int = 3) -> Rows:
    return Rows(inputs, classes, number, np.ones(len(classes)), np.arange(len(classes)) % folds)


def test_a_row_that_gives_itself_away_gains_nothing_out_of_fold() -> None:
    classes = np.random.default_rng(0).integers(0, 3, 120)
    unique = rows(sparse.identity(120, format="csr"), classes)
    assert (unique.fit(MODEL).predict(unique.inputs) == classes).all()
    said = unique.out_of_fold(MODEL)
    for fold in range(4):
        assert np.ptp(said[unique.fold == fold], axis=0).max() < 1e-9


def test_every_row_is_predicted_by_what_was_fitted_on_the_other_folds() -> None:
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 3, 90)
    found = rows(rng.normal(size=(90, 5)), classes)
    said = found.out_of_fold(MODEL)
    for fold in range(4):
        expected = found.fit(MODEL, found.fold != fold).predict_proba(found.inputs[found.fold == fold])
        assert np.allclose(said[found.fold == fold], expected)
    assert np.allclose(said.sum(axis=1), 1)


def test_only_the_chosen_rows_are_learned_from_and_all_are_predicted() -> None:
    rng = np.random.default_rng(2)
    inputs, classes = rng.normal(size=(80, 4)), rng.integers(0, 3, 80)
    among = np.arange(80) < 40
    spoilt = np.where(among, classes, 0)
    said = rows(inputs, classes).out_of_fold(MODEL, among=among)
    assert np.allclose(said, rows(inputs, spoilt).out_of_fold(MODEL, among=among))
    assert (said.sum(axis=1) > 0.999).all()


@pytest.mark.parametrize("form", [sparse.csr_matrix, np.asarray])
def test_a_class_that_no_row_has_gets_a_column_and_next_to_no_probability(form: type) -> None:
    rng = np.random.default_rng(3)
    inputs, classes = form(rng.normal(size=(60, 4))), rng.integers(0, 2, 60)
    fitted = rows(inputs, classes, number=4).fit(LogisticRegression())
    assert fitted.classes_.tolist() == [0, 1, 2, 3]
    assert fitted.predict_proba(inputs)[:, 2:].max() < 0.05


def test_weights_reach_the_last_step_of_a_pipeline() -> None:
    rng = np.random.default_rng(4)
    inputs, classes = rng.normal(size=(60, 2)), np.arange(60) % 3
    found = rows(inputs, classes)
    heavy = Rows(inputs, classes, 3, np.where(classes == 1, 50.0, 1.0), found.fold)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    assert heavy.fit(model).predict_proba(inputs)[:, 1].mean() > 0.8
    assert found.fit(model).predict_proba(inputs)[:, 1].mean() < 0.4


def test_weights_reach_the_scaler_where_they_are_to() -> None:
    rng = np.random.default_rng(5)
    inputs = np.vstack([rng.normal(size=(60, 2)), rng.normal(100, 50, size=(600, 2))])
    classes, weight = np.arange(660) % 3, np.where(np.arange(660) < 60, 1.0, 1e-9)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    plain = Rows(inputs, classes, 3, weight, np.arange(660) % 4)
    scaled = Rows(inputs, classes, 3, weight, plain.fold, scaled=True)
    assert abs(plain.fit(model)[0].mean_[0]) > 50
    assert abs(scaled.fit(model)[0].mean_[0]) < 1


def test_the_model_that_is_given_stays_unfitted() -> None:
    model = LogisticRegression()
    rows(np.ones((6, 1)), np.arange(6) % 3, folds=2).fit(model)
    assert not hasattr(model, "coef_")
