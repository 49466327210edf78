"""Hold the audit log to itself, to the rows that it vouches for, and to anchors kept elsewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from service.audit.counting import surplus
from service.store.chain import FORM, START, payload_of
from service.store.columns import Table
from service.store.ledger import FACTS, AuditEntry, AuditHead, facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.audit.anchors import Anchor

PAGE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at an entry of a chain."""

    chain: str
    number: int
    wrong: str


@dataclass(slots=True)
class Verified:
    """What was looked at and what was found; no findings: the log is whole."""

    chains: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)


def verify(session: Session, *, anchors: Sequence[Anchor] = ()) -> Verified:
    """Read every chain from its start; memory does not grow with their lengths, but with what is wrong.

    The session must see one state of the database throughout, as `Store.snapshot` does.
    """
    heads = {each.chain: (each.number, each.digest) for each in session.scalars(select(AuditHead))}
    written = set(session.scalars(select(AuditEntry.chain).distinct()))
    anchored: defaultdict[str, dict[int, set[str]]] = defaultdict(dict)
    for anchor in anchors:
        for chain, (number, digest) in anchor.heads.items():
            anchored[chain].setdefault(number, set()).add(digest)
    found = Verified()
    for chain in sorted(heads.keys() | written | anchored.keys()):
        found.chains += 1
        found.findings += _chain(session, chain, found, heads.get(chain, (0, START)), anchored[chain])
    return found


def _chain(
    session: Session, chain: str, found: Verified, head: tuple[int, str], anchored: dict[int, set[str]]
) -> Iterator[Finding]:
    """Hold a chain to everything, counting its entries; what `anchored` names is taken out as it is met."""
    number, digest = 0, START
    yield from _against(chain, number, digest, anchored.pop(number, set()))
    after: int | None = None
    since: datetime | None = None
    deeds = Counter[str]()
    while True:
        try:
            page, _held = _page(session, chain, after)
        except (ValueError, TypeError, LookupError):
            yield Finding(chain, number + 1, "from here on something is not written as entries are")
            return
        if not page:
            break
        for entry in page:
            found.entries += 1
            since = since or entry.at
            deeds[entry.deed] += 1
            yield from _faults(session, entry, number=number + 1, previous=digest)
            number, digest = entry.number, entry.digest
            yield from _against(chain, number, digest, anchored.pop(number, set()))
        after = number
        session.expunge_all()
    if since is not None:
        for more in surplus(session, chain, since=since, told=deeds):
            yield Finding(chain, number, more)
    if head != (number, digest):
        yield Finding(chain, number, "the chain does not end where its head says")
    for missing in sorted(anchored):
        yield Finding(chain, missing, "an anchor names an entry that is not there")


def _page(session: Session, chain: str, after: int | None) -> tuple[Sequence[AuditEntry], list[Table]]:
    """Fetch some entries, and the rows that they vouch for, with a query a kind.

    The session finds the rows by their keys for as long as somebody holds them.
    """
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number).limit(PAGE)
    page = session.scalars(query if after is None else query.where(AuditEntry.number > after)).all()
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    rows = list[Table]()
    for entry in page:
        for kind in dict(entry.subject).keys() & FACTS.keys():
            wanted[kind].add(entry.subject[kind])
    for kind, keys in wanted.items():
        table = FACTS[kind][0]
        key = inspect(table).primary_key
        if len(key) == 1 and key[0].type.python_type is str:
            rows.extend(session.scalars(select(table).where(key[0].in_(keys))))
    return page, rows


def _faults(session: Session, entry: AuditEntry, *, number: int, previous: str) -> Iterator[Finding]:
    def wrong(what: str) -> Finding:
        return Finding(entry.chain, entry.number, what)

    if entry.number != number:
        yield wrong(f"entry {number} should stand here: entries are missing or were put in")
    if entry.previous != previous:
        yield wrong("it does not follow from the entry before")
    if entry.form != FORM:
        yield wrong(f"its form is {entry.form}; this version reads form {FORM}")
        return
    try:
        digest = entry.link().digest()
        facts = facts_of(session, entry.chain, entry.subject)
    except (TypeError, ValueError, AttributeError):
        yield wrong("it is not written as entries are")
        return
    if entry.digest != digest:
        yield wrong("it is not what its digest is of")
    gone = sorted(kind for kind, fact in facts.items() if fact is None)
    if gone:
        yield wrong(f"the {gone[0]} that it tells of is not there")
    elif entry.payload != payload_of(entry.subject, {kind: fact or {} for kind, fact in facts.items()}):
        yield wrong("what it tells of is not what it was")


def _against(chain: str, number: int, digest: str, anchored: set[str]) -> Iterator[Finding]:
    if anchored - {digest}:
        yield Finding(chain, number, "it is not the entry that an anchor names")
