"""What the page is told of the desk: the contract's messages as values, with times that know their zone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from service.article import Article
    from service.classifier.results import ArticleScore, Category, Label, Reason, Verdict


class Origin(StrEnum):
    """Why an article is in the queue."""

    MODEL = "model"
    PHRASE = "phrase"
    FEEDBACK = "feedback"
    AUDIT = "audit"
    APPEAL = "appeal"


class ItemState(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Stage(StrEnum):
    """What an item waits for."""

    REVIEW = "review"
    ADJUDICATION = "adjudication"
    APPEAL = "appeal"


class Outcome(StrEnum):
    """What a moderator says of the verdict; on an appeal, of the decision objected to."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class ItemOrder(StrEnum):
    """The order of a list."""

    DUE = "due"
    SEVERITY = "severity"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Claim:
    """That a moderator holds an item; the id is told to the holder alone."""

    claim_id: str
    moderator: str
    expire_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article in the queue, as lists show it."""

    item_id: str
    article_id: str
    publisher: str
    title: str
    origin: Origin
    state: ItemState
    stage: Stage | None
    verdict: Verdict
    reason: Reason | None
    severity: int
    overstated: float
    categories: tuple[Category, ...]
    model_version: str
    action: str
    policy_revision: int
    create_time: datetime
    due_time: datetime
    claim: Claim | None = None
    assigned_to: str = ""
    escalated: bool = False
    reviews_required: int = 1
    reviews_recorded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items: what is set must all hold, and of several values any."""

    states: tuple[ItemState, ...] = ()
    origins: tuple[Origin, ...] = ()
    categories: tuple[Category, ...] = ()
    publisher: str = ""
    min_severity: int = 0
    assigned_to: str = ""
    escalated: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of a list; no token: the last one."""

    items: tuple[Item, ...]
    next_page_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many items there are, by the names of the contract's enums in lower case."""

    total: int
    overdue: int
    by_state: dict[str, int]
    by_origin: dict[str, int]
    by_category: dict[str, int]
    by_severity: dict[int, int]


@dataclass(frozen=True, slots=True)
class SentenceRuling:
    """What a moderator says of one sentence, by its code points."""

    start: int
    end: int
    label: Label
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator says of an article. A label or severity of None: as judged so far."""

    outcome: Outcome
    label: Label | None = None
    severity: int | None = None
    sentences: tuple[SentenceRuling, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ruling on record."""

    decision_id: str
    moderator: str
    decide_time: datetime
    stage: Stage
    ruling: Ruling
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an item; no actor: the service did it."""

    kind: str
    actor: str
    time: datetime
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """That a publisher objects; answered when it has a close time."""

    appeal_id: str
    decision_id: str
    appellant: str
    text: str
    create_time: datetime
    close_time: datetime | None = None
    answer: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a publisher says of a verdict."""

    feedback_id: str
    author: str
    label: Label
    text: str
    create_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherDecision:
    """A decision on another article of the same publisher."""

    item_id: str
    title: str
    outcome: Outcome
    label: Label
    decide_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """How a model's verdicts fared before moderators."""

    model_version: str
    category: Category | None
    decided: int
    overturned: int


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase of the policy in a sentence, by its position from 0."""

    phrase: str
    allows: bool
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the policy made of the score."""

    action: str
    policy_revision: int
    phrases: tuple[PhraseMatch, ...] = ()
    review_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetail:
    """All that a moderator sees of an item; no article: its text is purged."""

    item: Item
    article: Article | None
    score: ArticleScore
    assessment: Assessment
    decisions: tuple[Decision, ...] = ()
    events: tuple[Event, ...] = ()
    appeal: Appeal | None = None
    feedback: tuple[Feedback, ...] = ()
    publisher_decisions: tuple[PublisherDecision, ...] = ()
    track_record: TrackRecord | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision, and where its item stood right after it."""

    decision: Decision
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose key it is, and the names of the methods that it allows."""

    tenant: str
    name: str
    role: str
    categories: tuple[Category, ...] = ()
    methods: frozenset[str] = frozenset()

    def may(self, method: str) -> bool:
        """Whether a method of the contract is allowed, by its bare name."""
        return method in self.methods
