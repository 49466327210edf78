from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from service.classifier.passages import passages
from training.narrowing import narrowed, width

READ = passages(["Stem cells heal the knee.", "They may help.", "The fee is due.", "Cells heal."])
VOCABULARY = {word: row for row, word in enumerate(("stem", "cells", "heal", "knee", "fee"))}
VECTORS = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)


def test_a_narrowed_model_says_the_same_to_three_digits_with_a_column_a_class() -> None:
    features = make_union(
        WordFeatures(min_df=1),
        SignFeatures("heading"),
        MeaningFeatures(VOCABULARY, VECTORS, weight=0.3),
        MeaningFeatures(VOCABULARY, VECTORS, part="page"),
    )
    model = LogisticRegression().fit(features.fit(READ).transform(READ), [0, 1, 2, 0])
    found = narrowed(features, model)
    expected = model.decision_function(features.transform(READ))
    assert np.abs(found.decision_function(READ) - expected).max() < 1e-2
    assert [each.vectors.shape for _, each in found[0].transformer_list[2:]] == [(5, 3), (5, 3)]
    assert VECTORS.shape == (5, 7)


def test_a_transformer_that_no_sentence_model_has_is_named() -> None:
    with pytest.raises(TypeError, match="no compiled form for dict"):
        width({})
