"""Who signed in with an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import ID, INSTANT, TEXT, required
from service.store.migrations.locks import lock_against_all, lock_against_writers

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    lock_against_writers("keys")
    op.create_table(
        "sign_ins",
        required("nonce", ID),
        required("key", ID),
        required("issuer", TEXT),
        required("subject", TEXT),
        required("at", INSTANT),
        sa.ForeignKeyConstraint(["key"], ["keys.id"]),
        sa.PrimaryKeyConstraint("nonce"),
        sa.UniqueConstraint("key"),
    )


def downgrade() -> None:
    """Drop it."""
    lock_against_all("keys", "sign_ins")
    op.drop_table("sign_ins")
