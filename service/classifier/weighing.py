"""What the words and signs of texts weigh, added up text by text: the part of scoring that reads text."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from service.classifier import flat, signs
from service.classifier.weights import Weighed
from service.classifier.words import share, split

try:
    from service.classifier import native
except ImportError:  # there was no compiler when Overclaim was installed
    native = None  # type: ignore[assignment]  # what a module becomes that is not there

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from service.classifier.weights import Weights

    Floats = npt.NDArray[np.float64]

# Raised when native.pyx changes together with what it is used by: a build from before is then left aside.
INTERFACE: Final = 2
BLOCK: Final = 2048  # texts whose signs are held at once: a bound on memory
ONCE: Final = np.ones((1, 1))


class Form(StrEnum):
    """How texts are weighed: with the compiled code of native.pyx, or in Python and numpy."""

    NATIVE = "native"
    PYTHON = "python"


def form() -> Form:
    """Say which form serves here: the native one wherever it was built. Both give the same sums."""
    built = native is not None and native.INTERFACE == INTERFACE and flat.fits()
    return Form.NATIVE if built else Form.PYTHON


def weigher(weights: Weights) -> Weigher | native.NativeWeigher:
    """Make a weigher of the form that serves here."""
    return native.NativeWeigher(weights) if form() is Form.NATIVE else Weigher(weights)


class Weigher:
    """Adds up in Python and numpy; a thing of values, which many threads may use."""

    def __init__(self, weights: Weights) -> None:
        """Index the terms."""
        self._weights = weights
        self._row = {term: row for row, term in enumerate(weights.terms)}

    def row(self, term: str) -> int | None:
        """Give a word's or pair's row of the weights, if it has one."""
        return self._row.get(term)

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """Add up each folded text; linear in its length."""
        split_up = [split(text) for text in texts]
        shares = np.array([share(words) for words in split_up])[:, None]
        rows = [self._known(words) for words in split_up]
        pairs = [self._known(map(" ".join, pairwise(words))) for words in split_up]
        weights = self._weights
        terms = _summed(rows, weights.term_weights) + _summed(pairs, weights.term_weights)
        return Weighed(terms * shares, _summed(rows, weights.word_weights) * shares, self._signs(texts))

    def _known(self, terms: Iterable[str]) -> list[int]:
        return [self._row[term] for term in terms if term in self._row]

    def _signs(self, texts: Sequence[str]) -> Floats:
        weights = self._weights.sign_weights
        projected = np.zeros((len(texts), weights.shape[1]))
        for start in range(0, len(texts), BLOCK):
            block = [signs.of(text) for text in texts[start : start + BLOCK]]
            values = np.fromiter(chain.from_iterable(held.values() for held in block), np.float64)
            projected[start : start + len(block)] = _summed([*map(list, block)], weights, values[:, None])
        return projected


def _summed(rows: Sequence[Sequence[int]], weights: npt.NDArray[Any], times: Floats = ONCE) -> Floats:
    """Add up the weights of each text's rows, each so many `times`, in double precision."""
    summed = np.zeros((len(rows), weights.shape[1]))
    counts = np.array([len(held) for held in rows])
    held = counts > 0
    if held.any():
        starts = (np.cumsum(counts) - counts)[held]
        flat = np.fromiter(chain.from_iterable(rows), np.intp, counts.sum())
        summed[held] = np.add.reduceat(weights[flat] * times, starts, axis=0, dtype=np.float64)
    return summed
