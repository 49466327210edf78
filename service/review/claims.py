"""Who works on what: claims with a lease, one holder at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, or_, select

from service.access import NAME
from service.errors import ClaimLost, InvalidRequest, ItemClosed, ItemTaken, NotAllowed, NotFound, Violation
from service.review.policies import policy_in_force
from service.review.queue import Entry, Filter, Order, conditions, entries, is_held, ordering
from service.review.texts import require, within
from service.store.columns import mask
from service.store.ids import fresh_id
from service.store.ledger import record
from service.store.tables import Decision, Event, Queued, Skip, Undoing
from service.store.words import Deed, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from service.access import Caller


def claim_next(
    session: Session, *, caller: Caller, which: Filter, order: Order, request: str, now: datetime
) -> Entry | None:
    """Claim the first item that the caller may decide; None at once when there is none."""
    queued = _claimed_before(session, caller, request, now)
    if queued is None:
        query = (
            select(Queued)
            .where(*conditions(which, tenant=caller.tenant, now=now), *_open_to(caller, now))
            .order_by(*ordering(order))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        queued = session.scalar(query)
        if queued is None:
            return None
        hold(session, queued, caller=caller, request=request, now=now)
    return entry(session, queued.item, tenant=caller.tenant)


def claim_item(session: Session, item: str, *, caller: Caller, request: str, now: datetime) -> Entry:
    """Claim a given item; ItemTaken or ItemClosed say why not. The holder's own lease begins anew."""
    queued = locked(session, item, tenant=caller.tenant)
    if is_held(queued, now) and queued.holder != caller.name:
        raise ItemTaken(
            f"{queued.holder} works on it", holder=queued.holder, until=f"{queued.lease_until:%FT%TZ}"
        )
    if is_held(queued, now):
        queued.lease_until = _until(session, caller, now)
    elif session.scalar(select(Queued.item).where(Queued.item == item, *_may_decide(caller))) is None:
        raise ItemClosed("it waits for no decision, or for none of you")
    else:
        hold(session, queued, caller=caller, request=request, now=now)
    return entry(session, item, tenant=caller.tenant)


def renew_claim(session: Session, item: str, *, claim: str, caller: Caller, now: datetime) -> Queued:
    """Begin the lease anew, also one that has run out, as long as nobody else has claimed."""
    queued = locked(session, item, tenant=caller.tenant)
    if queued.lease != claim or queued.holder != caller.name:
        raise ClaimLost("the claim is over; claim the item again")
    queued.lease_until = _until(session, caller, now)
    return queued


def release_item(session: Session, item: str, *, claim: str, caller: Caller, now: datetime) -> None:
    """Give an item back; nothing happens when the caller does not hold it by this claim."""
    queued = locked(session, item, tenant=caller.tenant)
    if queued.lease == claim and queued.holder == caller.name:
        let_go(queued)
        note(session, item, "released", actor=caller.name, now=now)
        record(session, Deed.ITEM_RELEASED, now=now, tenant=caller.tenant, item=item)


def skip_item(session: Session, item: str, *, claim: str, caller: Caller, now: datetime) -> None:
    """Give an item back and do not offer it to the caller for the policy's while."""
    release_item(session, item, claim=claim, caller=caller, now=now)
    seconds = policy_in_force(session, caller.tenant).policy.skip_seconds
    session.merge(Skip(item=item, moderator=caller.name, until=now + timedelta(seconds=seconds)))
    note(session, item, "skipped", actor=caller.name, now=now)
    record(session, Deed.ITEM_SKIPPED, now=now, tenant=caller.tenant, item=item)


def assign_item(session: Session, item: str, *, moderator: str, caller: Caller, now: datetime) -> Entry:
    """Leave an item to one moderator, or to all again; anybody else's claim ends."""
    if moderator and not NAME.fullmatch(moderator):
        raise InvalidRequest((Violation("moderator", "is no name that a key could have"),))
    queued = locked(session, item, tenant=caller.tenant)
    if not queued.waiting:
        raise ItemClosed("it waits for no decision")
    is_own = caller.name in (queued.assigned, queued.holder if is_held(queued, now) else "")
    if not (is_own or caller.is_senior or (moderator == caller.name and not queued.assigned)):
        raise NotAllowed("only a senior moderator may assign what is not yours")
    queued.assigned = moderator
    if queued.holder != moderator:
        let_go(queued)
    note(session, item, "assigned", actor=caller.name, text=moderator, now=now)
    record(session, Deed.ITEM_ASSIGNED, now=now, tenant=caller.tenant, item=item, moderator=moderator)
    return entry(session, item, tenant=caller.tenant)


def escalate_item(session: Session, item: str, *, reason: str, caller: Caller, now: datetime) -> Entry:
    """Leave an item to senior moderators; a claim of the caller ends, and so does what it was assigned to."""
    require(within("reason", reason))
    queued = locked(session, item, tenant=caller.tenant)
    if not queued.waiting:
        raise ItemClosed("it waits for no decision")
    queued.escalated = True
    queued.assigned = ""
    if queued.holder == caller.name:
        let_go(queued)
    note(session, item, "escalated", actor=caller.name, text=reason, now=now)
    record(session, Deed.ITEM_ESCALATED, now=now, tenant=caller.tenant, item=item)
    return entry(session, item, tenant=caller.tenant)


def comment_on_item(session: Session, item: str, *, text: str, caller: Caller, now: datetime) -> Event:
    """Add a remark for other moderators."""
    require(within("text", text, required=True))
    entry(session, item, tenant=caller.tenant)
    record(session, Deed.ITEM_COMMENTED, now=now, tenant=caller.tenant, item=item)
    return note(session, item, "commented", actor=caller.name, text=text, now=now)


def entry(session: Session, item: str, *, tenant: str) -> Entry:
    """Give an item as it stands; NotFound when the tenant has none of that id."""
    session.flush()
    row = session.execute(entries().where(Queued.item == item, Queued.tenant == tenant)).first()
    if row is None:
        raise NotFound("there is no such item")
    return Entry(*row)


def locked(session: Session, item: str, *, tenant: str) -> Queued:
    """Give where an item stands, so that nobody else changes it before this transaction ends."""
    query = select(Queued).where(Queued.item == item, Queued.tenant == tenant).with_for_update()
    queued = session.scalar(query)
    if queued is None:
        raise NotFound("there is no such item")
    return queued


def hold(session: Session, queued: Queued, *, caller: Caller, request: str, now: datetime) -> None:
    """Let the caller hold an item for the policy's lease time."""
    queued.lease = fresh_id()
    queued.lease_request = request
    queued.holder = caller.name
    queued.lease_until = _until(session, caller, now)
    note(session, queued.item, "claimed", actor=caller.name, now=now)
    record(session, Deed.ITEM_CLAIMED, now=now, tenant=caller.tenant, item=queued.item)


def let_go(queued: Queued) -> None:
    """Let nobody hold an item."""
    queued.lease = None
    queued.lease_request = ""
    queued.holder = ""
    queued.lease_until = None


def note(session: Session, item: str, kind: str, *, now: datetime, actor: str = "", text: str = "") -> Event:
    """Record that something happened to an item."""
    event = Event(item=item, kind=kind, actor=actor, text=text, at=now)
    session.add(event)
    return event


def standing_decision_of(moderator: str) -> ColumnElement[bool]:
    """Say, of the queue's items, whether a moderator has decided it and not taken it back."""
    undone = exists().where(Undoing.decision == Decision.id)
    return exists().where(Decision.item == Queued.item, Decision.moderator == moderator, ~undone)


def _claimed_before(session: Session, caller: Caller, request: str, now: datetime) -> Queued | None:
    if not request:
        return None
    return session.scalar(
        select(Queued).where(
            Queued.tenant == caller.tenant,
            Queued.holder == caller.name,
            Queued.lease_request == request,
            Queued.lease_until > now,
        )
    )


def _open_to(caller: Caller, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Say which items may be offered to a moderator."""
    yield from _may_decide(caller)
    yield or_(Queued.lease_until.is_(None), Queued.lease_until <= now)
    yield ~exists().where(Skip.item == Queued.item, Skip.moderator == caller.name, Skip.until > now)


def _may_decide(caller: Caller) -> Iterator[ColumnElement[bool]]:
    """Say which items a moderator may decide: nobody twice, and nobody the objection to an own decision."""
    yield Queued.waiting.is_(True)
    yield Queued.assigned.in_(("", caller.name))
    yield ~standing_decision_of(caller.name)
    if not caller.is_senior:
        yield and_(Queued.escalated.is_(False), Queued.stage != Stage.ADJUDICATION)
    if caller.categories:
        yield Queued.categories.op("&")(mask(caller.categories)) != 0
    if caller.origins:
        yield Queued.origin.in_(caller.origins)


def _until(session: Session, caller: Caller, now: datetime) -> datetime:
    return now + timedelta(seconds=policy_in_force(session, caller.tenant).policy.lease_seconds)
