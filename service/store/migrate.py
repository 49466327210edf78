"""The schema, brought up to date while others write."""

from __future__ import annotations

from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.store.migrations.locks import GAVE_WAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

# Any number that no other program takes; servers that start together migrate one after another.
LOCK = 8_423_001

ATTEMPTS = 60
SECONDS_BETWEEN_ATTEMPTS = 0.5


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`, up from wherever it is; an error leaves the last whole one.

    A revision gives way when it cannot have its locks at once, since whoever writes queues behind it, and
    is tried again; OperationalError is raised when it never could.
    """
    _insist(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision`, giving way in the same manner; what later ones hold is lost."""
    _insist(engine, command.downgrade, revision)


def _insist(engine: Engine, move: Callable[[Config, str], None], revision: str) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with _alone(engine) as connection:
                move(_config(connection), revision)
        except OperationalError as error:
            if attempt == ATTEMPTS or not isinstance(error.orig, GAVE_WAY):
                raise
            sleep(SECONDS_BETWEEN_ATTEMPTS)
        else:
            return


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a connection, while no other server migrates.

    The lock is the connection's and no transaction's, since each revision has a transaction of its own. The
    connection is closed for good, and with it goes whatever a revision may have set.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
        try:
            yield connection
        finally:
            connection.invalidate()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    config.attributes["connection"] = connection
    return config
