"""Alembic's entry: runs revisions on the connection that service.store.migrate gives."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from service.store import ledger, metering, outward, tables, trying
from service.store.columns import Table
from service.store.migrations.locks import PATIENCE

# Imported for the tables that they define.
DEFINED = (ledger, metering, outward, tables, trying)

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    # For whatever a revision has not locked at its beginning, alembic's own table included.
    connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
    connection.commit()
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    transaction_per_migration=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
