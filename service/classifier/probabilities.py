"""What a model says of one article, as arrays: what scikit-learn's form and the served one both give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.classifier import context

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

EVEN: Final = 1 / 3


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities; each row adds up to 1.

    `sentences` (sentences, 3) in the order of `Label`, `categories` (sentences, 10) in that of `Category`,
    `verdict` (3,) in the order of `Label`, `severity` (4,).
    """

    sentences: Floats
    categories: Floats
    verdict: Floats
    severity: Floats


def title_score(title: str, logits: Floats) -> float:
    """Give the title's first probability of `overstated`, from its logits (1, 3); a third without a title."""
    return float(context.softmax(logits)[0, 0]) if title.strip() else EVEN
