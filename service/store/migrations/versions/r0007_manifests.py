"""Which manifest a model was put in service with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import ID
from service.store.migrations.locks import lock_against_all

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the column; of what served before, nothing is known."""
    lock_against_all("activations")
    op.add_column("activations", sa.Column("manifest", ID, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    lock_against_all("activations")
    op.drop_column("activations", "manifest")
