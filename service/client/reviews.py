"""What a publisher hears of the review desk, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from service.classifier.results import ArticleScore, Category, Label
from service.client.answers import article_score
from service.pb.overclaim.v1 import moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp


class Action(StrEnum):
    """What the tenant's policy advises."""

    PUBLISH = "publish"
    REVIEW = "review"
    REVISE = "revise"


class ReviewState(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"
    DECIDED = "decided"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


class Ruled(StrEnum):
    """What was decided of the model's verdict, or of the decision that was objected to."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A score, and what the policy makes of it; without a `review_id` no moderator will see the article."""

    score: ArticleScore
    action: Action
    policy_revision: int
    review_id: str


@dataclass(frozen=True, slots=True)
class RuledSentence:
    """What a moderator says of one sentence, by its code points in the body as submitted."""

    start: int
    end: int
    label: Label
    category: Category | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What moderators decided; `note` is for the publisher."""

    decision_id: str
    outcome: Ruled
    label: Label
    severity: int
    note: str
    sentences: tuple[RuledSentence, ...]
    time: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """An objection to a decision; the last three are empty until it is answered."""

    appeal_id: str
    decision_id: str
    text: str
    created: datetime
    answer: str
    outcome: Ruled | None
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Review:
    """What a publisher may know of an article before moderators."""

    review_id: str
    article_id: str
    publisher: str
    state: ReviewState
    decision: Decision | None
    appeal: Appeal | None


@dataclass(frozen=True, slots=True)
class Told:
    """How a review stood when something was decided of it; keep the token of the last one dealt with."""

    review: Review
    resume_token: str


def submitted(response: moderation_pb2.ScoreArticleResponse) -> Submitted:
    """Read a score with what the policy makes of it."""
    assessment = response.assessment
    action = moderation_pb2.Action.Name(assessment.action).removeprefix("ACTION_")
    return Submitted(
        score=article_score(response.score),
        action=Action[action],
        policy_revision=assessment.policy_revision,
        review_id=assessment.review_id,
    )


def review(message: pb.Review) -> Review:
    """Read where a review stands."""
    return Review(
        review_id=message.review_id,
        article_id=message.article_id,
        publisher=message.publisher,
        state=ReviewState[pb.ReviewState.Name(message.state).removeprefix("REVIEW_STATE_")],
        decision=_decision(message) if message.outcome else None,
        appeal=appeal(message.appeal) if message.HasField("appeal") else None,
    )


def appeal(message: pb.Appeal) -> Appeal:
    """Read an objection."""
    return Appeal(
        appeal_id=message.appeal_id,
        decision_id=message.decision_id,
        text=message.text,
        created=_time(message.create_time),
        answer=message.answer,
        outcome=_ruled(message.outcome) if message.outcome else None,
        closed=_time(message.close_time) if message.HasField("close_time") else None,
    )


def _decision(message: pb.Review) -> Decision:
    return Decision(
        decision_id=message.decision_id,
        outcome=_ruled(message.outcome),
        label=_label(message.label),
        severity=message.severity,
        note=message.note,
        sentences=tuple(map(_sentence, message.sentences)),
        time=_time(message.decide_time),
    )


def _sentence(message: pb.SentenceRuling) -> RuledSentence:
    category = moderation_pb2.Category.Name(message.category).removeprefix("CATEGORY_")
    return RuledSentence(
        start=message.start,
        end=message.end,
        label=_label(message.label),
        category=Category[category] if message.category else None,
    )


def _ruled(outcome: pb.Outcome.ValueType) -> Ruled:
    return Ruled[pb.Outcome.Name(outcome).removeprefix("OUTCOME_")]


def _label(label: moderation_pb2.Label.ValueType) -> Label:
    return Label[moderation_pb2.Label.Name(label).removeprefix("LABEL_")]


def _time(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
