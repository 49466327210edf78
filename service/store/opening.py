"""Open the database that the settings name, with its schema up to date."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.store.engine import Store, available, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

VERSIONS = Path(__file__).parent / "migrations" / "versions"
REVISION = re.compile(r"r(\d{4})_\w+\.py")


def open_store(url: str, *, connections: int = 8) -> Store:
    """Open a database and bring its schema up to date; "" is the file of `default_path`."""
    store = store_at(url, connections=connections)
    with available():
        if not is_current(store.engine):
            from service.store.migrate import migrate  # noqa: PLC0415 - a fifth of a second, and 12 MB

            migrate(store.engine)
    return store


def is_current(engine: Engine) -> bool:
    """Tell whether the schema is of the newest revision, as the migrations' files name it."""
    newest = max(found[1] for each in VERSIONS.iterdir() if (found := REVISION.fullmatch(each.name)))
    with engine.connect() as connection:
        try:
            return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]
        except DBAPIError:  # no such table
            return False


def store_at(url: str, *, connections: int = 8) -> Store:
    """Open a database whose schema is up to date, as one of `open_store` made it."""
    return Store(url or sqlite_url(default_path(os.environ)), connections=connections)


def default_path(environment: Mapping[str, str]) -> Path:
    """Say where a fresh machine keeps its database: the XDG base directory for state."""
    home = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "overclaim" / "overclaim.db"
