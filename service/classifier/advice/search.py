"""Chooses the edits of a sentence by what they do to its score."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from service.classifier.advice.boosters import removals
from service.classifier.advice.edits import Edit, apply, overlap
from service.classifier.advice.phrases import rewordings
from service.classifier.advice.questions import asks, statements
from service.classifier.advice.verbs import weakenings
from service.classifier.results import Category

Wordings: TypeAlias = Sequence[str]
Risks: TypeAlias = Sequence[float]
Score: TypeAlias = Callable[[Wordings], Risks]
Search: TypeAlias = Generator[Wordings, Risks, tuple[Edit, ...]]

_ENOUGH = 0.5  # below it the sentence no longer counts as overstated
_LEAST_FALL = 0.002  # a smaller fall is no reason to touch an author's words
# Bounds on the cost of one sentence: a longer one is asked for its evidence and not edited within.
_LONGEST = 1000
_MOST_CANDIDATES = 20
_MOST_ROUNDS = 4
# A weaker verb answers these best; a question or a removal answers the others.
_MENDED_BY_VERB = frozenset({Category.EFFICACY, Category.SCOPE, Category.CERTAINTY, Category.CAUSATION})


def search(prose: str, category: Category | None, current: float) -> Search:
    """Seek the smallest set of edits that takes a sentence below an even chance of being overstated.

    Yields wordings of the sentence, is sent the probability of `overstated` of each in its place, as
    `current` is the sentence's own, and returns the edits. Those that answer the category come first, so
    that others are tried only where these lower nothing. They never overlap, come in the order of the text,
    and together lower the score whenever anything here can; where no part of the sentence can be mended,
    the one edit asks for a statement of the evidence in its place.
    """
    candidates = _candidates(prose, category)
    chosen: frozenset[Edit] = frozenset()
    for _ in range(_MOST_ROUNDS):
        current, wider = yield from _lowered(prose, candidates, chosen, current)
        if wider is None:
            break
        chosen = wider
        if current < _ENOUGH:
            break
    if chosen:
        return _in_order(chosen)
    instead = yield from _instead(prose, category, current)
    return (instead,)


def together(
    searches: Sequence[Search], score: Callable[[Sequence[tuple[int, str]]], Sequence[float]]
) -> list[tuple[Edit, ...]]:
    """Carry out searches side by side, so that the wordings that all of them ask for are scored at once.

    `score` takes wordings, each with the number of its search, and gives the probability of each.
    """
    found: dict[int, tuple[Edit, ...]] = {}
    sent: dict[int, Sequence[float] | None] = dict.fromkeys(range(len(searches)))
    while sent:
        asked: list[tuple[int, str]] = []
        for number, risks in sent.items():
            try:
                wordings = searches[number].send(risks)  # type: ignore[arg-type]  # None only begins
            except StopIteration as end:
                found[number] = end.value
            else:
                asked += [(number, wording) for wording in wordings]
        given = zip(asked, score(asked) if asked else (), strict=True)
        sent = {
            number: [risk for _, risk in of_one]
            for number, of_one in itertools.groupby(given, key=lambda each: each[0][0])
        }
    return [found[number] for number in range(len(searches))]


def propose(prose: str, category: Category | None, score: Score) -> tuple[Edit, ...]:
    """Search for the edits of one sentence; `score` gives the probability of `overstated` of its wordings."""
    (current,) = score([prose])
    (found,) = together(
        [search(prose, category, current)], lambda asked: score([wording for _, wording in asked])
    )
    return found


def _lowered(
    prose: str, candidates: Sequence[_Candidate], chosen: frozenset[Edit], current: float
) -> Generator[Wordings, Risks, tuple[float, frozenset[Edit] | None]]:
    """Widen what is chosen by the best of the candidates of the lowest rank that lowers the risk.

    Gives the risk and the edits then; None where no candidate lowers it.
    """
    for _, alike in itertools.groupby(candidates, key=lambda candidate: candidate.rank):
        wider = [chosen | candidate.edits for candidate in alike]
        wider = [edits for edits in wider if edits != chosen and not _clash(edits)]
        if wider:
            risks = yield [apply(prose, edits) for edits in wider]
            risk, place = min(zip(risks, range(len(wider)), strict=True))
            if risk < current - _LEAST_FALL:
                return risk, wider[place]
    return current, None


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
    found.sort(key=lambda candidate: candidate.rank)  # those of questions are higher, and rise
    return [*found[:_MOST_CANDIDATES], *questions]


def _clash(edits: Iterable[Edit]) -> bool:
    ordered = _in_order(edits)
    return any(overlap(one, other) for one, other in itertools.pairwise(ordered))


def _in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))


def _instead(prose: str, category: Category | None, current: float) -> Generator[Wordings, Risks, Edit]:
    """The first statement that lowers the score; the first of all where none does."""
    edits = tuple(statements(prose, category))
    risks = yield [edit.replacement for edit in edits]
    return next((edit for edit, risk in zip(edits, risks, strict=True) if risk < current), edits[0])
