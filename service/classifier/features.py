"""Sentences as numbers: the scikit-learn transformers. Artifacts name these classes, so they never move.

What a word adds is added up over words and divided by the square root of their number, so that the
served form can keep one row of weights a word (`compiled.py` reads the very same functions).
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from service.classifier import signs
from service.classifier.context import mean_of_others
from service.classifier.words import share, split, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from service.classifier.passages import Passage

Part: TypeAlias = Literal["text", "previous", "heading"]
Whose: TypeAlias = Literal["text", "page"]


class WordFeatures(TransformerMixin, BaseEstimator):
    """Words, and with `pairs` word pairs, of the sentence: count x idf x `weight` / sqrt(number of words).

    Terms in fewer than `min_df` passages are left out. Attributes: `vocabulary_` (term to column),
    `idf_` (by column, smoothed as in scikit-learn's TfidfTransformer).
    """

    def __init__(self, *, min_df: int = 2, pairs: bool = True, weight: float = 1.0) -> None:
        self.min_df = min_df
        self.pairs = pairs
        self.weight = weight

    def fit(self, X: Sequence[Passage], y: object = None) -> Self:
        """Learn the vocabulary, in alphabetical order, and how rare each term is."""
        del y
        holders = Counter(term for passage in X for term in set(self._terms(passage.text)))
        kept = sorted(term for term, number in holders.items() if number >= self.min_df)
        self.vocabulary_ = {term: column for column, term in enumerate(kept)}
        rarity = [math.log((1 + len(X)) / (1 + holders[term])) + 1 for term in kept]
        self.idf_ = np.asarray(rarity, dtype=np.float64)
        return self

    def transform(self, X: Sequence[Passage]) -> sparse.csr_matrix:
        """Give a sparse matrix of (passages, terms)."""
        return _matrix((self._row(passage.text) for passage in X), width=len(self.vocabulary_))

    def _terms(self, prose: str) -> list[str]:
        words = split(prose)
        return terms(words) if self.pairs else words

    def _row(self, prose: str) -> dict[int, float]:
        known = self.vocabulary_
        columns = Counter(known[term] for term in self._terms(prose) if term in known)
        scale = self.weight * share(split(prose))
        return {column: count * scale * self.idf_[column] for column, count in columns.items()}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "vocabulary_")


class SignFeatures(TransformerMixin, BaseEstimator):
    """The signs of one part of the passage, each times `weight`; columns are `signs.NAMES`."""

    def __init__(self, part: Part = "text", *, weight: float = 1.0) -> None:
        self.part = part
        self.weight = weight

    def fit(self, X: Sequence[Passage], y: object = None) -> Self:
        """Learn nothing: the names are fixed by this version."""
        del X, y
        return self

    def transform(self, X: Sequence[Passage]) -> sparse.csr_matrix:
        """Give a sparse matrix of (passages, signs)."""
        rows = (
            {column: value * self.weight for column, value in signs.of(getattr(passage, self.part)).items()}
            for passage in X
        )
        return _matrix(rows, width=len(signs.NAMES))

    def __sklearn_is_fitted__(self) -> bool:
        return True


class MeaningFeatures(TransformerMixin, BaseEstimator):
    """The sum of the words' vectors x `weight` / sqrt(number of words): what words unseen in labels are like.

    That of the sentence (`part` is "text"), or the mean of those of its page's other sentences ("page"),
    which tells what the page is about. `vocabulary` leads a word to its row of `vectors`, of shape (words,
    dimensions); both are learned beforehand, from text without labels.
    """

    def __init__(
        self,
        vocabulary: dict[str, int],
        vectors: npt.NDArray[np.float32] | npt.NDArray[np.float16],
        *,
        part: Whose = "text",
        weight: float = 1.0,
    ) -> None:
        self.vocabulary = vocabulary
        self.vectors = vectors
        self.part = part
        self.weight = weight

    def fit(self, X: Sequence[Passage], y: object = None) -> Self:
        """Learn nothing: the vectors are given."""
        del X, y
        return self

    def transform(self, X: Sequence[Passage]) -> sparse.csr_matrix:
        """Give a matrix of (passages, dimensions)."""
        if self.part == "text":
            return sparse.csr_matrix(self._of([passage.text for passage in X]))
        pages = {id(passage.page): passage.page for passage in X}  # one and the same for all its sentences
        means = {key: mean_of_others(self._of(page)) for key, page in pages.items() if page}
        nothing = np.zeros(self.vectors.shape[1])
        return sparse.csr_matrix([means[id(each.page)][each.place] if each.page else nothing for each in X])

    def _of(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        counts = _matrix((self._row(split(text)) for text in texts), width=len(self.vocabulary))
        return np.asarray(counts @ self.vectors.astype(np.float64))

    def _row(self, words: Sequence[str]) -> dict[int, float]:
        known = self.vocabulary
        rows = Counter(known[word] for word in words if word in known)
        scale = self.weight * share(words)
        return {row: count * scale for row, count in rows.items()}

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _matrix(rows: Iterable[dict[int, float]], *, width: int) -> sparse.csr_matrix:
    # Arrays, for a large corpus has hundreds of millions of values: in a list, each would take 32 bytes.
    columns, values, ends = array("i"), array("d"), array("q", [0])
    for row in rows:
        for column in sorted(row):
            columns.append(column)
            values.append(row[column])
        ends.append(len(columns))
    return sparse.csr_matrix(
        (np.asarray(values), np.asarray(columns), np.asarray(ends)),
        shape=(len(ends) - 1, width),
        dtype=np.float64,
    )
