"""What is told of a sentence, term by term and wording by wording: the slow way that the quick must equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.classifier import cues, signs
from service.classifier.advice import apply
from service.classifier.advice.questions import statements
from service.classifier.advice.search import (
    _ENOUGH,
    _LEAST_FALL,
    _MOST_ROUNDS,
    _candidates,
    _clash,
    _in_order,
)
from service.classifier.compiled import LABELS, OWN
from service.classifier.context import softmax
from service.classifier.words import places, share, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.classifier.advice import Edit
    from service.classifier.compiled import Compiled, Floats, Reading
    from service.classifier.passages import Passage
    from service.classifier.results import Category


def parts(
    model: Compiled, reading: Reading, place: int, passage: Passage
) -> dict[tuple[str, int | None], float]:
    """Give what each part of a sentence adds to its log-odds, by its name and where it begins, if it does."""
    logits, tables = reading.final[place], model.tables
    others = softmax(logits[None, 1:])[0]
    against = np.array([1.0, *-others])
    direction = against @ model.effective(reading)[place]
    weights = tables.sign_weights[:, 9:] if reading.alone else tables.sign_weights[:, :9]
    words, at = split(passage.text), [*places(passage.text)]
    added = np.zeros(len(words))
    for number, word in enumerate(words):
        added[number] += model.weights_of([word], alone=reading.alone)[0] @ direction
        if number:
            pair = f"{words[number - 1]} {word}"
            half = model.weights_of([pair], alone=reading.alone)[0] @ direction / 2
            added[number - 1 : number + 1] += half
    added *= share(words)
    found: dict[tuple[str, int | None], float] = {}
    bearers = {
        name: [
            each
            for first, last, family in cues.find(words)
            for each in range(first, last)
            if family == number
        ]
        for number, name in enumerate(cues.FAMILY_NAMES)
    }
    for sign, value in signs.of(passage.text).items():
        weight = value * float(weights[sign, :LABELS] @ direction)
        kind, _, named = signs.NAMES[sign].partition(" ")
        if kind in {"has", "count"} and bearers.get(named):
            np.add.at(added, bearers[named], weight / len(bearers[named]))
        else:
            found[signs.NAMES[sign], None] = weight
    for text, name, column in (
        (passage.previous, "the sentence before", 1),
        (passage.heading, "the heading above", 2),
    ):
        by_sign = weights[:, column * LABELS : (column + 1) * LABELS] @ direction
        found[name, None] = sum(value * by_sign[sign] for sign, value in signs.of(text).items())
    found["the words of the rest of the page", None] = float(reading.page[place] @ direction)
    if not reading.alone:
        around = reading.around[place] * (tables.surroundings.weights[OWN:] @ against)
        found["the sentences beside it", None] = around[:27].sum()
        found["the page as a whole", None] = around[27:33].sum()
        found["its place on the page", None] = around[33:].sum()
    spans = zip(at, added, strict=True)
    return found | {(passage.text[start:end], start): weight for (start, end), weight in spans}


def risk(model: Compiled, sentences: Sequence[str], place: int, wording: str) -> float:
    """Give the probability of `overstated` of another wording, what the page says of it being as it was."""
    reading = model.read(sentences)
    there = model.read([*sentences[:place], wording, *sentences[place + 1 :]])
    # What the wording says of itself; what its page says is the same, but for what others read in it.
    own = there.first[place] - there.page[place] - there.before[place] - there.above[place]
    first = own + reading.page[place] + reading.before[place] + reading.above[place]
    final: Floats = reading.final[place] + model.effective(reading)[place] @ (first - reading.first[place])
    return float(softmax(final[None])[0, 0])


def advised(prose: str, category: Category | None, score: Callable[[str], float]) -> tuple[Edit, ...]:
    """Score every candidate in every round, each by itself, and take the best."""
    candidates = _candidates(prose, category)
    chosen: frozenset[Edit] = frozenset()
    current = score(prose)
    for _ in range(_MOST_ROUNDS):
        falls = []
        for place, candidate in enumerate(candidates):
            edits = chosen | candidate.edits
            if edits != chosen and not _clash(edits):
                risk = score(apply(prose, edits))
                if risk < current - _LEAST_FALL:
                    falls.append((candidate.rank, risk, place, edits))
        if not falls:
            break
        _, current, _, chosen = min(falls, key=lambda fall: fall[:3])
        if current < _ENOUGH:
            break
    if chosen:
        return _in_order(chosen)
    instead = [*statements(prose, category)]
    return (next((edit for edit in instead if score(edit.replacement) < current), instead[0]),)
