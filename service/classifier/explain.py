"""Why a sentence has its score: exactly, since every step from a word to the score is linear.

The score's log-odds are `u_o - log(exp u_h + exp u_n)` of the final logits u. With r the shares of hedged
and neutral in that sum, `log(...) = r_h u_h + r_n u_n + H(r)`, H being the entropy; so the log-odds are a
linear function of the logits plus a constant, and each logit is linear in the words. Nothing is
approximated: contributions and baseline add up to the log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.classifier import cues, signs
from service.classifier.compiled import LABELS, OWN
from service.classifier.context import NEIGHBOURS
from service.classifier.words import places, share, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from service.classifier.compiled import Compiled, Reading

    Floats = npt.NDArray[np.float64]

SHOWN: Final = 12
REST: Final = "all else in the sentence"
OUTSIDE: Final = (
    "the sentence before",
    "the heading above",
    "the words of the rest of the page",
    "the sentences beside it",
    "the page as a whole",
    "its place on the page",
)
# Where, among the columns of what surrounds a sentence, those of the page begin, and those of its place.
AROUND: Final = tuple(accumulate((4 * len(NEIGHBOURS) + LABELS, 2 * LABELS)))
# The lexicons that a reader would call cues; the others say what a sentence is about, or whose voice it is.
CUES: Final = ("hedge", "boost", "claim", "study", "harm")


class Part(NamedTuple):
    """What one part of the input added, in nats; `start` and `end` are places in the prose, or None."""

    feature: str
    weight: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a sentence's log-odds of `overstated`; with the baseline they add up to it."""

    baseline: float
    parts: tuple[Part, ...]


class Worded(NamedTuple):
    """A sentence's prose with its words, their places in it, and the cues among them."""

    prose: str
    words: list[str]
    at: list[tuple[int, int]]
    found: list[cues.Match]


def worded(prose: str) -> Worded:
    """Read a sentence's words and cues, once for all that is told of them."""
    words = split(prose)
    return Worded(prose, words, [*places(prose)], cues.find(words))


def explain(model: Compiled, reading: Reading, sentences: Sequence[Worded]) -> list[Explanation]:
    """Take the log-odds of every sentence of an article apart; `reading` is what was read of them."""
    tables, alone = model.tables, reading.alone
    against, entropy = _against(reading.final)
    direction = np.einsum("si,sij->sj", against, model.effective(reading))
    outside = [(each * direction).sum(axis=1) for each in (reading.before, reading.above, reading.page)]
    baseline = direction @ tables.intercept[int(alone)] - entropy
    if not alone:
        around = reading.around * (against @ tables.surroundings.weights[OWN:].T)
        outside += [part.sum(axis=1) for part in np.split(around, AROUND, axis=1)]
        baseline += against @ tables.surroundings.intercept
    within = _within(model, reading, sentences, direction)
    beyond = np.stack(outside, axis=1).tolist()
    return [
        Explanation(base, _shown(each, [*own, *others], (*named, *OUTSIDE)))
        for each, base, (own, named), others in zip(sentences, baseline.tolist(), within, beyond, strict=True)
    ]


def cues_of(sentence: Worded) -> Iterator[tuple[int, int, str]]:
    """Give the cues of a sentence as (start, end, family) in the prose; of a family's the longest."""
    at = sentence.at
    ends: dict[int, int] = {}
    found = [match for match in sentence.found if _IS_CUE[match.family]]
    for first, last, family in sorted(found, key=lambda match: (match.first, -match.last, match.family)):
        if first >= ends.get(family, 0):
            ends[family] = last
            yield at[first][0], at[last - 1][1], cues.FAMILY_NAMES[family]


def _against(logits: Floats) -> tuple[Floats, Floats]:
    """Give the weights of three logits in the log-odds of the first, and the entropy that is taken off."""
    others = np.exp(logits[:, 1:] - logits[:, 1:].max(axis=1, keepdims=True))
    shares = others / others.sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(np.clip(shares, 1e-300, 1))).sum(axis=1)
    return np.hstack([np.ones((len(logits), 1)), -shares]), entropy


def _within(
    model: Compiled, reading: Reading, sentences: Sequence[Worded], direction: Floats
) -> Iterator[tuple[list[float], list[str]]]:
    """Give of each sentence what its words add, then each sign that no word bears, and these signs' names."""
    held = [signs.read(each.prose, each.words, each.found) if each.words else {} for each in sentences]
    pairs = [[*map(" ".join, pairwise(each.words))] for each in sentences]
    by_word = _by_terms(model, [each.words for each in sentences], direction, alone=reading.alone)
    by_pair = _by_terms(model, pairs, direction, alone=reading.alone)
    by_sign = _by_signs(model.signs_of(reading), held, direction)
    for each, own, joined, found, borne in zip(sentences, by_word, by_pair, held, by_sign, strict=True):
        halves = [half / 2 for half in joined]
        counts = share(each.words)
        added = [
            (one + before + after) * counts
            for one, before, after in zip(own, [0.0, *halves], [*halves, 0.0], strict=False)
        ]
        bearers: dict[int, list[int]] = {}
        for first, last, family in each.found:
            bearers.setdefault(family, []).extend(range(first, last))
        named = []
        for sign, weight in zip(found, borne, strict=True):
            bearing = bearers.get(_FAMILY_OF.get(sign, -1))
            if bearing:
                for place in bearing:
                    added[place] += weight / len(bearing)
            else:
                added.append(weight)
                named.append(signs.NAMES[sign])
        yield added, named


def _by_terms(
    model: Compiled, sentences: Sequence[Sequence[str]], direction: Floats, *, alone: bool
) -> Iterator[list[float]]:
    """Give what each term of each sentence adds along the sentence's direction."""
    lengths = [*map(len, sentences)]
    weights = model.weights_of([*chain.from_iterable(sentences)], alone=alone)
    return _parted((weights * np.repeat(direction, lengths, axis=0)).sum(axis=1), lengths)


def _by_signs(weights: Floats, held: Sequence[dict[int, float]], direction: Floats) -> Iterator[list[float]]:
    """Give what each sign of each sentence adds along the sentence's direction."""
    lengths = [*map(len, held)]
    rows = np.fromiter(chain.from_iterable(held), np.intp, sum(lengths))
    values = np.fromiter(chain.from_iterable(each.values() for each in held), np.float64, sum(lengths))
    return _parted((weights[rows] * np.repeat(direction, lengths, axis=0)).sum(axis=1) * values, lengths)


def _parted(values: Floats, lengths: Sequence[int]) -> Iterator[list[float]]:
    """Cut values in a row into lists of these lengths."""
    given = iter(values.tolist())
    return ([*islice(given, length)] for length in lengths)


def _shown(sentence: Worded, weights: Sequence[float], names: Sequence[str]) -> tuple[Part, ...]:
    """Keep the weightiest, in order of weight, and add up the rest; words come first and have no names."""
    sizes = [-abs(weight) for weight in weights]
    ranked = sorted(range(len(weights)), key=sizes.__getitem__)
    number = len(sentence.words)
    shown = []
    for place in ranked[:SHOWN]:
        if place < number:
            start, end = sentence.at[place]
            shown.append(Part(sentence.prose[start:end], weights[place], start, end))
        else:
            shown.append(Part(names[place - number], weights[place]))
    rest = sum(weights[place] for place in ranked[SHOWN:])
    return (*shown, *([Part(REST, rest)] if len(ranked) > SHOWN else ()))


_IS_CUE: Final = tuple(name.partition(".")[0] in CUES for name in cues.FAMILY_NAMES)
# The family of the cues that bear a sign, where words bear it.
_FAMILY_OF: Final = {
    signs.NAMES.index(f"{kind} {name}"): family
    for family, name in enumerate(cues.FAMILY_NAMES)
    for kind in ("has", "count")
}
