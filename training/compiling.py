"""From the fitted scikit-learn pipeline to the flat tables that the service serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from service.classifier.compiled import LABELS, Linear, Tables
from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from training.narrowing import width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from sklearn.pipeline import Pipeline

    from service.classifier.pipeline import ArticlePipeline

    Floats = npt.NDArray[np.float64]


def compiled(pipeline: ArticlePipeline) -> Tables:
    """Fold every scale into its weights, and what a word adds by itself and by its meaning into one row."""
    models = [_sentence(each) for each in (pipeline.sentence, pipeline.alone)]
    category = _blocks(pipeline.category)
    kinds, kind = category["word"]
    by_word = {
        term: kind[column] * kinds.idf_[column] * kinds.weight for term, column in kinds.vocabulary_.items()
    }
    known = {term for each in models for term in each.terms}
    alone = sorted({term for term in known if " " not in term} | by_word.keys())
    terms = [*alone, *sorted(term for term in known if " " in term)]
    return Tables(
        terms=tuple(terms),
        term_weights=np.hstack([_rows(each.terms, terms, LABELS) for each in models]),
        word_categories=_rows(by_word, alone, kind.shape[1]),
        word_page=np.hstack([_rows(each.page, alone, LABELS) for each in models]),
        sign_weights=np.hstack([each.signs for each in models]),
        sign_categories=np.hstack([_signs(category["text"]), _signs(category["heading"])]),
        intercept=np.vstack([each.intercept for each in models]),
        category_intercept=pipeline.category[-1].intercept_,
        surroundings=_linear(pipeline.surroundings),
        verdict=_linear(pipeline.verdict),
        severity=_linear(pipeline.severity),
    )


class _Sentence(NamedTuple):
    """What terms, and words of the page's other sentences, add to the logits; signs (signs, 3 x 3)."""

    terms: dict[str, Floats]
    page: dict[str, Floats]
    signs: Floats
    intercept: Floats


def _sentence(pipeline: Pipeline) -> _Sentence:
    blocks = _blocks(pipeline)
    words, own = blocks["word"]
    terms = {
        term: own[column] * words.idf_[column] * words.weight for term, column in words.vocabulary_.items()
    }
    for word, added in _by_meaning(blocks["meaning of text"]).items():
        terms[word] = terms.get(word, 0.0) + added
    return _Sentence(
        terms,
        _by_meaning(blocks["meaning of page"]),
        np.hstack([_signs(blocks[part]) for part in ("text", "previous", "heading")]),
        pipeline[-1].intercept_,
    )


def _by_meaning(block: tuple[MeaningFeatures, Floats]) -> dict[str, Floats]:
    meaning, coefficients = block
    added = meaning.vectors.astype(np.float64) @ coefficients * meaning.weight
    return {word: added[row] for word, row in meaning.vocabulary.items()}


def _rows(known: Mapping[str, Floats], terms: Sequence[str], columns: int) -> npt.NDArray[np.float32]:
    nothing = np.zeros(columns)
    return np.array([known.get(term, nothing) for term in terms], dtype=np.float32).reshape(-1, columns)


def _blocks(pipeline: Pipeline) -> dict[str, tuple[Any, Floats]]:
    """Give each transformer with its rows of the coefficients, (columns, classes)."""
    coefficients = pipeline[-1].coef_.T.astype(np.float64)
    blocks = {}
    start = 0
    for _, transformer in pipeline[0].transformer_list:
        end = start + width(transformer)
        blocks[_named(transformer)] = (transformer, coefficients[start:end])
        start = end
    return blocks


def _named(transformer: WordFeatures | SignFeatures | MeaningFeatures) -> str:
    match transformer:
        case WordFeatures():
            return "word"
        case SignFeatures():
            return transformer.part
        case MeaningFeatures():
            return f"meaning of {transformer.part}"


def _signs(block: tuple[SignFeatures, Floats]) -> Floats:
    transformer, coefficients = block
    return coefficients * transformer.weight


def _linear(pipeline: Pipeline) -> Linear:
    scaler, model = pipeline
    weights = model.coef_.T / scaler.scale_[:, None]
    return Linear(weights, model.intercept_ - scaler.mean_ @ weights)
