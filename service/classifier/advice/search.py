"""Chooses the edits of a sentence by what they do to its score."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from service.classifier.advice.boosters import removals
from service.classifier.advice.edits import Edit, apply, overlap
from service.classifier.advice.phrases import rewordings
from service.classifier.advice.questions import asks, statements
from service.classifier.advice.verbs import weakenings
from service.classifier.results import Category

Score = Callable[[Sequence[str]], Sequence[float]]

_ENOUGH = 0.5  # below it the sentence no longer counts as overstated
_LEAST_FALL = 0.002  # a smaller fall is no reason to touch an author's words
# Bounds on the cost of one sentence: a longer one is asked for its evidence and not edited within.
_LONGEST = 1000
_MOST_CANDIDATES = 20
_MOST_ROUNDS = 4
# A weaker verb answers these best; a question or a removal answers the others.
_MENDED_BY_VERB = frozenset({Category.EFFICACY, Category.SCOPE, Category.CERTAINTY, Category.CAUSATION})


def propose(prose: str, category: Category | None, score: Score) -> tuple[Edit, ...]:
    """The smallest set of edits found that takes the sentence below an even chance of being overstated.

    `score` gives the probability of `overstated` for rewrites of the sentence in its place. Edits that
    answer the category come first. They never overlap, come in the order of the text, and together lower
    the score whenever anything here can; where no part of the sentence can be mended, the one edit asks
    for a statement of the evidence in its place.
    """
    candidates = _candidates(prose, category)
    chosen: frozenset[Edit] = frozenset()
    (current,) = score([prose])
    for _ in range(_MOST_ROUNDS):
        wider = [(candidate.rank, chosen | candidate.edits) for candidate in candidates]
        wider = [(rank, edits) for rank, edits in wider if edits != chosen and not _clash(edits)]
        risks = score([apply(prose, edits) for _, edits in wider]) if wider else ()
        falls = [
            (rank, risk, place)
            for place, ((rank, _), risk) in enumerate(zip(wider, risks, strict=True))
            if risk < current - _LEAST_FALL
        ]
        if not falls:
            break
        _, current, place = min(falls)
        chosen = wider[place][1]
        if current < _ENOUGH:
            break
    return _in_order(chosen) or (_instead(prose, category, score),)


class _Candidate(NamedTuple):
    """Edits that belong together; the lower the rank, the better they answer the category."""

    rank: int
    edits: frozenset[Edit]


def _candidates(prose: str, category: Category | None) -> list[_Candidate]:
    questions = [_Candidate(rank, frozenset({edit})) for rank, edit in enumerate(asks(prose, category), 2)]
    if len(prose) > _LONGEST:
        return questions
    found = [
        *(_Candidate(int(category not in _MENDED_BY_VERB), frozenset(edits)) for edits in weakenings(prose)),
        *(
            _Candidate(int(answers is not category), frozenset({edit}))
            for answers, edit in rewordings(prose, category)
        ),
        *(_Candidate(int(category is not Category.HYPE), frozenset({edit})) for edit in removals(prose)),
    ]
    found.sort(key=lambda candidate: candidate.rank)
    return [*found[:_MOST_CANDIDATES], *questions]


def _clash(edits: Iterable[Edit]) -> bool:
    ordered = _in_order(edits)
    return any(overlap(one, other) for one, other in itertools.pairwise(ordered))


def _in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))


def _instead(prose: str, category: Category | None, score: Score) -> Edit:
    """The first statement that lowers the score; the first of all where none does."""
    edits = tuple(statements(prose, category))
    current, *risks = score([prose, *(edit.replacement for edit in edits)])
    return next((edit for edit, risk in zip(edits, risks, strict=True) if risk < current), edits[0])
