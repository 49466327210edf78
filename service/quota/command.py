"""`overclaim quota`: shows and sets what a tenant may ask for, in the database itself."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.quota.amounts import Limits
from service.quota.limits import NAMES, set_limits, standing
from service.store.opening import open_store

if TYPE_CHECKING:
    import argparse

    from service.store.engine import Store


def run(options: argparse.Namespace) -> int:
    """Do one part of the command and return the exit status."""
    store = open_store(options.database or os.environ.get("OVERCLAIM_DATABASE", ""))
    try:
        {"show": _show, "set": _set}[options.part](store, options)
    finally:
        store.close()
    return 0


def _set(store: Store, options: argparse.Namespace) -> None:
    chosen = {name: getattr(options, name) for name in NAMES}
    with store.writing() as session:
        set_limits(session, options.tenant, chosen, caller=None, defaults=Limits(), now=datetime.now(UTC))


def _show(store: Store, options: argparse.Namespace) -> None:
    with store.reading() as session:
        found = standing(session, options.tenant, caller=None, defaults=Limits(), now=datetime.now(UTC))
    for name in NAMES:
        sys.stdout.write(
            f"{name:18} {_told(found.chosen[name])}{_left(found.left, name, found.chosen[name])}\n"
        )


def _told(value: int | None) -> str:
    return "the server's default" if value is None else f"{value:,}" if value else "no limit"


def _left(left: object, name: str, value: int | None) -> str:
    if not value or not name.startswith("daily_"):
        return ""
    return f", of which {getattr(left, name.removeprefix('daily_')):,} are left today"
