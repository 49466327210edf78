"""How sure a fitted model may be: one number, chosen on what it says of rows that it had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize_scalar

from service.classifier.context import softmax

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BOUNDS: Final = (0.3, 2.0)


def tempered(pipeline: Any, said: Floats, classes: npt.NDArray[np.int_], weight: Floats) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Multiply a fitted pipeline's logits by what gives the smallest log-loss; its likeliest class stays.

    `said` are out-of-fold probabilities of such a model, (rows, classes). Guo et al. 2017 (temperature).
    """
    factor = temper(said, classes, weight)
    pipeline[-1].coef_ *= factor
    pipeline[-1].intercept_ *= factor
    return pipeline


def temper(said: Floats, classes: npt.NDArray[np.int_], weight: Floats) -> float:
    """Give by what to multiply log-probabilities, within BOUNDS."""
    logs = np.log(np.clip(said, 1e-12, 1))
    rows = np.arange(len(classes))

    def loss(factor: float) -> float:
        return -float(weight @ np.log(np.clip(softmax(logs * factor)[rows, classes], 1e-300, 1)))

    return float(minimize_scalar(loss, bounds=BOUNDS, method="bounded").x)
