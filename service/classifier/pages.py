"""As context.py and decide.py, for many articles in a row: an archive's are too many to be taken one by one.

Arrays have a row a sentence, the articles' one after the other, or a row an article. Equal to what is told
of each article by itself but for the order in which sums are added up (`tests/test_pages.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.classifier.context import (
    HALF_SEEN,
    NEIGHBOURS,
    OPENING,
    RANKS,
    SHARES,
    STRONG,
    STRONGEST,
    SURE,
    WINDOW,
    log_odds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.intp]

LIKELY: Final = 0.5


class Pages(NamedTuple):
    """Where articles begin among the sentences and how many each has, at least one; whose a sentence is."""

    starts: Ints
    lengths: Ints
    of: Ints

    @property
    def place(self) -> Ints:
        """Give each sentence's place in its article, from 0."""
        return np.arange(len(self.of)) - self.starts[self.of]


def pages(lengths: Sequence[int]) -> Pages:
    """Lay out articles of so many sentences each."""
    counts = np.asarray(lengths, dtype=np.intp)
    return Pages(np.cumsum(counts) - counts, counts, np.repeat(np.arange(len(counts)), counts))


def before(held: Pages) -> Ints:
    """Give the place, among all sentences, of the one before each; -1 where an article begins."""
    places = np.arange(len(held.of)) - 1
    places[held.starts] = -1
    return places


def headings(held: Pages, leads: Sequence[bool]) -> Ints:
    """Give the place of the heading above each sentence, of those that lead; -1 where there is none."""
    reigning = np.where(leads, np.arange(len(held.of)), -1)
    latest = np.concatenate([[-1], np.maximum.accumulate(reigning)[:-1]])
    return np.where(latest >= held.starts[held.of], latest, -1)


def total(rows: Floats, held: Pages) -> Floats:
    """Add up each article's rows."""
    return np.asarray(np.add.reduceat(rows, held.starts, axis=0))


def mean(rows: Floats, held: Pages) -> Floats:
    """Give the mean of each article's rows."""
    return total(rows, held) / held.lengths[:, None]


def mean_of_others(rows: Floats, held: Pages) -> Floats:
    """Give the mean of each article's rows without each one; 0 where there is no other."""
    others = np.maximum(1, held.lengths - 1)[held.of, None]
    means = (total(rows, held)[held.of] - rows) / others
    means[held.lengths[held.of] == 1] = 0
    return np.asarray(means)


def surroundings(first: Floats, held: Pages) -> tuple[Floats, Floats]:
    """Give the mean without each sentence, and all that surrounds it, as `context.surroundings`."""
    others = mean_of_others(first, held)
    at = np.arange(len(first)) + WINDOW * (held.of + 1)
    padded = np.zeros((len(first) + WINDOW * (len(held.starts) + 1), 3))
    padded[at] = first
    there = np.zeros((len(padded), 1))
    there[at] = 1
    columns = []
    for step in NEIGHBOURS:
        columns += [padded[at + step], 1 - there[at + step]]
    steps = [step for step in range(-WINDOW, WINDOW + 1) if step]
    near = sum((padded[at + step] for step in steps), start=np.zeros_like(first))
    beside = sum((there[at + step] for step in steps), start=np.zeros((len(first), 1)))
    columns += [near / np.maximum(1, beside), others]
    columns += [_highest(first, held, STRONGEST)[held.of], _ends(held)]
    return others, np.hstack(columns)


def whole(final: Floats, categories: Floats, title: Floats, held: Pages) -> Floats:
    """Give what verdicts are read from, (articles, n), as `context.whole` without a page's signs."""
    number = held.lengths[:, None]
    over = final[:, [0]]
    summed = total(final, held)
    last = held.starts + held.lengths - 1
    return np.hstack(
        [
            _highest(final, held, 1),
            _highest(final, held, STRONGEST, padded=True),
            _highest(final, held, STRONG, padded=True),
            np.log1p(summed),
            summed / number,
            summed[:, [0]] / (summed[:, [0]] + summed[:, [1]] + 0.5),
            np.log1p(number),
            _few(final, held, lambda step: held.starts + step),
            _few(final, held, lambda step: last - step),
            np.log1p(total((final > LIKELY).astype(np.float64), held)),
            np.log1p(total(categories * over, held)),
            np.maximum.reduceat(categories * over, held.starts, axis=0),
            title,
            likely(final, title[:, :1], held),
        ]
    )


def likely(final: Floats, title: Floats, held: Pages) -> Floats:
    """Give how likely articles' sentences are overstated or hedged, (articles, 23), as `context.likely`."""
    number = held.lengths
    by_rank = [column[np.lexsort((-column, held.of))] for column in final[:, :2].T]
    ranked = np.stack(by_rank, axis=1)
    summed = total(final[:, :2], held)
    over, hedged = summed[:, [0]] + HALF_SEEN, summed[:, [1]] + HALF_SEEN
    places = (held.starts + np.minimum(number - 1, (number * share).astype(np.intp)) for share in SHARES)
    probabilities = [
        *(_ranked(ranked, held, rank) for rank in RANKS),
        *(sum(_ranked(ranked, held, rank) for rank in range(most)) / most for most in (STRONGEST, STRONG)),
        summed / number[:, None],
        *(ranked[place, :1] for place in places),
        title,
    ]
    sure = [(final[:, [column]] > least).astype(np.float64) for column, least in SURE]
    return np.hstack(
        [
            log_odds(np.hstack(probabilities)),
            over / (over + hedged),
            np.log(over / hedged),
            *(np.log1p(total(each, held)) for each in sure),
        ]
    )


def _ranked(ranked: Floats, held: Pages, rank: int) -> Floats:
    """Give each article's row of a rank, from 0; zeros where it has fewer."""
    has = held.lengths > rank
    return np.where(has[:, None], ranked[np.where(has, held.starts + rank, 0)], 0.0)


def _ends(held: Pages) -> Floats:
    place, number = held.place, held.lengths[held.of]
    columns = (np.log1p(number) / 4, place / np.maximum(1, number - 1), place == 0, place == 1)
    return np.stack(columns, axis=1).astype(np.float64)


def _highest(rows: Floats, held: Pages, most: int, *, padded: bool = False) -> Floats:
    """Give the mean of each article's highest in each column; a short one's are fewer, or `padded` with 0."""
    found = []
    for column in rows.T:
        ranked = column[np.lexsort((-column, held.of))][:, None]
        found.append(_few(ranked, held, lambda step: held.starts + step, most=most, padded=padded))
    return np.hstack(found)


def _few(
    rows: Floats, held: Pages, at: Callable[[int], Ints], *, most: int = OPENING, padded: bool = False
) -> Floats:
    """Give the mean of a few rows of each article, those `at` its first step to the last that it has."""
    summed = np.zeros((len(held.starts), rows.shape[1]))
    for step in range(most):
        has = held.lengths > step
        summed[has] += rows[at(step)[has]]
    return np.asarray(summed / (most if padded else np.minimum(most, held.lengths)[:, None]))
