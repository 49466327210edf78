"""How long texts are kept, and their removal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from service.errors import InvalidRequest, NotFound, Violation
from service.store.ids import digest
from service.store.ledger import record
from service.store.tables import ArticleText, Explanation, StoredArticle, Tenant
from service.store.words import Deed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MAX_DAYS = 3_650


def set_retention(session: Session, *, tenant: str, days: int, now: datetime) -> int:
    """Say how long a tenant's texts are kept; give how many went at once."""
    if not 1 <= days <= MAX_DAYS:
        raise InvalidRequest((Violation("days", f"must be 1 to {MAX_DAYS:,}", MAX_DAYS),))
    row = session.get(Tenant, tenant, with_for_update=True)
    if row is None:
        raise NotFound("there is no such tenant")
    row.retention_days = days
    session.flush()
    record(session, Deed.RETENTION_SET, now=now, tenant=tenant, days=days)
    return purge_texts(session, tenant=tenant, now=now)


def purge_texts(session: Session, *, tenant: str, now: datetime) -> int:
    """Remove a tenant's texts that are past their time; give how many. Scores and decisions stay."""
    row = session.get(Tenant, tenant)
    if row is None:
        return 0
    old = select(ArticleText.article).join(StoredArticle, StoredArticle.id == ArticleText.article)
    past = ArticleText.kept_at <= now - timedelta(days=row.retention_days)
    removed = _remove(session, old.where(StoredArticle.tenant == tenant, past))
    if removed:
        record(session, Deed.TEXTS_PURGED, now=now, tenant=tenant, removed=removed)
    return removed


def purge_article(session: Session, article_id: str, *, tenant: str, now: datetime) -> int:
    """Remove the texts of one article, by the platform's id, whatever their time."""
    kept = select(ArticleText.article).join(StoredArticle, StoredArticle.id == ArticleText.article)
    removed = _remove(
        session, kept.where(StoredArticle.tenant == tenant, StoredArticle.article_id == article_id)
    )
    # The platform's id may tell who it is about, and outlives the text here; its digest is enough to ask by.
    record(
        session, Deed.TEXTS_PURGED, now=now, tenant=tenant, article_digest=digest(article_id), removed=removed
    )
    return removed


def tenants(session: Session) -> list[str]:
    """List all tenants."""
    return list(session.scalars(select(Tenant.id)))


def _remove(session: Session, articles: Select[str]) -> int:
    gone = list(session.scalars(articles))
    for start in range(0, len(gone), 500):
        some = gone[start : start + 500]
        session.execute(delete(Explanation).where(Explanation.article.in_(some)))
        session.execute(delete(ArticleText).where(ArticleText.article.in_(some)))
    return len(gone)
