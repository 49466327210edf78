"""From scores to an action: what a tenant's policy makes of an article. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeAlias

from service.classifier.results import Category, Label, Verdict
from service.classifier.text.normalise import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    # By their first word: the words of each phrase, and the phrase as the policy has it.
    Lookup: TypeAlias = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]

DAY = 86_400
WORD = re.compile(r"\w+")

# A threshold of an article's probability of being overstated, or the name of one of the model's own.
Point: TypeAlias = float | str

# The operating points of models: by version, and then by what they buy.
Points: TypeAlias = "Mapping[str, Mapping[str, float]]"


class Action(StrEnum):
    """What a policy advises, from the mildest to the strictest."""

    PUBLISH = "publish"
    REVIEW = "review"
    REVISE = "revise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A tenant's choices; the defaults are what every tenant begins with. The contract tells each field."""

    review: Point = 0.5
    revise: Point = 0.8
    always_review: tuple[Category, ...] = ()
    allow_phrases: tuple[str, ...] = ()
    block_phrases: tuple[str, ...] = ()
    audit_share: float = 0.0
    reviews_required: int = 1
    lease_seconds: int = 900
    due_seconds: tuple[int, ...] = (7 * DAY, 3 * DAY, DAY, DAY // 4)
    skip_seconds: int = DAY // 4
    requeue_shift: float = 0.1


class SentenceFacts(Protocol):
    """What a policy needs to know of a sentence."""

    @property
    def text(self) -> str: ...  # noqa: D102 - as in SentenceScore
    @property
    def label(self) -> Label: ...  # noqa: D102 - as in SentenceScore
    @property
    def category(self) -> Category | None: ...  # noqa: D102 - as in SentenceScore


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the policy, and the sentence that it stands in, by its position."""

    phrase: str
    allows: bool
    sentence: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a policy makes of an article.

    `categories` are those of the findings that stand, in the order of the body; `by_phrase` says that a
    phrase or an always-review category asks for the review, whatever the score.
    """

    action: Action
    phrases: tuple[Phrase, ...]
    categories: tuple[Category, ...]
    by_phrase: bool


def assess(
    *,
    verdict: Verdict,
    overstated: float,
    sentences: Sequence[SentenceFacts],
    policy: Policy,
    points: Mapping[str, float],
) -> Assessment:
    """Advise what to do with an article; `points` are the operating points of the model that scored it."""
    phrases = tuple(_phrases(sentences, policy))
    allowed = {each.sentence for each in phrases if each.allows}
    overstating = [index for index, each in enumerate(sentences) if each.label is Label.OVERSTATED]
    findings = [index for index in overstating if index not in allowed]
    categories = tuple(dict.fromkeys(each for index in findings if (each := sentences[index].category)))
    blocked = any(not each.allows for each in phrases)
    by_phrase = blocked or not set(categories).isdisjoint(policy.always_review)
    action = Action.PUBLISH
    if verdict is Verdict.UNDETERMINED or by_phrase:
        action = Action.REVIEW
    # Where every finding is allowed, what the score says of them says nothing any more.
    if verdict is not Verdict.UNDETERMINED and (findings or not overstating):
        if overstated >= threshold(policy.revise, points, default=Policy().revise):
            action = Action.REVISE
        elif overstated >= threshold(policy.review, points, default=Policy().review):
            action = Action.REVIEW
    return Assessment(action, phrases, categories, by_phrase)


def threshold(point: Point, points: Mapping[str, float], *, default: Point) -> float:
    """Give the threshold of an operating point.

    No policy may name one that the model which serves lacks; by `default` are judged the scores of others.
    """
    if isinstance(point, str):
        return points.get(point, float(default))
    return point


def _phrases(sentences: Sequence[SentenceFacts], policy: Policy) -> Iterator[Phrase]:
    lookups = [(_lookup(policy.allow_phrases), True), (_lookup(policy.block_phrases), False)]
    if not any(lookup for lookup, _ in lookups):
        return
    for index, sentence in enumerate(sentences):
        words = _words(sentence.text)
        for lookup, allows in lookups:
            if allows and sentence.label is not Label.OVERSTATED:
                continue
            yield from (Phrase(phrase, allows, index) for phrase in _found(words, lookup))


def _found(words: Sequence[str], lookup: Lookup) -> Iterator[str]:
    seen: set[str] = set()
    for place, word in enumerate(words):
        for run, phrase in lookup.get(word, ()):
            if phrase not in seen and tuple(words[place : place + len(run)]) == run:
                seen.add(phrase)
                yield phrase


@lru_cache(maxsize=256)
def _lookup(phrases: tuple[str, ...]) -> Lookup:
    """Index phrases by their first word, so that a long list costs no more than a short one."""
    lookup: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for phrase in phrases:
        run = tuple(_words(phrase))
        if run:
            lookup[run[0]].append((run, phrase))
    return dict(lookup)


def _words(text: str) -> list[str]:
    """Cut into words as the classifier reads them: look-alikes and hidden characters do not help to evade."""
    return WORD.findall(fold(text).text.casefold())
