"""Multinomial logistic regression of a tall matrix: scikit-learn's own loss and solver, block by block.

scikit-learn takes one matrix of one kind, which would have to be made of the blocks, and a second one of the
rows that are fitted on. Here rows that are left out have no weight. Equal to `LogisticRegression.fit` but for
the single precision of the features (`tests/training/test_logistic.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize
from sklearn.base import clone
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    import numpy.typing as npt

    from training.tall import Tall

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int_]

LINE_SEARCHES: Final = 50
SMALLEST_GAIN: Final = 64 * np.finfo(float).eps


def fit(model: Any, inputs: Tall, classes: Ints, weight: Floats, ghosts: Floats) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Fit a clone of a LogisticRegression on the rows that have weight.

    `ghosts` gives each class the weight of an empty example of it, (classes,).
    """
    number = len(ghosts)
    strength = 1 / (model.C * (weight.sum() + ghosts.sum()))
    shape = (inputs.shape[1] + 1, number)
    # Products of three columns are too small for threads: they would wait for one another most of the time.
    with threadpool_limits(1):
        found = minimize(
            _loss,
            np.zeros(shape[0] * number),
            (inputs, classes, weight, ghosts, strength),
            method="L-BFGS-B",
            jac=True,
            options={
                "maxiter": model.max_iter,
                "maxls": LINE_SEARCHES,
                "gtol": model.tol,
                "ftol": SMALLEST_GAIN,
            },
        )
    weights = found.x.reshape(shape)
    fitted: Any = clone(model)
    fitted.classes_ = np.arange(number)
    fitted.coef_, fitted.intercept_ = np.ascontiguousarray(weights[:-1].T), weights[-1].copy()
    fitted.n_features_in_ = inputs.shape[1]
    fitted.n_iter_ = np.array([found.nit], dtype=np.int32)
    return fitted


def said(model: Any, method: str, inputs: Tall, chosen: npt.NDArray[np.bool_]) -> Floats:  # noqa: ANN401 - as above
    """Give what a fitted model's `decision_function` or `predict_proba` says of the chosen rows."""
    logits = inputs.times(model.coef_.T, chosen) + model.intercept_
    return logits if method == "decision_function" else _softmax(logits)[0]


def _loss(
    flat: Floats, inputs: Tall, classes: Ints, weight: Floats, ghosts: Floats, strength: float
) -> tuple[float, Floats]:
    """Give the mean loss with its penalty, and its gradient."""
    weights = flat.reshape(-1, len(ghosts))
    gradient = np.zeros_like(weights)
    empty = np.broadcast_to(weights[-1], (len(ghosts), len(ghosts)))
    pull, loss = _pull(empty, np.arange(len(ghosts)), ghosts)
    gradient[-1] = pull.sum(axis=0)
    for rows, parts in inputs.doubled(weight > 0):
        logits = sum(part.values @ weights[part.columns()] for part in parts) + weights[-1]
        pull, lost = _pull(logits, classes[rows], weight[rows])
        loss += lost
        for part in parts:
            gradient[part.columns()] += part.values.T @ pull
        gradient[-1] += pull.sum(axis=0)
    total = weight.sum() + ghosts.sum()
    gradient /= total
    gradient[:-1] += strength * weights[:-1]
    return loss / total + strength / 2 * float(np.vdot(weights[:-1], weights[:-1])), gradient.ravel()


def _pull(logits: Floats, classes: Ints, weight: Floats) -> tuple[Floats, float]:
    """Give the gradient by the logits of the rows' weighted losses, and the sum of those."""
    probabilities, logs = _softmax(logits)
    places = np.arange(len(classes))
    lost = float(weight @ (logs - logits[places, classes]))
    probabilities[places, classes] -= 1
    probabilities *= weight[:, None]
    return probabilities, lost


def _softmax(logits: Floats) -> tuple[Floats, Floats]:
    """Give probabilities, and the logarithm of what each row of exponentials adds up to, (rows,)."""
    highest = logits.max(axis=1, keepdims=True)
    raised = np.exp(logits - highest)
    total = raised.sum(axis=1, keepdims=True)
    return raised / total, (np.log(total) + highest)[:, 0]
