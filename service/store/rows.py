"""Rows that several transactions may write at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.store.columns import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

Kind = TypeVar("Kind", bound=Table)


def find_or_add(session: Session, row: Kind, *, by: Sequence[str]) -> Kind:
    """Add a row, or give the one that has the same values of the unique columns `by`.

    Of transactions that add the same at once, one adds and the others wait for it and find.
    """
    kind = type(row)
    same = select(kind).where(*(getattr(kind, name) == getattr(row, name) for name in by))
    found = session.scalar(same)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.scalars(same).one()
    return row
