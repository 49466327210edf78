"""What every peer serves: sentences cut as Overclaim cuts them, scored by the scikit-learn pipeline."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import joblib

from service.classifier.text.document import read
from service.classifier.text.markup import Format

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# scikit-learn warns at each call from a thread of another server; peers shall not pay for its writing.
warnings.filterwarnings("ignore", module="sklearn")
PIPELINE = joblib.load(Path(__file__).parents[3] / "service/bundled/pipeline.joblib")


def score(body: str) -> npt.NDArray[np.float64]:
    """Give the probabilities of an article's sentences, (sentences, 3)."""
    prose = [sentence.prose for sentence in read(body, Format.PLAIN).sentences]
    probabilities: npt.NDArray[np.float64] = PIPELINE.predict(prose).sentences
    return probabilities
