"""What surrounds a sentence, and what an article adds up to: numbers from the sentences' first scores.

All arrays have a row a sentence, in the article's order, and the columns of `Label`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

NEIGHBOURS: Final = (-3, -2, -1, 1, 2, 3)
WINDOW: Final = 5
STRONGEST: Final = 3
OPENING: Final = 5
STRONG: Final = 10
RANKS: Final = (0, 2, 5)
SHARES: Final = (0.05, 0.1, 0.2, 0.35, 0.5)
SURE: Final = ((0, 0.7), (0, 0.9), (1, 0.5))  # column of the label, and the probability that makes it sure
ROUNDED: Final = 0.01  # keeps log-odds within 5
HALF_SEEN: Final = 0.3  # sentences of each label that every article is taken to have
LENGTHS_REMEMBERED: Final = 64  # each takes 40 bytes a sentence


def softmax(logits: Floats) -> Floats:
    """Give the probabilities of logits, row by row."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def own(logits: Floats, others: Floats) -> Floats:
    """Give what of the surroundings' model is linear in the sentence's own logits.

    The logits, and the logits times the page's mean `overstated` and `hedged` without the sentence:
    the same words weigh otherwise on a sales page than in a journal. Shape (sentences, 9).
    """
    return np.hstack([logits, logits * others[:, [0]], logits * others[:, [1]]])


def mean_of_others(rows: Floats) -> Floats:
    """Give the mean of a page's rows without each one, of the same shape; 0 where there is no other."""
    if len(rows) == 1:
        return np.zeros_like(rows)
    return np.asarray((rows.sum(axis=0) - rows) / (len(rows) - 1))


def surroundings(first: Floats) -> tuple[Floats, Floats]:
    """Give the page's mean without each sentence, (sentences, 3), and all that surrounds it, (sentences, n).

    `first` are the probabilities of the sentence model.
    """
    number = len(first)
    others = mean_of_others(first)
    padded = np.zeros((number + 2 * WINDOW, 3))
    padded[WINDOW : WINDOW + number] = first
    absent = (padded.sum(axis=1) == 0)[:, None]
    sums = np.zeros((number + 2 * WINDOW + 1, 3))
    np.cumsum(padded, axis=0, out=sums[1:])
    held, ends = _places(number)
    strongest = np.sort(first, axis=0)[::-1][:STRONGEST].mean(axis=0)
    columns = []
    for step in NEIGHBOURS:
        beside = slice(WINDOW + step, WINDOW + step + number)
        columns += [padded[beside], absent[beside]]
    near = (sums[2 * WINDOW + 1 :] - sums[:number] - first) / held
    columns += [near, others, np.broadcast_to(strongest, (number, 3)), ends]
    return others, np.concatenate(columns, axis=1)


@lru_cache(maxsize=LENGTHS_REMEMBERED)
def _places(number: int) -> tuple[Floats, Floats]:
    """Give what an article's length tells: how many stand near each sentence, and where it stands."""
    place = np.arange(number)
    near = np.minimum(place, WINDOW) + np.minimum(number - 1 - place, WINDOW)
    columns = (
        np.full(number, np.log1p(number) / 4),
        place / max(1, number - 1),
        place == 0,
        place == 1,
    )
    held, ends = np.maximum(1.0, near)[:, None], np.stack(columns, axis=1)
    held.flags.writeable = ends.flags.writeable = False  # they are given to every thread
    return held, ends


def whole(final: Floats, categories: Floats, title: Floats, page: Floats) -> Floats:
    """Give what an article's verdict is read from, of shape (n,).

    `final` are the sentences' calibrated probabilities, `categories` the probabilities of the categories,
    (sentences, 10), `title` the first scores of the title, (3,), and `page` the mean of the sentences' signs,
    which stands last: the served form leaves it out here and adds up beforehand what it weighs.

    Of those numbers `likely` alone ranks articles best; the kinds of overstatement and the signs tell an
    article whose claims mostly come with a hedge from one that sells, where both have strong sentences.
    """
    ranked = -np.sort(-final, axis=0)
    padded = np.vstack([ranked, np.zeros((STRONG, 3))])
    number = len(final)
    over = final[:, 0]
    kinds = (categories * over[:, None]).sum(axis=0)
    worst = (categories * over[:, None]).max(axis=0)
    total = final.sum(axis=0)
    return np.concatenate(
        [
            padded[0],
            padded[:STRONGEST].mean(axis=0),
            padded[:STRONG].mean(axis=0),
            np.log1p(total),
            final.mean(axis=0),
            [total[0] / (total[0] + total[1] + 0.5), np.log1p(number)],
            final[:OPENING].mean(axis=0),
            final[-OPENING:].mean(axis=0),
            np.log1p((final > 0.5).sum(axis=0)),  # noqa: PLR2004 - more likely than not
            np.log1p(kinds),
            worst,
            title,
            likely(final, float(title[0])),
            page,
        ]
    )


def likely(final: Floats, title: float) -> Floats:
    """Give how likely sentences are overstated or hedged, and the title overstated, of shape (23,).

    How likely the likeliest sentences are, in number and as a share of the page, tells one dangerous sentence
    in a long honest article from a page of hype with a disclaimer. As log-odds: verdicts turn on their ends.
    """
    number = len(final)
    ranked = -np.sort(-final[:, :2], axis=0)
    padded = np.vstack([ranked, np.zeros((STRONG, 2))])
    over, hedged = final[:, :2].sum(axis=0)
    probabilities = [
        *padded[[*RANKS]],
        *(padded[:most].mean(axis=0) for most in (STRONGEST, STRONG)),
        final[:, :2].mean(axis=0),
        ranked[[min(number - 1, int(number * share)) for share in SHARES], 0],
        [title],
    ]
    return np.concatenate(
        [
            log_odds(np.concatenate(probabilities)),
            [
                (over + HALF_SEEN) / (over + hedged + 2 * HALF_SEEN),
                np.log((over + HALF_SEEN) / (hedged + HALF_SEEN)),
            ],
            np.log1p([(ranked[:, column] > least).sum() for column, least in SURE]),
        ]
    )


def log_odds(probabilities: Floats) -> Floats:
    """Give log-odds that stay within 5."""
    return np.asarray(np.log((probabilities + ROUNDED) / (1 - probabilities + ROUNDED)))
