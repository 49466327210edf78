"""`overclaim keys`: makes, lists and revokes keys, in the database itself, for whoever runs the server."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from service import access
from service.classifier.results import Category
from service.errors import InvalidRequest, Violation
from service.store.columns import unmask, unmask_origins
from service.store.opening import open_store
from service.store.words import Origin, Role

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from service.store.engine import Store
    from service.store.outward import Key

Word = TypeVar("Word", bound=StrEnum)


def run(options: argparse.Namespace) -> int:
    """Do one part of the command and return the exit status."""
    store = open_store(options.database or os.environ.get("OVERCLAIM_DATABASE", ""))
    try:
        {"create": _create, "list": _list, "revoke": _revoke}[options.part](store, options)
    finally:
        store.close()
    return 0


def _create(store: Store, options: argparse.Namespace) -> None:
    (role,) = _words(Role, [options.role], "role")
    with store.writing() as session:
        _, secret = access.create_key(
            session,
            tenant=options.tenant,
            name=options.name,
            role=role,
            categories=_words(Category, options.category, "category"),
            origins=_words(Origin, options.origin, "origin"),
            days=options.days,
            now=datetime.now(UTC),
        )
    _print(secret)


def _list(store: Store, options: argparse.Namespace) -> None:
    with store.reading() as session:
        for key in access.list_keys(session, tenant=options.tenant):
            bounds = " ".join((*unmask(key.categories), *unmask_origins(key.origins)))
            _print(f"{key.id}  {key.name:20}  {key.role:16}  {_standing(key)}  {bounds}".rstrip())


def _revoke(store: Store, options: argparse.Namespace) -> None:
    with store.writing() as session:
        access.revoke_key(session, options.key_id, tenant=options.tenant, now=datetime.now(UTC))


def _words(kind: type[Word], given: Sequence[str], field: str) -> tuple[Word, ...]:
    if unknown := sorted(set(given) - set(kind)):
        raise InvalidRequest((Violation(field, f"{unknown[0]!r} is none of {', '.join(kind)}"),))
    return tuple(map(kind, given))


def _standing(key: Key) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"expires {key.expires:%Y-%m-%d}"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
