"""The audit log, which the database itself refuses to change; whose a key's queues and an activation are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.migrations.columns import COUNTER, ID, INSTANT, TEXT, required
from service.store.migrations.locks import lock_against_all

revision = "0003"
down_revision = "0002"

REFUSAL = "the audit log is appended to and never changed"


def upgrade() -> None:
    """Make the tables and their guards, and add the columns."""
    lock_against_all("activations", "keys")
    op.create_table(
        "audit",
        required("chain", ID),
        required("number", COUNTER, autoincrement=False),
        required("form", sa.Integer()),
        required("at", INSTANT),
        required("actor", TEXT),
        required("deed", TEXT),
        required("subject", sa.JSON()),
        required("payload", ID),
        required("previous", ID),
        required("digest", ID),
        sa.PrimaryKeyConstraint("chain", "number"),
    )
    op.create_table(
        "audit_heads",
        required("chain", ID),
        required("number", COUNTER),
        required("digest", ID),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.add_column("keys", sa.Column("origins", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("activations", sa.Column("tenant", ID, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Drop them; the guards of a table go with it."""
    lock_against_all("activations", "audit", "audit_heads", "keys")
    op.drop_column("activations", "tenant")
    op.drop_column("keys", "origins")
    op.drop_table("audit_heads")
    op.drop_table("audit")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION overclaim_refuse()")


def _guard_sqlite() -> None:
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_heads_forward BEFORE UPDATE ON audit_heads "
        "WHEN NEW.number <= OLD.number OR NEW.chain <> OLD.chain "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION overclaim_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION overclaim_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads "
        "FOR EACH ROW EXECUTE FUNCTION overclaim_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_heads_forward BEFORE UPDATE ON audit_heads FOR EACH ROW "
        "WHEN (NEW.number <= OLD.number OR NEW.chain <> OLD.chain) EXECUTE FUNCTION overclaim_refuse()"
    )
    for table in ("audit", "audit_heads"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION overclaim_refuse()"
        )
