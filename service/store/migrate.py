"""The schema, brought up to date while others write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# Any number that no other program takes; servers that start together migrate one after another.
LOCK = 8_423_001


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`, up from wherever it is; an error leaves the last whole one."""
    with engine.connect() as connection:
        _take_lock(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision`; what later ones hold is lost."""
    with engine.connect() as connection:
        _take_lock(connection)
        command.downgrade(_config(connection), revision)


def _take_lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Held by the connection, not by a transaction: each revision has one of its own.
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    config.attributes["connection"] = connection
    return config
