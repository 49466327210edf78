"""The audit log as one reads it: a page for administrators, everything for an export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.errors import InvalidRequest, Violation
from service.store.chain import instant
from service.store.ledger import AuditEntry
from service.store.places import read_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

MAX_PAGE = 200
DEFAULT_PAGE = 50
EXPORT_PAGE = 500


def list_entries(session: Session, *, tenant: str, size: int, token: str) -> tuple[list[AuditEntry], str]:
    """List a page of a tenant's own chain, the latest first, with the token of the next page.

    A chain is numbered for itself, so a token tells nothing of other tenants.
    """
    if not 0 <= size <= MAX_PAGE:
        raise InvalidRequest((Violation("page_size", f"must be 0 to {MAX_PAGE}", MAX_PAGE),))
    try:
        before = read_place(token) if token else None
    except ValueError:
        raise InvalidRequest((Violation("page_token", "is not what a page gave"),)) from None
    size = size or DEFAULT_PAGE
    query = select(AuditEntry).where(AuditEntry.chain == tenant).order_by(AuditEntry.number.desc())
    if before is not None:
        query = query.where(AuditEntry.number < before)
    found = list(session.scalars(query.limit(size + 1)))
    return found[:size], str(found[size - 1].number) if len(found) > size else ""


def entries(session: Session, *, chain: str = "") -> Iterator[AuditEntry]:
    """Give every entry of a chain, or of all chains one after another, from the first on."""
    last = ("", 0)
    while True:
        query = select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.number).limit(EXPORT_PAGE)
        after = (AuditEntry.chain > last[0]) | ((AuditEntry.chain == last[0]) & (AuditEntry.number > last[1]))
        query = query.where(after, AuditEntry.chain == chain) if chain else query.where(after)
        page = session.scalars(query).all()
        yield from page
        if len(page) < EXPORT_PAGE:
            return
        last = (page[-1].chain, page[-1].number)
        session.expunge_all()


def latest(session: Session, *, chain: str = "", number: int) -> list[AuditEntry]:
    """Give the latest entries, oldest first: of one chain or of all, by their time."""
    query = select(AuditEntry).order_by(
        AuditEntry.at.desc(), AuditEntry.chain.desc(), AuditEntry.number.desc()
    )
    if chain:
        query = query.where(AuditEntry.chain == chain)
    return list(session.scalars(query.limit(number)))[::-1]


def line(entry: AuditEntry) -> str:
    """Write an entry as a line of JSON, with all that its digest is of."""
    return json.dumps(
        {
            "form": entry.form,
            "chain": entry.chain,
            "number": entry.number,
            "at": instant(entry.at),
            "actor": entry.actor,
            "deed": entry.deed,
            "subject": entry.subject,
            "payload": entry.payload,
            "previous": entry.previous,
            "digest": entry.digest,
        }
    )
