"""Features of very many sentences: in blocks, in single precision, none of them ever copied as a whole.

Where most of a transformer's values are 0 they are sparse, and dense where they are not: a word vector takes
four bytes a column so, and twelve in one sparse matrix of doubles.
"""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from training.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Chosen = npt.NDArray[np.bool_]

BLOCK = 32_768  # rows; what is worked on in double precision at once
FULL = 0.5  # of a part's values that are not 0: from here on it is smaller dense


class Part(NamedTuple):
    """Some columns of a block, from `first` on: `values` is sparse or dense, (rows, n)."""

    first: int
    values: Any

    def columns(self) -> slice:
        """Give where these columns stand among all."""
        return slice(self.first, self.first + self.values.shape[1])


class Tall:
    """A matrix of (rows, columns) in blocks of rows, each of parts side by side, which may differ."""

    def __init__(self, blocks: Sequence[Sequence[Part]], width: int) -> None:
        self.blocks = blocks
        self.shape = (sum(parts[0].values.shape[0] for parts in blocks), width)

    def over(self, *others: Tall) -> Tall:
        """Give this with the rows of others below; nothing is copied."""
        blocks = [parts for tall in (self, *others) for parts in tall.blocks]
        return Tall(blocks, self.shape[1])

    def doubled(self, chosen: Chosen) -> Iterator[tuple[slice, list[Part]]]:
        """Give the rows and parts, in double precision, of each block that holds a chosen row.

        What is given is overwritten by the next block.
        """
        start, rooms = 0, self._rooms()
        for parts in self.blocks:
            rows = slice(start, start := start + parts[0].values.shape[0])
            if chosen[rows].any():
                yield rows, [_doubled(part, room) for part, room in zip(parts, rooms, strict=False)]

    def _rooms(self) -> list[Floats]:
        """Give room for the largest of each part: fresh memory a block would cost more than the sums."""
        sizes = ([_numbers(part.values).size for part in parts] for parts in self.blocks)
        return [np.empty(max(each)) for each in zip_longest(*sizes, fillvalue=0)]

    def times(self, weights: Floats, chosen: Chosen) -> Floats:
        """Give the chosen rows times `weights` (columns, n), of shape (chosen rows, n)."""
        found = [
            sum(part.values @ weights[part.columns()] for part in parts)[chosen[rows]]
            for rows, parts in self.doubled(chosen)
        ]
        return np.concatenate([np.zeros((0, weights.shape[1])), *found])


def transformed(features: Any, inputs: Sequence[Any], *, progress: Progress = silent) -> Tall:  # noqa: ANN401 - scikit-learn has no types
    """Give what a fitted union of features makes of all inputs."""
    blocks = []
    for start in range(0, len(inputs), BLOCK):
        some = inputs[start : start + BLOCK]
        made = [_smallest(transformer.transform(some)) for _, transformer in features.transformer_list]
        blocks.append(_parts(made))
        progress("sentences read", start + len(some), len(inputs))
    return Tall(blocks, sum(part.values.shape[1] for part in blocks[0]) if blocks else 0)


def _smallest(values: sparse.csr_matrix) -> Any:  # noqa: ANN401 - one of two kinds
    full = values.nnz > FULL * values.shape[0] * values.shape[1]
    return values.toarray().astype(np.float32) if full else values.astype(np.float32)


def _parts(made: Sequence[Any]) -> list[Part]:
    """Set parts side by side; neighbours of one kind become one."""
    parts: list[Part] = []
    first = 0
    for is_sparse, group in groupby(made, sparse.issparse):
        some = [*group]
        values = sparse.hstack(some, format="csr") if is_sparse else np.hstack(some)
        parts.append(Part(first, values))
        first += values.shape[1]
    return parts


def _numbers(values: Any) -> npt.NDArray[Any]:  # noqa: ANN401 - sparse or dense
    return values.reshape(-1) if isinstance(values, np.ndarray) else np.asarray(values.data)


def _doubled(part: Part, room: Floats) -> Part:
    """Give a part in double precision, its numbers in `room`; the places of a sparse one are not copied."""
    numbers = _numbers(part.values)
    room = room[: numbers.size]
    room[:] = numbers
    if isinstance(part.values, np.ndarray):
        return Part(part.first, room.reshape(part.values.shape))
    places = (part.values.indices, part.values.indptr)
    return Part(part.first, sparse.csr_matrix((room, *places), shape=part.values.shape, copy=False))
