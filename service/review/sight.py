"""All that a moderator sees of an item; while reviews are blind, no trace of who else has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, exists, func, or_, select

from service.review.claims import entry
from service.review.records import article_score
from service.review.reviews import answer_to, latest_appeal
from service.store.tables import (
    Appeal,
    ArticleText,
    Closing,
    Decision,
    Event,
    Explanation,
    Feedback,
    Item,
    Queued,
    StoredScore,
    Undoing,
)
from service.store.words import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.access import Caller
    from service.classifier.results import ArticleScore, Label
    from service.review.queue import Entry
    from service.store.words import Outcome

EARLIER_SHOWN = 10
# What tells who has been at an item; of comments, escalations and handing over, others are meant to know.
HANDLING = ("claimed", "released", "skipped", "decided", "undone")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision on another article of the same publisher."""

    item: str
    title: str
    outcome: Outcome
    label: Label
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """An item with all that is known of it; `text` is None when it is purged."""

    entry: Entry
    text: ArticleText | None
    score: ArticleScore
    decisions: Sequence[Decision]
    undone: frozenset[str]
    events: Sequence[Event]
    appeal: Appeal | None
    answer: Decision | None
    feedback: Sequence[Feedback]
    earlier: Sequence[Earlier]
    decided: int
    overturned: int


def look_at(session: Session, item: str, *, caller: Caller) -> Sight:
    """Give an item as the caller may see it; NotFound when the tenant has none of that id."""
    found = entry(session, item, tenant=caller.tenant)
    text = session.get(ArticleText, found.article.id)
    explanation = session.get(Explanation, found.score.id)
    decisions = _decisions(session, found, caller)
    appeal = latest_appeal(session, item)
    decided, overturned = _track_record(session, found)
    return Sight(
        entry=found,
        text=text,
        score=article_score(
            found.score,
            body=text.body if text else "",
            explained=explanation.sentences if explanation else None,
        ),
        decisions=decisions,
        undone=frozenset(
            session.scalars(
                select(Undoing.decision).where(Undoing.decision.in_([each.id for each in decisions]))
            )
        ),
        events=_events(session, found, caller),
        appeal=appeal,
        answer=answer_to(session, appeal) if appeal else None,
        feedback=session.scalars(
            select(Feedback).where(Feedback.article == found.article.id).order_by(Feedback.created)
        ).all(),
        earlier=_earlier(session, found),
        decided=decided,
        overturned=overturned,
    )


def _decisions(session: Session, found: Entry, caller: Caller) -> Sequence[Decision]:
    query = select(Decision).where(Decision.item == found.item.id).order_by(Decision.at, Decision.id)
    if found.queued.stage is Stage.REVIEW:
        query = query.where(Decision.moderator == caller.name)
    return session.scalars(query).all()


def _events(session: Session, found: Entry, caller: Caller) -> Sequence[Event]:
    query = select(Event).where(Event.item == found.item.id).order_by(Event.id)
    if found.queued.stage is Stage.REVIEW and found.queued.required > 1:
        query = query.where(or_(Event.actor == caller.name, Event.kind.not_in(HANDLING)))
    return session.scalars(query).all()


def _earlier(session: Session, found: Entry) -> list[Earlier]:
    if not found.article.publisher:
        return []
    undone = exists().where(Undoing.decision == Decision.id)
    rows = session.execute(
        select(Item.id, func.coalesce(ArticleText.title, ""), Decision.outcome, Decision.label, Decision.at)
        .join(Closing, Closing.item == Item.id)
        .join(Decision, Decision.id == Closing.decision)
        .join(Queued, Queued.item == Item.id)
        .outerjoin(ArticleText, ArticleText.article == Item.article)
        .where(
            Queued.tenant == found.item.tenant,
            Queued.publisher == found.article.publisher,
            Queued.waiting.is_(False),
            Item.id != found.item.id,
            ~undone,
        )
        .order_by(Decision.at.desc())
        .limit(EARLIER_SHOWN)
    )
    return [Earlier(*row) for row in rows]


def _track_record(session: Session, found: Entry) -> tuple[int, int]:
    """Count the closed items of the same model and category, and those of them that overturned the model."""
    undone = exists().where(Undoing.decision == Closing.decision)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Closing.overturned.cast(Integer)), 0))
        .select_from(Closing)
        .join(Item, Item.id == Closing.item)
        .join(StoredScore, StoredScore.id == Item.score)
        .where(
            Closing.tenant == found.item.tenant,
            StoredScore.model == found.score.model,
            Item.category == found.item.category if found.item.category else Item.category.is_(None),
            ~undone,
        )
    ).one()
    decided, overturned = row
    return decided, int(overturned)
