"""What tenants may ask for, and what they have asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import COUNTER, ID, optional, required
from service.store.migrations.locks import lock_against_all, lock_against_writers

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    lock_against_writers("tenants")
    op.create_table(
        "quotas",
        required("tenant", ID),
        optional("rate_calls", COUNTER),
        optional("rate_articles", COUNTER),
        optional("rate_code_points", COUNTER),
        optional("daily_articles", COUNTER),
        optional("daily_code_points", COUNTER),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("tenant"),
    )
    op.create_table(
        "usage",
        required("tenant", ID),
        required("day", ID),
        required("articles", COUNTER),
        required("code_points", COUNTER),
        sa.PrimaryKeyConstraint("tenant", "day"),
    )


def downgrade() -> None:
    """Drop them."""
    lock_against_all("quotas", "tenants", "usage")
    op.drop_table("usage")
    op.drop_table("quotas")
