"""A fitted sentence model, of whose word vectors only what the weights make of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import FeatureUnion, Pipeline

from service.classifier import signs
from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures

if TYPE_CHECKING:
    import numpy.typing as npt
    from sklearn.linear_model import LogisticRegression


def narrowed(features: FeatureUnion, model: LogisticRegression) -> Pipeline:
    """Give a pipeline that says the same to three digits: its word vectors have one column a class.

    A model of more than a hundred dimensions so needs three. Vectors are kept in half precision and weights
    in single: the file is a third as large.
    """
    widths = [width(transformer) for _, transformer in features.transformer_list]
    transformers = []
    weights: list[npt.NDArray[np.float64]] = []
    blocks = np.split(model.coef_, np.cumsum(widths)[:-1], axis=1)
    for (name, transformer), block in zip(features.transformer_list, blocks, strict=True):
        if isinstance(transformer, MeaningFeatures):
            read = (transformer.vectors.astype(np.float64) @ block.T).astype(np.float16)
            transformers.append((name, _of(transformer, read)))
            weights.append(np.eye(len(block)))
        else:
            transformers.append((name, transformer))
            weights.append(block)
    kept: Any = clone(model)
    kept.classes_, kept.intercept_ = model.classes_, model.intercept_
    kept.coef_ = np.hstack(weights).astype(np.float32)
    kept.n_features_in_ = kept.coef_.shape[1]
    return Pipeline([("features", FeatureUnion(transformers)), ("label", kept)])


def width(transformer: object) -> int:
    """Give how many columns a transformer has. Raises TypeError for one that no sentence model has."""
    match transformer:
        case WordFeatures():
            return len(transformer.vocabulary_)
        case SignFeatures():
            return len(signs.NAMES)
        case MeaningFeatures():
            return int(transformer.vectors.shape[1])
    raise TypeError(f"no compiled form for {type(transformer).__name__}")


def _of(transformer: MeaningFeatures, vectors: npt.NDArray[np.float16]) -> MeaningFeatures:
    return MeaningFeatures(transformer.vocabulary, vectors, part=transformer.part, weight=transformer.weight)
