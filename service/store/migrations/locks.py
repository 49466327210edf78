"""What a revision locks on PostgreSQL, all at its beginning: writers queue behind it once, not by table."""

from __future__ import annotations

from alembic import op
from psycopg.errors import LockNotAvailable, QueryCanceled

# How long a revision waits for its locks, all of them together.
PATIENCE = "200ms"
# What PostgreSQL says when they could not be had.
GAVE_WAY = (LockNotAvailable, QueryCanceled)


def lock_against_writers(*tables: str) -> None:
    """Lock tables that new foreign keys point to, as those need it; who reads goes on."""
    _lock(tables, "SHARE ROW EXCLUSIVE")


def lock_against_all(*tables: str) -> None:
    """Lock tables that are changed or dropped, and those that a dropped one points to."""
    _lock(tables, "ACCESS EXCLUSIVE")


def _lock(tables: tuple[str, ...], mode: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Not `lock_timeout`, which counts anew for each table, so that writers behind the first wait for all.
    op.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
    op.execute(f"LOCK TABLE {', '.join(sorted(tables))} IN {mode} MODE")
    op.execute("SET LOCAL statement_timeout TO DEFAULT")
