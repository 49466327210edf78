"""The review desk: articles, scores, policies, items and what happens to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import COUNTER, ID, INSTANT, TEXT, WORD, optional, required
from service.store.migrations.locks import lock_against_all

revision = "0001"
down_revision = None

TABLES = (
    "tenants",
    "articles",
    "policies",
    "feedback",
    "scores",
    "texts",
    "explanations",
    "items",
    "appeals",
    "events",
    "queue",
    "samplings",
    "skips",
    "decisions",
    "closings",
    "undoings",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tenants",
        required("id", ID),
        required("retention_days", sa.Integer()),
        required("position", COUNTER),
        required("salt", TEXT),
        required("created", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "articles",
        required("id", ID),
        required("tenant", ID),
        required("article_id", TEXT),
        required("publisher", TEXT),
        required("language", TEXT),
        required("format", WORD),
        required("digest", ID),
        required("text_digest", ID),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "digest"),
    )
    op.create_index("ix_articles_tenant_article_id", "articles", ["tenant", "article_id"])
    op.create_table(
        "policies",
        required("tenant", ID),
        required("revision", COUNTER, autoincrement=False),
        required("body", sa.JSON()),
        required("author", TEXT),
        required("remark", TEXT),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("tenant", "revision"),
    )
    op.create_table(
        "feedback",
        required("id", ID),
        required("tenant", ID),
        required("article", ID),
        required("author", TEXT),
        required("label", WORD),
        required("text", TEXT),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["article"], ["articles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_feedback_article", "feedback", ["article"])
    op.create_table(
        "scores",
        required("id", ID),
        required("tenant", ID),
        required("article", ID),
        required("model", TEXT),
        required("verdict", WORD),
        optional("reason", WORD),
        required("severity", sa.Integer()),
        required("overstated", sa.Double()),
        required("hedged", sa.Double()),
        required("neutral", sa.Double()),
        required("sentences", sa.JSON()),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["article"], ["articles.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article", "model"),
    )
    op.create_index("ix_scores_tenant_created", "scores", ["tenant", "created"])
    op.create_table(
        "texts",
        required("article", ID),
        required("title", TEXT),
        required("body", TEXT),
        required("kept_at", INSTANT),
        sa.ForeignKeyConstraint(["article"], ["articles.id"]),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("ix_texts_kept_at", "texts", ["kept_at"])
    op.create_table(
        "explanations",
        required("score", ID),
        required("article", ID),
        required("sentences", sa.JSON()),
        sa.ForeignKeyConstraint(["article"], ["texts.article"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["score"], ["scores.id"]),
        sa.PrimaryKeyConstraint("score"),
    )
    op.create_index("ix_explanations_article", "explanations", ["article"])
    op.create_table(
        "items",
        required("id", ID),
        required("tenant", ID),
        required("article", ID),
        required("score", ID),
        required("dedupe", ID),
        required("text_digest", ID),
        required("origin", WORD),
        required("action", WORD),
        optional("category", WORD),
        required("policy_revision", COUNTER),
        required("phrases", sa.JSON()),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["article"], ["articles.id"]),
        sa.ForeignKeyConstraint(["score"], ["scores.id"]),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "dedupe"),
    )
    op.create_index("ix_items_article", "items", ["article"])
    op.create_index("ix_items_tenant_text_digest", "items", ["tenant", "text_digest"])
    op.create_table(
        "appeals",
        required("id", ID),
        required("item", ID),
        required("objected", ID),
        required("appellant", TEXT),
        required("text", TEXT),
        required("created", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_appeals_item", "appeals", ["item"])
    op.create_table(
        "events",
        required("id", COUNTER),
        required("item", ID),
        required("kind", TEXT),
        required("actor", TEXT),
        required("text", TEXT),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_events_item_id", "events", ["item", "id"])
    op.create_table(
        "queue",
        required("item", ID),
        required("tenant", ID),
        required("publisher", TEXT),
        required("origin", WORD),
        required("severity", sa.Integer()),
        required("categories", sa.Integer()),
        required("waiting", sa.Boolean()),
        optional("stage", WORD),
        required("required", sa.Integer()),
        required("recorded", sa.Integer()),
        required("assigned", TEXT),
        required("escalated", sa.Boolean()),
        optional("lease", ID),
        required("lease_request", TEXT),
        required("holder", TEXT),
        optional("lease_until", INSTANT),
        required("created", INSTANT),
        required("due", INSTANT),
        optional("closed", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("item"),
    )
    op.create_index("ix_queue_tenant_holder_lease_request", "queue", ["tenant", "holder", "lease_request"])
    op.create_index("ix_queue_tenant_waiting_created_item", "queue", ["tenant", "waiting", "created", "item"])
    op.create_index("ix_queue_tenant_waiting_due_item", "queue", ["tenant", "waiting", "due", "item"])
    op.create_index(
        "ix_queue_tenant_waiting_severity_item", "queue", ["tenant", "waiting", "severity", "item"]
    )
    op.create_table(
        "samplings",
        required("item", ID),
        required("arm", TEXT),
        required("chance", sa.Double()),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("item", "at"),
    )
    op.create_table(
        "skips",
        required("item", ID),
        required("moderator", TEXT),
        required("until", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("item", "moderator"),
    )
    op.create_table(
        "decisions",
        required("id", ID),
        required("tenant", ID),
        required("item", ID),
        required("stage", WORD),
        optional("appeal", ID),
        required("moderator", TEXT),
        required("request", TEXT),
        required("request_digest", ID),
        required("claim", ID),
        required("outcome", WORD),
        required("label", WORD),
        required("severity", sa.Integer()),
        required("sentences", sa.JSON()),
        required("reason", TEXT),
        required("note", TEXT),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["appeal"], ["appeals.id"]),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("claim"),
        sa.UniqueConstraint("tenant", "moderator", "request"),
    )
    op.create_index("ix_decisions_item_at", "decisions", ["item", "at"])
    op.create_index("ix_decisions_tenant_at", "decisions", ["tenant", "at"])
    op.create_table(
        "closings",
        required("decision", ID),
        required("tenant", ID),
        required("item", ID),
        required("overturned", sa.Boolean()),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["decision"], ["decisions.id"]),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.PrimaryKeyConstraint("decision"),
    )
    op.create_index("ix_closings_item", "closings", ["item"])
    op.create_index("ix_closings_tenant_at", "closings", ["tenant", "at"])
    op.create_table(
        "undoings",
        required("decision", ID),
        required("actor", TEXT),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["decision"], ["decisions.id"]),
        sa.PrimaryKeyConstraint("decision"),
    )


def downgrade() -> None:
    """Drop them, those that others point to last."""
    lock_against_all(*TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
