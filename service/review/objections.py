"""What publishers say back: feedback on a verdict, an appeal against a decision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.errors import NotDecided, NotFound
from service.policy import assess
from service.review.announcing import announce
from service.review.claims import let_go, locked, note
from service.review.keeping import enqueue
from service.review.policies import policy_in_force
from service.review.records import article_score
from service.review.reviews import standing_closing
from service.review.texts import require, within
from service.store.ids import fresh_id
from service.store.ledger import record
from service.store.tables import Appeal, ArticleText, Feedback, Item, Queued, StoredArticle, StoredScore
from service.store.words import Deed, Origin, Stage

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.access import Caller
    from service.classifier.results import Label
    from service.policy import Points


def create_appeal(session: Session, item: str, *, text: str, caller: Caller, now: datetime) -> Appeal:
    """Object to the decision that stands: the item waits again, for a moderator who has not decided it."""
    require(within("text", text, required=True))
    queued = locked(session, item, tenant=caller.tenant)
    decision = standing_closing(session, item)
    if queued.waiting or decision is None:
        raise NotDecided("there is no decision to object to, or an appeal is open already")
    appeal = Appeal(
        id=fresh_id(), item=item, objected=decision.id, appellant=caller.name, text=text, created=now
    )
    session.add(appeal)
    policy = policy_in_force(session, caller.tenant).policy
    let_go(queued)
    queued.waiting = True
    queued.closed = None
    queued.stage = Stage.APPEAL
    queued.origin = Origin.APPEAL
    queued.due = now + timedelta(seconds=policy.due_seconds[decision.severity])
    note(session, item, "appealed", actor=caller.name, now=now)
    record(session, Deed.APPEAL_CREATED, now=now, tenant=caller.tenant, appeal=appeal.id, item=item)
    session.flush()
    announce(session, item, tenant=caller.tenant, now=now)
    return appeal


def submit_feedback(
    session: Session,
    article_id: str,
    *,
    label: Label,
    text: str,
    caller: Caller,
    points: Points,
    now: datetime,
) -> Item | None:
    """Record what a publisher takes to be true, and bring the article before a moderator if its text is kept.

    An item of the article that waits is enough; else there is a new one.
    """
    require(within("text", text))
    article = session.scalar(
        select(StoredArticle)
        .where(StoredArticle.tenant == caller.tenant, StoredArticle.article_id == article_id)
        .order_by(StoredArticle.created.desc())
        .limit(1)
    )
    if article is None or not article_id:
        raise NotFound("no article of that id is stored")
    feedback = Feedback(
        id=fresh_id(),
        tenant=caller.tenant,
        article=article.id,
        author=caller.name,
        label=label,
        text=text,
        created=now,
    )
    session.add(feedback)
    session.flush()
    record(session, Deed.FEEDBACK_SUBMITTED, now=now, tenant=caller.tenant, feedback=feedback.id)
    waiting = session.scalar(
        select(Item)
        .join(Queued, Queued.item == Item.id)
        .where(Item.article == article.id, Queued.waiting.is_(True))
        .limit(1)
    )
    if waiting is not None:
        return waiting
    cause = f"feedback {feedback.id}"
    return queue_again(session, article, origin=Origin.FEEDBACK, cause=cause, points=points, now=now)


def queue_again(
    session: Session,
    article: StoredArticle,
    *,
    origin: Origin,
    cause: str,
    points: Points,
    now: datetime,
) -> Item | None:
    """Make an item of a stored article by its latest score; None when its text is purged."""
    text = session.get(ArticleText, article.id)
    score = session.scalar(
        select(StoredScore)
        .where(StoredScore.article == article.id)
        .order_by(StoredScore.created.desc())
        .limit(1)
    )
    if text is None or score is None:
        return None
    revision = policy_in_force(session, article.tenant)
    answer = article_score(score, body=text.body)
    assessment = assess(
        verdict=answer.verdict,
        overstated=answer.scores.overstated,
        sentences=answer.sentences,
        policy=revision.policy,
        points=points.get(score.model, {}),
    )
    return enqueue(
        session,
        article,
        score,
        assessment=assessment,
        revision=revision,
        origin=origin,
        now=now,
        cause=cause,
    )
