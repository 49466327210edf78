"""Fitting one model on what another says of sentences that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import clone

from training import logistic
from training.tall import Tall

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int_]

# A class that a corpus lacks has a column all the same: an empty example of it, this light, sees to it.
GHOST_WEIGHT = 1e-3


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled rows: inputs (rows, n), a class and a weight for each, and the fold that holds each out.

    Tall inputs are for a LogisticRegression alone. Of a pipeline the last step heeds weights, and where
    `scaled` is true so does the scaler before it: light rows that are many do not set the scale then.
    """

    inputs: Any
    classes: Ints
    number: int
    weight: Floats
    fold: Ints
    scaled: bool = False

    def fit(self, model: Any, chosen: npt.NDArray[np.bool_] | None = None) -> Any:  # noqa: ANN401 - scikit-learn has no types
        """Fit a clone on the chosen rows (all, unless told); it knows all classes, also those no row has."""
        rows = np.arange(len(self.classes)) if chosen is None else np.flatnonzero(chosen)
        missing = np.setdiff1d(np.arange(self.number), self.classes[rows])
        if isinstance(self.inputs, Tall):
            ghosts = np.where(np.isin(np.arange(self.number), missing), GHOST_WEIGHT, 0.0)
            weight = self.weight if chosen is None else np.where(chosen, self.weight, 0.0)
            return logistic.fit(model, self.inputs, self.classes, weight, ghosts)
        stack: Any = sparse.vstack if sparse.issparse(self.inputs) else np.vstack
        ghosts = np.zeros((len(missing), self.inputs.shape[1]))
        inputs = stack([self.inputs[rows], ghosts]) if len(missing) else self.inputs[rows]
        classes = np.concatenate([self.classes[rows], missing])
        weight = np.concatenate([self.weight[rows], np.full(len(missing), GHOST_WEIGHT)])
        fitted = clone(model)
        if not hasattr(fitted, "steps"):
            return fitted.fit(inputs, classes, sample_weight=weight)
        heeding = fitted.steps if self.scaled else fitted.steps[-1:]
        return fitted.fit(inputs, classes, **{f"{name}__sample_weight": weight for name, _ in heeding})

    def out_of_fold(
        self,
        model: Any,  # noqa: ANN401 - scikit-learn has no types
        *,
        among: npt.NDArray[np.bool_] | None = None,
        method: str = "predict_proba",
    ) -> Floats:
        """Give what the model says of each row, (rows, classes), fitted on the other folds' rows `among`."""
        said = np.zeros((len(self.classes), self.number))
        among = np.ones(len(self.classes), dtype=bool) if among is None else among
        for fold in np.unique(self.fold):
            held_out = self.fold == fold
            fitted = self.fit(model, among & ~held_out)
            said[held_out] = self.said(fitted, held_out, method=method)
        return said

    def said(
        self,
        fitted: Any,  # noqa: ANN401 - scikit-learn has no types
        chosen: npt.NDArray[np.bool_],
        *,
        method: str = "predict_proba",
    ) -> Floats:
        """Give what a fitted model says of the chosen rows, (chosen, classes)."""
        if isinstance(self.inputs, Tall):
            return logistic.said(fitted, method, self.inputs, chosen)
        return np.asarray(getattr(fitted, method)(self.inputs[chosen]))
