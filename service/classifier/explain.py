"""Why a sentence has its score: exactly, since every step from a word to the score is linear.

The score's log-odds are `u_o - log(exp u_h + exp u_n)` of the final logits u. With r the shares of hedged
and neutral in that sum, `log(...) = r_h u_h + r_n u_n + H(r)`, H being the entropy; so the log-odds are a
linear function of the logits plus a constant, and each logit is linear in the words. Nothing is
approximated: contributions and baseline add up to the log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier import cues, signs
from service.classifier.compiled import LABELS, OWN
from service.classifier.context import NEIGHBOURS
from service.classifier.words import places, share, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from service.classifier.compiled import Compiled, Reading
    from service.classifier.passages import Passage

    Floats = npt.NDArray[np.float64]

SHOWN: Final = 12
REST: Final = "all else in the sentence"
BESIDE_COLUMNS: Final = 4 * len(NEIGHBOURS) + LABELS
PAGE_COLUMNS: Final = 2 * LABELS
# The lexicons that a reader would call cues; the others say what a sentence is about, or whose voice it is.
CUES: Final = ("hedge", "boost", "claim", "study", "harm")


@dataclass(frozen=True, slots=True)
class Part:
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


def explain(model: Compiled, reading: Reading, place: int, passage: Passage) -> Explanation:
    """Take one sentence's log-odds apart; `passage` is what was read of it."""
    tables, alone = model.tables, reading.alone
    against, entropy = _against(reading.final[place])
    direction = against @ model.effective(reading, place)
    parts = _sentence(model, reading, passage.text, direction)
    for feature, text, column in (
        ("the sentence before", passage.previous, 1),
        ("the heading above", passage.heading, 2),
    ):
        weights = model.signs_of(reading)[:, column * LABELS : (column + 1) * LABELS] @ direction
        parts.append(Part(feature, sum(value * weights[sign] for sign, value in signs.of(text).items())))
    parts.append(Part("the words of the rest of the page", float(reading.page[place] @ direction)))
    baseline = direction @ tables.intercept[int(alone)] - entropy
    if not alone:
        outside = reading.around[place] * (tables.surroundings.weights[OWN:] @ against)
        page = BESIDE_COLUMNS + PAGE_COLUMNS
        parts += [
            Part("the sentences beside it", float(outside[:BESIDE_COLUMNS].sum())),
            Part("the page as a whole", float(outside[BESIDE_COLUMNS:page].sum())),
            Part("its place on the page", float(outside[page:].sum())),
        ]
        baseline += against @ tables.surroundings.intercept
    return Explanation(float(baseline), _shown(parts))


def cues_of(prose: str) -> Iterator[tuple[int, int, str]]:
    """Give the cues of a sentence as (start, end, family) in the prose; of a family's the longest."""
    at = list(places(prose))
    ends: dict[int, int] = {}
    found = [match for match in cues.find(split(prose)) if _is_cue(match.family)]
    for first, last, family in sorted(found, key=lambda match: (match.first, -match.last, match.family)):
        if first >= ends.get(family, 0):
            ends[family] = last
            yield at[first][0], at[last - 1][1], cues.FAMILY_NAMES[family]


def _is_cue(family: int) -> bool:
    return cues.FAMILY_NAMES[family].partition(".")[0] in CUES


def _against(logits: Floats) -> tuple[Floats, float]:
    """Give the weights of three logits in the log-odds of the first, and the entropy that is taken off."""
    others = np.exp(logits[1:] - logits[1:].max())
    shares = others / others.sum()
    entropy = -float((shares * np.log(np.clip(shares, 1e-300, 1))).sum())
    return np.concatenate([[1.0], -shares]), entropy


def _sentence(model: Compiled, reading: Reading, prose: str, direction: Floats) -> list[Part]:
    """Give a part for each word and for each sign that no single word bears."""
    words = split(prose)
    alone = reading.alone
    added = np.zeros(len(words))
    for position, word in enumerate(words):
        added[position] += model.weight_of(word, alone=alone) @ direction
        if position:
            half = model.weight_of(f"{words[position - 1]} {word}", alone=alone) @ direction / 2
            added[position - 1 : position + 1] += half
    added *= share(words)
    found = cues.find(words)
    bearers: dict[str, list[int]] = {}
    for first, last, family in found:
        bearers.setdefault(cues.FAMILY_NAMES[family], []).extend(range(first, last))
    parts = []
    weights = model.signs_of(reading)[:, :LABELS] @ direction
    for sign, value in signs.read(prose, words, found).items() if words else ():
        kind, _, named = signs.NAMES[sign].partition(" ")
        if kind in {"has", "count"} and named in bearers:
            borne = bearers[named]
            np.add.at(added, borne, value * weights[sign] / len(borne))
        else:
            parts.append(Part(signs.NAMES[sign], float(value * weights[sign])))
    at = places(prose)
    return [
        Part(prose[start:end], float(weight), start, end)
        for (start, end), weight in zip(at, added, strict=True)
    ] + parts


def _shown(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Keep the weightiest, in order of weight, and add up the rest."""
    ranked = sorted(parts, key=lambda part: -abs(part.weight))
    rest = sum(part.weight for part in ranked[SHOWN:])
    return (*ranked[:SHOWN], *([Part(REST, rest)] if len(ranked) > SHOWN else ()))
