"""Columns as revisions write them: apart from the code of today, which later revisions may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

INSTANT = sa.DateTime(timezone=True)
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ID = sa.String(64)
WORD = sa.String(20)
TEXT = sa.Text()


def required(name: str, kind: TypeEngine[Any], *, autoincrement: bool | None = None) -> sa.Column[Any]:
    """Give a column that must have a value."""
    return sa.Column(
        name, kind, nullable=False, autoincrement="auto" if autoincrement is None else autoincrement
    )


def optional(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    """Give a column that may have none."""
    return sa.Column(name, kind)
