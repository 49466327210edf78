"""What goes out and who comes in: announcements, webhooks, keys, models in service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import COUNTER, ID, INSTANT, TEXT, WORD, optional, required
from service.store.migrations.locks import lock_against_all, lock_against_writers

revision = "0002"
down_revision = "0001"

TABLES = ("activations", "keys", "webhooks", "announcements", "deliveries")


def upgrade() -> None:
    """Make the tables."""
    lock_against_writers("items", "tenants")
    op.create_table(
        "activations",
        required("id", COUNTER),
        required("version", TEXT),
        required("actor", TEXT),
        required("at", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "keys",
        required("id", ID),
        required("digest", ID),
        required("tenant", ID),
        required("name", TEXT),
        required("role", WORD),
        required("categories", sa.Integer()),
        required("created", INSTANT),
        required("expires", INSTANT),
        optional("revoked", INSTANT),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_keys_tenant", "keys", ["tenant"])
    op.create_table(
        "webhooks",
        required("id", ID),
        required("tenant", ID),
        required("url", TEXT),
        required("secret", TEXT),
        required("created", INSTANT),
        optional("deleted", INSTANT),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhooks_tenant", "webhooks", ["tenant"])
    op.create_table(
        "announcements",
        required("tenant", ID),
        required("position", COUNTER, autoincrement=False),
        required("item", ID),
        required("review", sa.JSON()),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["item"], ["items.id"]),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("tenant", "position"),
    )
    op.create_index("ix_announcements_item_position", "announcements", ["item", "position"])
    op.create_table(
        "deliveries",
        required("id", ID),
        required("tenant", ID),
        required("webhook", ID),
        required("position", COUNTER),
        required("state", WORD),
        required("attempts", sa.Integer()),
        required("next_try", INSTANT),
        required("failure", TEXT),
        sa.ForeignKeyConstraint(["tenant", "position"], ["announcements.tenant", "announcements.position"]),
        sa.ForeignKeyConstraint(["webhook"], ["webhooks.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_deliveries_state_next_try", "deliveries", ["state", "next_try"])
    op.create_index(
        "ix_deliveries_tenant_state_next_try_id", "deliveries", ["tenant", "state", "next_try", "id"]
    )


def downgrade() -> None:
    """Drop them, those that others point to last."""
    lock_against_all("items", "tenants", *TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
