"""Connections and transactions: the same promises from SQLite and PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from service.errors import StoreFull, StoreUnavailable
from service.store.ledger import OPERATOR, note_actor, seal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

# Seconds that a writer waits for another's transaction on SQLite, and anybody for a connection or an answer.
PATIENCE = 10
# Seconds until it is worth asking again whether there is room.
SECONDS_TO_MAKE_ROOM = 30.0
# SQLite calls it full when a write finds no room; beyond a quota, or where it needs room for what connections
# share, it says that a write failed.
NO_ROOM = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
DISK_FULL = "53100"  # PostgreSQL's SQLSTATE


class Store:
    """One database. A transaction ends with its `with`: committed, or rolled back when anything is raised.

    A database that does not answer raises StoreUnavailable, one whose disk is full StoreFull.
    """

    def __init__(self, url: str, *, connections: int = 8) -> None:
        self.engine = _engine(url, connections)
        self._writing = self.engine.execution_options(overclaim_writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether transactions that write stand in one line."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        with available(), Session(self.engine) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a session that sees one state of the database, however long it reads."""
        engine = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        with available(), Session(engine) as session:
            yield session

    @contextmanager
    def writing(self, *, by: str = OPERATOR) -> Iterator[Session]:
        """Give a session whose changes are committed together at the end, with what the audit log tells.

        `by` is who acts: the id of a key, or OPERATOR or SERVER.
        """
        with available(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            note_actor(session, by)
            yield session
            seal(session)

    def scrub(self) -> None:
        """Give what was deleted back to the disk, so that nobody finds it there."""
        with (
            available(),
            self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            if self.is_sqlite:
                # Deleted pages are overwritten (secure_delete); what the log still holds of them goes here.
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            else:
                connection.execute(text("VACUUM texts, explanations"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """Name the database in a file, whose folder is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"sqlite:///{path}"


def _engine(url: str, connections: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=PATIENCE,
            connect_args={"timeout": PATIENCE},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        connect_args={"connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE * 3}s"},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    # Python's module would begin transactions when it sees fit; we say when.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # One that reads first and then writes could find that another has written meanwhile; so writers queue.
    writes = connection.get_execution_options().get("overclaim_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def available() -> Iterator[None]:
    """Raise StoreUnavailable for what a database raises that does not answer, or StoreFull."""
    try:
        yield
    except NoConnection:
        raise _unavailable() from None
    except DBAPIError as error:
        if _is_full(error.orig):
            raise StoreFull(
                "nothing can be kept: the disk of the service's database is full, and its operator must make"
                " room; what need not be kept is still scored",
                retry_after=SECONDS_TO_MAKE_ROOM,
            ) from None
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            raise _unavailable() from None
        raise


def _is_full(raised: BaseException | None) -> bool:
    """Say whether that is how SQLite or PostgreSQL tells that there is no room, or no more than a quota."""
    return (
        getattr(raised, "sqlite_errorname", None) in NO_ROOM or getattr(raised, "sqlstate", None) == DISK_FULL
    )


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable("the database did not answer; retry with the same request_id", retry_after=0.5)
