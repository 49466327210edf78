"""What a model says of one article, as arrays; the order of columns is that of `Label`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from service.classifier.results import Category, Label, Verdict

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One article as the model sees it.

    `sentences` has a row of calibrated probabilities for each labelled sentence, in their order; a
    row and `article` each add up to 1. `categories` holds None where the label is not overstated.
    """

    sentences: Floats
    labels: tuple[Label, ...]
    categories: tuple[Category | None, ...]
    article: Floats
    verdict: Verdict
    severity: int

    def __post_init__(self) -> None:
        """Refuse shapes that would be compared with the wrong sentence."""
        rows = len(self.labels)
        if self.sentences.shape != (rows, 3) or len(self.categories) != rows or self.article.shape != (3,):
            raise ValueError(
                f"{rows} labels, {len(self.categories)} categories, sentences {self.sentences.shape} "
                f"and article {self.article.shape} do not fit together",
            )
