"""Keep an article and its score, and put it before moderators where the policy says so."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.classifier.results import Label
from service.policy import Action
from service.review.records import explanations, numbers
from service.store.columns import mask
from service.store.ids import digest, fresh_id
from service.store.rows import find_or_add
from service.store.tables import (
    ArticleText,
    Closing,
    Decision,
    Event,
    Explanation,
    Item,
    Queued,
    StoredArticle,
    StoredScore,
    Tenant,
)
from service.store.words import Origin, Stage

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.article import Article
    from service.classifier.results import ArticleScore
    from service.policy import Assessment
    from service.review.policies import Revision


def keep_article(
    session: Session, article: Article, score: ArticleScore, *, tenant: str, now: datetime
) -> tuple[StoredArticle, StoredScore]:
    """Store an article with its text and score; what is stored already is stored once, its text anew."""
    text_digest = digest(article.title, article.body, article.format.value)
    stored = find_or_add(
        session,
        StoredArticle(
            id=fresh_id(),
            tenant=tenant,
            article_id=article.article_id,
            publisher=article.publisher,
            language=article.language,
            format=article.format,
            digest=digest(text_digest, article.article_id, article.publisher, article.language),
            text_digest=text_digest,
            created=now,
        ),
        by=("tenant", "digest"),
    )
    text = session.get(ArticleText, stored.id, with_for_update=True)
    if text is None:
        text = find_or_add(
            session,
            ArticleText(article=stored.id, title=article.title, body=article.body, kept_at=now),
            by=("article",),
        )
    text.kept_at = now
    row = find_or_add(
        session,
        StoredScore(
            id=fresh_id(),
            tenant=tenant,
            article=stored.id,
            model=score.model,
            verdict=score.verdict,
            reason=score.reason,
            severity=score.severity,
            overstated=score.scores.overstated,
            hedged=score.scores.hedged,
            neutral=score.scores.neutral,
            sentences=numbers(score),
            created=now,
        ),
        by=("article", "model"),
    )
    words = Explanation(score=row.id, article=stored.id, sentences=explanations(score))
    find_or_add(session, words, by=("score",))
    return stored, row


def review_article(
    session: Session,
    article: StoredArticle,
    score: StoredScore,
    *,
    assessment: Assessment,
    revision: Revision,
    now: datetime,
) -> Item | None:
    """Put an article before moderators when the policy or the audit's dice say so; give its item, if any.

    The same text under the same policy and model has one item. One that was cleared before comes back only
    when its score has moved by the policy's `requeue_shift`.
    """
    origin = Origin.PHRASE if assessment.by_phrase else Origin.MODEL
    if assessment.action is Action.PUBLISH:
        if not _is_audited(session, article, revision):
            return None
        origin = Origin.AUDIT
    cleared = _cleared(session, article, score, shift=revision.policy.requeue_shift)
    if cleared is not None:
        return cleared
    return enqueue(session, article, score, assessment=assessment, revision=revision, origin=origin, now=now)


def enqueue(
    session: Session,
    article: StoredArticle,
    score: StoredScore,
    *,
    assessment: Assessment,
    revision: Revision,
    origin: Origin,
    now: datetime,
    cause: str = "",
) -> Item:
    """Make an item that waits for its reviews, or give the one that stands for the same text and `cause`."""
    fresh = Item(
        id=fresh_id(),
        tenant=article.tenant,
        article=article.id,
        score=score.id,
        dedupe=digest(article.text_digest, revision.number, score.model, cause),
        text_digest=article.text_digest,
        origin=origin,
        action=assessment.action,
        category=assessment.categories[0] if assessment.categories else None,
        policy_revision=revision.number,
        phrases=[asdict(each) for each in assessment.phrases],
        created=now,
    )
    item = find_or_add(session, fresh, by=("tenant", "dedupe"))
    if item is fresh:
        policy = revision.policy
        session.add(
            Queued(
                item=item.id,
                tenant=item.tenant,
                publisher=article.publisher,
                origin=origin,
                severity=score.severity,
                categories=mask(assessment.categories),
                waiting=True,
                stage=Stage.REVIEW,
                required=policy.reviews_required,
                recorded=0,
                assigned="",
                escalated=False,
                lease=None,
                lease_request="",
                holder="",
                lease_until=None,
                created=now,
                due=now + timedelta(seconds=policy.due_seconds[score.severity]),
                closed=None,
            )
        )
        session.add(Event(item=item.id, kind="queued", actor="", text="", at=now))
        session.flush()
    return item


def _is_audited(session: Session, article: StoredArticle, revision: Revision) -> bool:
    """Throw dice that fall alike for the same text: sending it again and again does not change the share."""
    share = revision.policy.audit_share
    if not share:
        return False
    salt = session.scalar(select(Tenant.salt).where(Tenant.id == article.tenant))
    thrown = int(digest(salt, article.text_digest, revision.number), 16) / (1 << 256)
    return thrown < share


def _cleared(session: Session, article: StoredArticle, score: StoredScore, *, shift: float) -> Item | None:
    """Give the item by which the same text was found not to be overstated, if its score has hardly moved."""
    latest = (
        select(Item, Decision.label, StoredScore.overstated)
        .join(Queued, Queued.item == Item.id)
        .join(Closing, Closing.item == Item.id)
        .join(Decision, Decision.id == Closing.decision)
        .join(StoredScore, StoredScore.id == Item.score)
        .where(Item.tenant == article.tenant, Item.text_digest == article.text_digest, ~Queued.waiting)
        .order_by(Closing.at.desc())
        .limit(1)
    )
    found = session.execute(latest).first()
    if found is None:
        return None
    item, label, overstated = found
    if label is Label.OVERSTATED or abs(overstated - score.overstated) >= shift:
        return None
    return item
