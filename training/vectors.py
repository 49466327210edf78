"""What words are like, from text without labels: positive pointwise mutual information, then SVD.

Levy, Goldberg and Dagan 2015: with context distribution smoothing of 0.75 and a window weighted by distance
this does as well as word2vec on corpora of this size, needs no further library, and is the same on every
run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from service.classifier.words import split
from training.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

WINDOW: Final = 5
SMOOTHING: Final = 0.75
FEWEST: Final = 8


@dataclass(frozen=True, slots=True)
class Vectors:
    """A row of `matrix` (words, dimensions) for each word of `vocabulary`, of length by its rarity."""

    vocabulary: dict[str, int]
    matrix: npt.NDArray[np.float32]


def learn_vectors(texts: Sequence[str], background: Sequence[str], *, dimensions: int) -> Vectors:
    """Learn vectors from folded texts and raw background; words in fewer than 8 places get none."""
    tokens = [split(text) for text in texts] + [split(prose_of(text)) for text in background]
    counts = Counter(word for words in tokens for word in words)
    vocabulary = {word: row for row, word in enumerate(sorted(w for w, n in counts.items() if n >= FEWEST))}
    if len(vocabulary) <= dimensions:
        return Vectors({}, np.zeros((0, 1), dtype=np.float32))
    information = _information(_beside(tokens, vocabulary))
    decomposition = TruncatedSVD(dimensions, random_state=0)
    matrix = decomposition.fit_transform(information) / np.sqrt(decomposition.singular_values_)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
    matrix *= np.log(len(tokens) / np.array([[counts[word]] for word in vocabulary])).clip(min=0)
    return Vectors(vocabulary, (matrix / matrix.std()).astype(np.float32))


def _beside(tokens: list[list[str]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Count how often words stand within the window of each other, nearer ones more."""
    words = np.array([vocabulary.get(word, -1) for each in tokens for word in each])
    text = np.repeat(np.arange(len(tokens)), [len(each) for each in tokens])
    together = sparse.csr_matrix((len(vocabulary), len(vocabulary)))
    for step in range(1, WINDOW + 1):
        first, second = words[:-step], words[step:]
        known = (first >= 0) & (second >= 0) & (text[:-step] == text[step:])
        weights = np.full(int(known.sum()), 1 / step)
        pairs = sparse.csr_matrix((weights, (first[known], second[known])), shape=together.shape)
        together = together + pairs + pairs.T
    return together


def _information(together: sparse.csr_matrix) -> sparse.csr_matrix:
    total = np.asarray(together.sum(axis=1)).ravel()
    smoothed = total**SMOOTHING
    entries = together.tocoo()
    expected = total[entries.row] * smoothed[entries.col] / smoothed.sum()
    information = np.log(entries.data / expected)
    kept = information > 0
    return sparse.csr_matrix(
        (information[kept], (entries.row[kept], entries.col[kept])), shape=together.shape
    )
