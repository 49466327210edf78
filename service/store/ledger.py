"""The audit log's tables, and the one way in: noted by use cases, written at the end of their transaction.

Each tenant has a chain, and the installation has one. An entry is written in the transaction of what it
tells of, as the last thing before the commit and under a lock on the head of its chain: no change without
its entry, no entry without its change, and no gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Mapped, mapped_column

from service.store.chain import FORM, INSTALLATION, START, Link, payload_of
from service.store.columns import Counter, Id, Table
from service.store.outward import Activation, Key, SignIn, Webhook
from service.store.rows import find_or_add
from service.store.tables import Appeal, Decision, Feedback, PolicyRow, Undoing
from service.store.trying import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from service.store.words import Deed

# Who acts where no key does: whoever runs the server, at its command line; and the server, unasked.
OPERATOR: Final = "operator"
SERVER: Final = "server"

_NOTED, _BY = "noted", "by"


class AuditEntry(Table):
    """That something was done, by whom and to what; `digest` binds it to all before it. Never changed."""

    __tablename__ = "audit"

    chain: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    form: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    deed: Mapped[str]
    subject: Mapped[dict[str, Any]]
    payload: Mapped[str] = mapped_column(Id)
    previous: Mapped[str] = mapped_column(Id)
    digest: Mapped[str] = mapped_column(Id)

    def link(self) -> Link:
        """Give the entry as it is chained."""
        return Link(
            form=self.form,
            chain=self.chain,
            number=self.number,
            at=self.at,
            actor=self.actor,
            deed=self.deed,
            subject=self.subject,
            payload=self.payload,
            previous=self.previous,
        )


class AuditHead(Table):
    """The end of a chain; its lock puts those who write to the chain in order."""

    __tablename__ = "audit_heads"

    chain: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Counter)
    digest: Mapped[str] = mapped_column(Id)


# The rows that an entry vouches for, by what its subject calls them, with the columns that never change. (The
# lists are part of the form: a column that is added to a table later is not in the digests of before.)
FACTS: Final[Mapping[str, tuple[type[Table], tuple[str, ...]]]] = {
    "activation": (Activation, ("id", "version", "tenant", "actor", "at")),
    "appeal": (Appeal, ("id", "item", "objected", "appellant", "text", "created")),
    "decision": (
        Decision,
        (
            *("id", "tenant", "item", "stage", "appeal", "moderator", "request", "request_digest", "claim"),
            *("outcome", "label", "severity", "sentences", "reason", "note", "at"),
        ),
    ),
    "feedback": (Feedback, ("id", "tenant", "article", "author", "label", "text", "created")),
    "key": (
        Key,
        ("id", "digest", "tenant", "name", "role", "categories", "origins", "created", "expires"),
    ),
    "policy": (PolicyRow, ("tenant", "revision", "body", "author", "remark", "created")),
    "removal": (Webhook, ("id", "deleted")),
    "revocation": (Key, ("id", "revoked")),
    "sign_in": (SignIn, ("nonce", "key", "issuer", "subject", "at")),
    "trial": (Trial, ("id", "kind", "version", "percent", "tenant", "actor", "at")),
    "undoing": (Undoing, ("decision", "actor", "at")),
    "webhook": (Webhook, ("id", "tenant", "url", "created")),
}
_NUMBERED: Final = frozenset({"activation", "trial"})


@dataclass(frozen=True, slots=True)
class _Noted:
    chain: str
    deed: Deed
    at: datetime
    subject: dict[str, str]


def note_actor(session: Session, by: str) -> None:
    """Say who acts in a transaction: the id of a key, OPERATOR or SERVER."""
    session.info[_BY] = by


def record(
    session: Session, deed: Deed, *, now: datetime, tenant: str = INSTALLATION, **subject: object
) -> None:
    """Have the transaction end with an entry that this was done; without a tenant, to the installation.

    `subject` names what it was done to. Of rows that FACTS knows the entry vouches for the content as well.
    """
    told = {name: str(value) for name, value in subject.items()}
    session.info.setdefault(_NOTED, []).append(_Noted(tenant, deed, now, told))


def seal(session: Session) -> None:
    """Write what was recorded to the ends of its chains. Nothing else may come before the commit."""
    noted: list[_Noted] = session.info.pop(_NOTED, [])
    session.flush()
    # Always in the same order, so that no two transactions wait for each other's chains.
    for name in sorted({each.chain for each in noted}):
        head = _locked(session, name)
        for each in noted:
            if each.chain == name:
                entry = _entry(session, each, head)
                session.add(entry)
                head.number, head.digest = entry.number, entry.digest
    session.flush()


def facts_of(session: Session, name: str, subject: Mapping[str, str]) -> dict[str, dict[str, Any] | None]:
    """Give the rows that a subject in a chain names, as FACTS has them; None for one that is not there."""
    return {kind: _fact(session, name, kind, subject[kind]) for kind in subject if kind in FACTS}


def _entry(session: Session, noted: _Noted, head: AuditHead) -> AuditEntry:
    facts = facts_of(session, noted.chain, noted.subject)
    entry = AuditEntry(
        chain=noted.chain,
        number=head.number + 1,
        form=FORM,
        at=noted.at,
        actor=session.info.get(_BY, OPERATOR),
        deed=noted.deed.value,
        subject=noted.subject,
        payload=payload_of(noted.subject, dict(_present(facts))),
        previous=head.digest,
    )
    entry.digest = entry.link().digest()
    return entry


def _present(facts: Mapping[str, dict[str, Any] | None]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, fact in facts.items():
        if fact is None:
            raise LookupError(f"an entry shall vouch for a {kind} that is not there")
        yield kind, fact


def _fact(session: Session, name: str, kind: str, key: str) -> dict[str, Any] | None:
    table, columns = FACTS[kind]
    wanted: Any = (name, int(key)) if kind == "policy" else int(key) if kind in _NUMBERED else key
    row = session.get(table, wanted)
    return None if row is None else {column: getattr(row, column) for column in columns}


def _locked(session: Session, name: str) -> AuditHead:
    head = session.get(AuditHead, name, with_for_update=True)
    if head is None:
        find_or_add(session, AuditHead(chain=name, number=0, digest=START), by=("chain",))
        head = session.get_one(AuditHead, name, with_for_update=True)
    return head
