"""The tables of the review desk.

Facts are appended and never changed: articles, scores, policies, items, decisions, undoings, closings. What
is derived from them, for speed, is the queue. What is removed is text: all that quotes an article stands in
`texts` and `explanations`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.classifier.results import Category, Label, Reason, Verdict
from service.classifier.text.markup import Format
from service.policy import Action
from service.store.columns import Counter, Id, Table
from service.store.words import Origin, Outcome, Stage


class Tenant(Table):
    """A platform. `position` counts its announcements; the row's lock puts them in order of their commits."""

    __tablename__ = "tenants"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    retention_days: Mapped[int]
    position: Mapped[int] = mapped_column(Counter)
    salt: Mapped[str]
    created: Mapped[datetime]


class StoredArticle(Table):
    """An article that was to be kept, without its text. The same text under the same id is one."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("tenant", "digest"), Index(None, "tenant", "article_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"))
    article_id: Mapped[str]
    publisher: Mapped[str]
    language: Mapped[str]
    format: Mapped[Format]
    digest: Mapped[str] = mapped_column(Id)
    text_digest: Mapped[str] = mapped_column(Id)
    created: Mapped[datetime]


class ArticleText(Table):
    """The text of an article, until it is purged."""

    __tablename__ = "texts"

    article: Mapped[str] = mapped_column(Id, ForeignKey("articles.id"), primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class StoredScore(Table):
    """What a model said of an article, in numbers; `sentences` have neither text nor words."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("article", "model"),
        Index(None, "tenant", "created"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    article: Mapped[str] = mapped_column(Id, ForeignKey("articles.id"))
    model: Mapped[str]
    verdict: Mapped[Verdict]
    reason: Mapped[Reason | None]
    severity: Mapped[int]
    overstated: Mapped[float]
    hedged: Mapped[float]
    neutral: Mapped[float]
    sentences: Mapped[list[dict[str, Any]]]
    created: Mapped[datetime]


class Explanation(Table):
    """Why a model said it: cues, contributions, advice. It quotes the article, so it goes with its text."""

    __tablename__ = "explanations"

    score: Mapped[str] = mapped_column(Id, ForeignKey("scores.id"), primary_key=True)
    article: Mapped[str] = mapped_column(Id, ForeignKey("texts.article", ondelete="CASCADE"), index=True)
    sentences: Mapped[list[dict[str, Any]]]


class PolicyRow(Table):
    """A revision of a tenant's policy."""

    __tablename__ = "policies"

    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    author: Mapped[str]
    remark: Mapped[str]
    created: Mapped[datetime]


class Item(Table):
    """That an article came before moderators, and why. `dedupe` is a digest of text, policy and model."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("tenant", "dedupe"), Index(None, "tenant", "text_digest"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"))
    article: Mapped[str] = mapped_column(Id, ForeignKey("articles.id"), index=True)
    score: Mapped[str] = mapped_column(Id, ForeignKey("scores.id"))
    dedupe: Mapped[str] = mapped_column(Id)
    text_digest: Mapped[str] = mapped_column(Id)
    origin: Mapped[Origin]
    action: Mapped[Action]
    category: Mapped[Category | None]
    policy_revision: Mapped[int] = mapped_column(Counter)
    phrases: Mapped[list[dict[str, Any]]]
    created: Mapped[datetime]


class Queued(Table):
    """Where an item stands: derived from the facts about it, and locked by whoever changes them.

    `waiting` is false when it is closed. `lease`, `holder` and `lease_until` stand together; a lease that has
    run out is as good as none, but for its holder, who may renew it while nobody else has claimed.
    """

    __tablename__ = "queue"
    __table_args__ = (
        Index(None, "tenant", "waiting", "due", "item"),
        Index(None, "tenant", "waiting", "severity", "item"),
        Index(None, "tenant", "waiting", "created", "item"),
        Index(None, "tenant", "holder", "lease_request"),
    )

    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    publisher: Mapped[str]
    origin: Mapped[Origin]
    severity: Mapped[int]
    categories: Mapped[int]
    waiting: Mapped[bool]
    stage: Mapped[Stage | None]
    required: Mapped[int]
    recorded: Mapped[int]
    assigned: Mapped[str]
    escalated: Mapped[bool]
    lease: Mapped[str | None] = mapped_column(Id)
    lease_request: Mapped[str]
    holder: Mapped[str]
    lease_until: Mapped[datetime | None]
    created: Mapped[datetime]
    due: Mapped[datetime]
    closed: Mapped[datetime | None]


class Skip(Table):
    """That an item is not to be offered to a moderator for a while."""

    __tablename__ = "skips"

    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), primary_key=True)
    moderator: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Event(Table):
    """Something that happened to an item."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "item", "id"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"))
    kind: Mapped[str]
    actor: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class Decision(Table):
    """What a moderator decided. A claim is good for one, and so is a request id of the moderator's."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("tenant", "moderator", "request"),
        UniqueConstraint("claim"),
        Index(None, "item", "at"),
        Index(None, "tenant", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"))
    stage: Mapped[Stage]
    appeal: Mapped[str | None] = mapped_column(Id, ForeignKey("appeals.id"))
    moderator: Mapped[str]
    request: Mapped[str]
    request_digest: Mapped[str] = mapped_column(Id)
    claim: Mapped[str] = mapped_column(Id)
    outcome: Mapped[Outcome]
    label: Mapped[Label]
    severity: Mapped[int]
    sentences: Mapped[list[dict[str, Any]]]
    reason: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]


class Undoing(Table):
    """That a decision was taken back."""

    __tablename__ = "undoings"

    decision: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime]


class Closing(Table):
    """That a decision closed an item. It stands unless the decision is undone or a later one stands."""

    __tablename__ = "closings"
    __table_args__ = (Index(None, "tenant", "at"),)

    decision: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"), primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), index=True)
    overturned: Mapped[bool]
    at: Mapped[datetime]


class Appeal(Table):
    """That a publisher objects to a decision."""

    __tablename__ = "appeals"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), index=True)
    objected: Mapped[str] = mapped_column(Id)
    appellant: Mapped[str]
    text: Mapped[str]
    created: Mapped[datetime]


class Feedback(Table):
    """What a publisher says of a verdict."""

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    article: Mapped[str] = mapped_column(Id, ForeignKey("articles.id"), index=True)
    author: Mapped[str]
    label: Mapped[Label]
    text: Mapped[str]
    created: Mapped[datetime]


class Sampling(Table):
    """That an item was chosen to be labelled, by which arm, and with what chance."""

    __tablename__ = "samplings"

    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), primary_key=True)
    arm: Mapped[str]
    chance: Mapped[float]
    at: Mapped[datetime] = mapped_column(primary_key=True)
