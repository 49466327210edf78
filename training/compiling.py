"""From the fitted scikit-learn pipeline to the flat tables that the service serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from service.classifier import signs
from service.classifier.compiled import LABELS, Linear, Tables
from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures

if TYPE_CHECKING:
    import numpy.typing as npt
    from sklearn.pipeline import Pipeline

    from service.classifier.pipeline import ArticlePipeline

    Floats = npt.NDArray[np.float64]


def compiled(pipeline: ArticlePipeline) -> Tables:
    """Fold every scale into its weights, and what a word adds by itself and by its meaning into one row."""
    sentence, category = _blocks(pipeline.sentence), _blocks(pipeline.category)
    (words, own), before, above = sentence["word"], sentence["previous"], sentence["heading"]
    meaning, like = sentence["meaning"]
    by_term = {
        term: own[column] * words.idf_[column] * words.weight for term, column in words.vocabulary_.items()
    }
    vectors = meaning.vectors.astype(np.float64) @ like * meaning.weight
    for word, row in meaning.vocabulary.items():
        by_term[word] = by_term.get(word, 0.0) + vectors[row]
    kinds, kind = category["word"]
    by_word = {
        term: kind[column] * kinds.idf_[column] * kinds.weight for term, column in kinds.vocabulary_.items()
    }
    alone = sorted({term for term in by_term if " " not in term} | by_word.keys())
    terms = [*alone, *sorted(term for term in by_term if " " in term)]
    nothing, no_kind = np.zeros(LABELS), np.zeros(kind.shape[1])
    return Tables(
        terms=tuple(terms),
        term_weights=np.array([by_term.get(term, nothing) for term in terms], dtype=np.float32),
        word_categories=np.array([by_word.get(word, no_kind) for word in alone], dtype=np.float32),
        sign_weights=np.hstack([_signs(sentence["text"]), _signs(before), _signs(above)]),
        sign_categories=np.hstack([_signs(category["text"]), _signs(category["heading"])]),
        intercept=pipeline.sentence[-1].intercept_,
        category_intercept=pipeline.category[-1].intercept_,
        surroundings=_linear(pipeline.surroundings),
        verdict=_linear(pipeline.verdict),
        severity=_linear(pipeline.severity),
    )


def _blocks(pipeline: Pipeline) -> dict[str, tuple[Any, Floats]]:
    """Give each transformer with its rows of the coefficients, (columns, classes)."""
    coefficients = pipeline[-1].coef_.T
    blocks = {}
    start = 0
    for _, transformer in pipeline[0].transformer_list:
        name, width = _named(transformer)
        blocks[name] = (transformer, coefficients[start : start + width])
        start += width
    return blocks


def _named(transformer: object) -> tuple[str, int]:
    match transformer:
        case WordFeatures():
            return "word", len(transformer.vocabulary_)
        case SignFeatures():
            return transformer.part, len(signs.NAMES)
        case MeaningFeatures():
            return "meaning", transformer.vectors.shape[1]
    raise TypeError(f"no compiled form for {type(transformer).__name__}")


def _signs(block: tuple[SignFeatures, Floats]) -> Floats:
    transformer, coefficients = block
    return coefficients * transformer.weight


def _linear(pipeline: Pipeline) -> Linear:
    scaler, model = pipeline
    weights = model.coef_.T / scaler.scale_[:, None]
    return Linear(weights, model.intercept_ - scaler.mean_ @ weights)
