"""Models on trial, and what was counted of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import COUNTER, ID, INSTANT, TEXT, WORD, required
from service.store.migrations.locks import lock_against_all

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trials",
        required("id", COUNTER),
        required("kind", WORD),
        required("version", TEXT),
        required("percent", sa.Integer()),
        required("tenant", ID),
        required("actor", TEXT),
        required("at", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "trial_counts",
        required("trial", COUNTER, autoincrement=False),
        required("serving", TEXT),
        required("measure", ID),
        required("cell", ID),
        required("number", COUNTER),
        sa.ForeignKeyConstraint(["trial"], ["trials.id"]),
        sa.PrimaryKeyConstraint("trial", "serving", "measure", "cell"),
    )


def downgrade() -> None:
    """Drop them."""
    lock_against_all("trial_counts", "trials")
    op.drop_table("trial_counts")
    op.drop_table("trials")
