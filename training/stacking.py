"""Fitting one model on what another says of sentences that it had not seen."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import clone

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int_]

# A class that a corpus lacks has a column all the same: an empty example of it, this light, sees to it.
GHOST_WEIGHT = 1e-3
BLOCK = 16_384  # inputs whose features are held apart from the whole


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled rows: inputs (rows, n), a class and a weight for each, and the fold that holds each out."""

    inputs: Any
    classes: Ints
    number: int
    weight: Floats
    fold: Ints

    def fit(self, model: Any, chosen: npt.NDArray[np.bool_] | None = None) -> Any:  # noqa: ANN401 - scikit-learn has no types
        """Fit a clone on the chosen rows (all, unless told); it knows all classes, also those no row has."""
        rows = np.arange(len(self.classes)) if chosen is None else np.flatnonzero(chosen)
        missing = np.setdiff1d(np.arange(self.number), self.classes[rows])
        stack: Any = sparse.vstack if sparse.issparse(self.inputs) else np.vstack
        ghosts = np.zeros((len(missing), self.inputs.shape[1]))
        inputs = stack([self.inputs[rows], ghosts]) if len(missing) else self.inputs[rows]
        classes = np.concatenate([self.classes[rows], missing])
        weight = np.concatenate([self.weight[rows], np.full(len(missing), GHOST_WEIGHT)])
        fitted = clone(model)
        last = fitted.steps[-1][0] if hasattr(fitted, "steps") else None
        return fitted.fit(inputs, classes, **{f"{last}__sample_weight" if last else "sample_weight": weight})

    def out_of_fold(self, model: Any) -> Floats:  # noqa: ANN401 - scikit-learn has no types
        """Give the probabilities of each row, (rows, classes), by a model fitted on the other folds."""
        said = np.zeros((len(self.classes), self.number))
        for fold in np.unique(self.fold):
            held_out = self.fold == fold
            said[held_out] = self.fit(model, ~held_out).predict_proba(self.inputs[held_out])
        return said


def transformed(features: Any, inputs: Sequence[Any]) -> sparse.csr_matrix:  # noqa: ANN401 - scikit-learn has no types
    """Give what fitted features make of all inputs, without ever holding its parts beside the whole."""
    columns, values, ends = array("i"), array("d"), array("q", [0])
    width = 0
    for start in range(0, len(inputs), BLOCK):
        block = sparse.csr_matrix(features.transform(inputs[start : start + BLOCK]))
        columns.frombytes(block.indices.astype(np.intc).tobytes())
        values.frombytes(block.data.tobytes())
        before = ends[-1]
        ends.extend(before + end for end in block.indptr[1:].tolist())
        width = block.shape[1]
    return sparse.csr_matrix(
        (np.asarray(values), np.asarray(columns), np.asarray(ends)), shape=(len(inputs), width)
    )
