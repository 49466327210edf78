"""Decisions: written once, taken back by a row of their own."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from service.errors import CannotUndo, ClaimLost, InvalidRequest, KeyReused, NotFound, Violation
from service.review.announcing import announce
from service.review.claims import entry, hold, let_go, locked, note
from service.review.queue import is_held
from service.review.rulings import sentences_json, settle
from service.store.ids import digest, fresh_id
from service.store.ledger import record
from service.store.tables import Appeal, Closing, Decision, Item, StoredScore, Undoing
from service.store.words import Deed, Outcome, Stage

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.access import Caller
    from service.review.queue import Entry
    from service.review.rulings import Ruling
    from service.store.tables import Queued

REQUEST = re.compile(r"[!-~]{1,128}")


def record_decision(
    session: Session, item: str, *, claim: str, request: str, ruling: Ruling, caller: Caller, now: datetime
) -> tuple[Decision, Entry]:
    """Record a decision on an item that the caller holds by `claim`, and close the item when it may.

    The same `request` gives the same decision. Raises ClaimLost with the ruling when the lease has run out,
    KeyReused when the request was another, InvalidRequest for a ruling that cannot be.
    """
    if not REQUEST.fullmatch(request):
        raise InvalidRequest((Violation("request_id", "must be 1 to 128 printable ASCII characters"),))
    queued = locked(session, item, tenant=caller.tenant)
    earlier = _recorded(session, caller, request)
    if earlier is not None:
        if earlier.request_digest != digest(item, ruling):
            raise KeyReused("this request_id was used for another ruling; a new one needs a new id")
        return earlier, entry(session, item, tenant=caller.tenant)
    if queued.lease != claim or queued.holder != caller.name or not is_held(queued, now):
        raise ClaimLost("the lease has run out, or the item went to somebody else", draft=ruling)
    # Other servers' clocks may be ahead: what is decided later shall also say so.
    latest = session.scalar(select(func.max(Decision.at)).where(Decision.item == item))
    now = max(now, latest + timedelta(microseconds=1)) if latest else now
    decision = _decision(session, queued, claim=claim, request=request, ruling=ruling, caller=caller, now=now)
    session.add(decision)
    note(session, item, "decided", actor=caller.name, now=now)
    session.flush()
    record(
        session,
        Deed.DECISION_RECORDED,
        now=now,
        tenant=caller.tenant,
        decision=decision.id,
        item=item,
        outcome=decision.outcome,
    )
    _advance(session, queued, decision, now=now)
    return decision, entry(session, item, tenant=caller.tenant)


def undo_decision(session: Session, item: str, *, decision: str, caller: Caller, now: datetime) -> Entry:
    """Take back the caller's decision, which must be the item's latest; the caller then holds the item."""
    queued = locked(session, item, tenant=caller.tenant)
    taken = session.scalar(
        select(Decision).where(
            Decision.id == decision, Decision.item == item, Decision.moderator == caller.name
        )
    )
    if taken is None:
        raise NotFound("there is no such decision of yours")
    standing = standing_decisions(session, item)
    if not standing or standing[-1].id != taken.id:
        raise CannotUndo("it was taken back before, or others have decided since")
    if is_held(queued, now):
        raise CannotUndo(f"{queued.holder} works on the item by now")
    if queued.stage is Stage.APPEAL:
        raise CannotUndo("the publisher has appealed since")
    session.add(Undoing(decision=taken.id, actor=caller.name, at=now))
    record(session, Deed.DECISION_UNDONE, now=now, tenant=caller.tenant, undoing=taken.id, item=item)
    was_closed = not queued.waiting
    queued.waiting = True
    queued.closed = None
    queued.stage = taken.stage
    queued.recorded = sum(each.stage is Stage.REVIEW for each in standing[:-1])
    hold(session, queued, caller=caller, request="", now=now)
    note(session, item, "undone", actor=caller.name, now=now)
    session.flush()
    if was_closed:
        announce(session, item, tenant=caller.tenant, now=now)
    return entry(session, item, tenant=caller.tenant)


def standing_decisions(session: Session, item: str) -> list[Decision]:
    """Give an item's decisions that were not taken back, oldest first."""
    undone = exists().where(Undoing.decision == Decision.id)
    query = select(Decision).where(Decision.item == item, ~undone).order_by(Decision.at, Decision.id)
    return list(session.scalars(query))


def open_appeal(session: Session, item: str) -> Appeal | None:
    """Give the appeal on an item that is not answered yet."""
    undone = exists().where(Undoing.decision == Decision.id)
    answered = exists().where(Decision.appeal == Appeal.id, ~undone)
    query = select(Appeal).where(Appeal.item == item, ~answered).order_by(Appeal.created.desc()).limit(1)
    return session.scalar(query)


def _recorded(session: Session, caller: Caller, request: str) -> Decision | None:
    return session.scalar(
        select(Decision).where(
            Decision.tenant == caller.tenant,
            Decision.moderator == caller.name,
            Decision.request == request,
        )
    )


def _decision(
    session: Session,
    queued: Queued,
    *,
    claim: str,
    request: str,
    ruling: Ruling,
    caller: Caller,
    now: datetime,
) -> Decision:
    stage = queued.stage or Stage.REVIEW
    appeal = open_appeal(session, queued.item) if stage is Stage.APPEAL else None
    score = session.scalars(
        select(StoredScore).join(Item, Item.score == StoredScore.id).where(Item.id == queued.item)
    ).one()
    standing = session.get(Decision, appeal.objected) if appeal else None
    settled = settle(ruling, stage=stage, score=score, standing=standing)
    return Decision(
        id=fresh_id(),
        tenant=caller.tenant,
        item=queued.item,
        stage=stage,
        appeal=appeal.id if appeal else None,
        moderator=caller.name,
        request=request,
        request_digest=digest(queued.item, ruling),
        claim=claim,
        outcome=ruling.outcome,
        label=settled.label,
        severity=settled.severity,
        sentences=sentences_json(ruling),
        reason=ruling.reason,
        note=ruling.note,
        at=now,
    )


def _advance(session: Session, queued: Queued, decision: Decision, *, now: datetime) -> None:
    """Bring an item on to what it waits for next, if anything."""
    let_go(queued)
    queued.assigned = ""
    queued.escalated = False
    if decision.stage is Stage.REVIEW:
        queued.recorded += 1
        if queued.recorded < queued.required:
            return
        reviews = [each for each in standing_decisions(session, queued.item) if each.stage is Stage.REVIEW]
        if len({each.label for each in reviews}) > 1:
            queued.stage = Stage.ADJUDICATION
            note(session, queued.item, "adjudication", now=now)
            return
    _close(session, queued, decision, now=now)


def _close(session: Session, queued: Queued, decision: Decision, *, now: datetime) -> None:
    queued.waiting = False
    queued.stage = None
    queued.closed = now
    session.add(
        Closing(
            decision=decision.id,
            tenant=queued.tenant,
            item=queued.item,
            overturned=_overturns_the_model(session, decision),
            at=now,
        )
    )
    note(session, queued.item, "closed", now=now)
    session.flush()
    announce(session, queued.item, tenant=queued.tenant, now=now)


def _overturns_the_model(session: Session, decision: Decision) -> bool:
    if decision.stage is not Stage.APPEAL:
        return decision.outcome is Outcome.OVERTURNED
    # On an appeal the outcome is about the decision before; what it means for the model shows in the label.
    said = session.scalar(
        select(StoredScore.verdict).join(Item, Item.score == StoredScore.id).where(Item.id == decision.item)
    )
    return said is not None and said.value != decision.label.value
