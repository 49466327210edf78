"""Open the database that the settings name, with its schema up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from service.store.engine import Store, available, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Mapping


def open_store(url: str, *, connections: int = 8) -> Store:
    """Open a database and bring its schema up to date; "" is the file of `default_path`."""
    from service.store.migrate import migrate  # noqa: PLC0415 - weighs 12 MB, which workers need not carry

    store = store_at(url, connections=connections)
    with available():
        migrate(store.engine)
    return store


def store_at(url: str, *, connections: int = 8) -> Store:
    """Open a database whose schema is up to date, as one of `open_store` made it."""
    return Store(url or sqlite_url(default_path(os.environ)), connections=connections)


def default_path(environment: Mapping[str, str]) -> Path:
    """Say where a fresh machine keeps its database: the XDG base directory for state."""
    home = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "overclaim" / "overclaim.db"
