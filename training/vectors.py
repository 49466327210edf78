"""What words are like, from text without labels: positive pointwise mutual information, then SVD.

Levy, Goldberg and Dagan 2015: with context distribution smoothing of 0.75 and a window weighted by distance
this does as well as word2vec on corpora of this size, needs no further library, and is the same on every
run.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from service.classifier.words import split
from training.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Ints = npt.NDArray[np.integer]

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
    numbers, lengths, words = _numbered(chain(texts, map(prose_of, background)))
    counts = np.bincount(words, minlength=len(numbers))
    kept = sorted(word for word, number in numbers.items() if counts[number] >= FEWEST)
    vocabulary = {word: row for row, word in enumerate(kept)}
    if len(vocabulary) <= dimensions:
        return Vectors({}, np.zeros((0, 1), dtype=np.float32))
    often = counts[[numbers[word] for word in kept]]
    row_of = np.full(len(numbers), -1)
    row_of[[numbers[word] for word in kept]] = np.arange(len(kept))
    information = _information(_beside(row_of[words], lengths, len(vocabulary)))
    decomposition = TruncatedSVD(dimensions, random_state=0)
    matrix = decomposition.fit_transform(information) / np.sqrt(decomposition.singular_values_)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
    matrix *= np.log(len(lengths) / often[:, None]).clip(min=0)
    return Vectors(vocabulary, (matrix / matrix.std()).astype(np.float32))


def _numbered(texts: Iterable[str]) -> tuple[dict[str, int], Ints, Ints]:
    """Number words as they come; give the numbers, each text's length in words, and all texts in a row."""
    numbers: dict[str, int] = {}
    words, lengths = array("i"), array("i")
    for text in texts:
        found = split(text)
        words.extend(numbers.setdefault(word, len(numbers)) for word in found)
        lengths.append(len(found))
    return numbers, np.asarray(lengths), np.asarray(words)


def _beside(words: Ints, lengths: Ints, number: int) -> sparse.csr_matrix:
    """Count how often words stand within the window of each other, nearer ones more; -1 is no word."""
    text = np.repeat(np.arange(len(lengths)), lengths)
    together = sparse.csr_matrix((number, number))
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
