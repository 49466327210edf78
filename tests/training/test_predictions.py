from __future__ import annotations

import numpy as np
import pytest

from service.classifier.results import Label, Verdict
from training.predictions import Prediction


def test_arrays_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1 labels, 1 categories, sentences \\(2, 3\\)"):
        Prediction(np.ones((2, 3)), (Label.HEDGED,), (None,), np.ones(3), Verdict.HEDGED, 0)
