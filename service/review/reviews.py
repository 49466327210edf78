"""A review as its publisher sees it, in the contract's JSON form: for watchers, webhooks and GetReview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from service.errors import NotFound
from service.store.tables import Appeal, Closing, Decision, Item, Queued, StoredArticle, Undoing
from service.store.words import Stage

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def review(session: Session, item: str, *, tenant: str) -> dict[str, Any]:
    """Give a review as the JSON object of a Review; NotFound when the tenant has none of that id."""
    row = session.execute(
        select(Queued, StoredArticle)
        .join(Item, Item.id == Queued.item)
        .join(StoredArticle, StoredArticle.id == Item.article)
        .where(Queued.item == item, Queued.tenant == tenant)
    ).first()
    if row is None:
        raise NotFound("there is no such review")
    queued, article = row
    decision = standing_closing(session, item)
    appeal = latest_appeal(session, item)
    told: dict[str, Any] = {
        "reviewId": item,
        "articleId": article.article_id,
        "publisher": article.publisher,
        "state": f"REVIEW_STATE_{_state(session, queued, decision)}",
    }
    if decision is not None:
        told |= _decided(decision)
    if appeal is not None:
        told["appeal"] = _appeal(session, appeal)
    return told


def standing_closing(session: Session, item: str) -> Decision | None:
    """Give the decision that closed an item last, unless it was taken back; then the one before."""
    undone = exists().where(Undoing.decision == Decision.id)
    query = (
        select(Decision)
        .join(Closing, Closing.decision == Decision.id)
        .where(Closing.item == item, ~undone)
        .order_by(Closing.at.desc())
        .limit(1)
    )
    return session.scalar(query)


def latest_appeal(session: Session, item: str) -> Appeal | None:
    """Give the latest objection to a decision on an item."""
    return session.scalar(
        select(Appeal).where(Appeal.item == item).order_by(Appeal.created.desc(), Appeal.id).limit(1)
    )


def answer_to(session: Session, appeal: Appeal) -> Decision | None:
    """Give the decision that answers an appeal, unless it was taken back."""
    undone = exists().where(Undoing.decision == Decision.id)
    return session.scalar(select(Decision).where(Decision.appeal == appeal.id, ~undone))


def _state(session: Session, queued: Queued, decision: Decision | None) -> str:
    if queued.stage is Stage.APPEAL:
        return "APPEALED"
    if not queued.waiting:
        return "DECIDED"
    was_closed = session.scalar(select(exists().where(Closing.item == queued.item)))
    return "WITHDRAWN" if was_closed and decision is None else "WAITING"


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": f"OUTCOME_{decision.outcome.name}",
        "label": f"LABEL_{decision.label.name}",
        "severity": decision.severity,
        "note": decision.note,
        "sentences": [
            {
                "start": each["start"],
                "end": each["end"],
                "label": f"LABEL_{each['label'].upper()}",
                "category": f"CATEGORY_{(each['category'] or 'unspecified').upper()}",
            }
            for each in decision.sentences
        ],
        "decideTime": timestamp(decision.at),
        "decisionId": decision.id,
    }


def _appeal(session: Session, appeal: Appeal) -> dict[str, Any]:
    told: dict[str, Any] = {
        "appealId": appeal.id,
        "decisionId": appeal.objected,
        "appellant": appeal.appellant,
        "text": appeal.text,
        "createTime": timestamp(appeal.created),
    }
    answer = answer_to(session, appeal)
    if answer is not None:
        told |= {
            "closeTime": timestamp(answer.at),
            "answer": answer.note,
            "outcome": f"OUTCOME_{answer.outcome.name}",
        }
    return told


def timestamp(at: datetime) -> str:
    """Write a time in UTC as JSON forms of the contract do."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
