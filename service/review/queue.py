"""The queue as one looks at it: filters, orders, pages, counts."""

from __future__ import annotations

import base64
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, or_, select, tuple_

from service.errors import InvalidRequest, Violation
from service.store.columns import mask, unmask
from service.store.places import NARROW, read_place
from service.store.tables import ArticleText, Item, Queued, StoredArticle, StoredScore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from service.access import Caller
    from service.classifier.results import Category
    from service.store.words import Origin

DEFAULT_PAGE = 50
MAX_PAGE = 200


class State(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Order(StrEnum):
    """The order of a list."""

    DUE = "due"
    SEVERITY = "severity"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which items: all that is set must hold; of several values, any. No states: what is not closed."""

    states: tuple[State, ...] = ()
    origins: tuple[Origin, ...] = ()
    categories: tuple[Category, ...] = ()
    publisher: str = ""
    min_severity: int = 0
    assigned_to: str = ""
    escalated: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as lists show it; the title is empty when the text is purged."""

    item: Item
    queued: Queued
    article: StoredArticle
    score: StoredScore
    title: str

    def state(self, now: datetime) -> State:
        """Say where the item stands; a lease that has run out is none."""
        if not self.queued.waiting:
            return State.CLOSED
        return State.CLAIMED if is_held(self.queued, now) else State.OPEN


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a list, and where the next ones begin; empty: nowhere."""

    entries: tuple[Entry, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items there are, in total and by what they are."""

    total: int
    overdue: int
    by_state: Counter[State]
    by_origin: Counter[Origin]
    by_category: Counter[Category]
    by_severity: Counter[int]


def list_items(
    session: Session, *, caller: Caller, which: Filter, order: Order, size: int, token: str, now: datetime
) -> Page:
    """List a page of items; InvalidRequest for a size or a token that no page has given."""
    if not 0 <= size <= MAX_PAGE:
        raise InvalidRequest((Violation("page_size", f"must be 0 to {MAX_PAGE}", MAX_PAGE),))
    size = size or DEFAULT_PAGE
    query = entries().where(*conditions(which, tenant=caller.tenant, now=now))
    if token:
        query = query.where(_after(order, token))
    found = [Entry(*row) for row in session.execute(query.order_by(*ordering(order)).limit(size + 1))]
    more = len(found) > size
    return Page(tuple(found[:size]), _token(order, found[size - 1]) if more else "")


def count_items(session: Session, *, caller: Caller, which: Filter, now: datetime) -> Counts:
    """Count the items of a filter."""
    held = and_(Queued.lease_until.is_not(None), Queued.lease_until > now)
    columns = (Queued.waiting, held, Queued.due < now, Queued.origin, Queued.categories, Queued.severity)
    query = (
        select(*columns, func.count())
        .select_from(Queued)
        .where(*conditions(which, tenant=caller.tenant, now=now))
        .group_by(*columns)
    )
    counts = Counts(0, 0, Counter(), Counter(), Counter(), Counter())
    total = overdue = 0
    for waiting, is_claimed, late, origin, bits, severity, number in session.execute(query):
        total += number
        overdue += number if waiting and late else 0
        counts.by_state[State.CLOSED if not waiting else State.CLAIMED if is_claimed else State.OPEN] += (
            number
        )
        counts.by_origin[origin] += number
        counts.by_severity[severity] += number
        for category in unmask(bits):
            counts.by_category[category] += number
    return Counts(total, overdue, counts.by_state, counts.by_origin, counts.by_category, counts.by_severity)


def entries() -> Select[Item, Queued, StoredArticle, StoredScore, str]:
    """Select what makes an Entry."""
    return (
        select(Item, Queued, StoredArticle, StoredScore, func.coalesce(ArticleText.title, ""))
        .join(Queued, Queued.item == Item.id)
        .join(StoredArticle, StoredArticle.id == Item.article)
        .join(StoredScore, StoredScore.id == Item.score)
        .outerjoin(ArticleText, ArticleText.article == Item.article)
    )


def is_held(queued: Queued, now: datetime) -> bool:
    """Say whether somebody's lease on the item lasts."""
    return queued.lease_until is not None and queued.lease_until > now


def conditions(which: Filter, *, tenant: str, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Write a filter as conditions on the queue."""
    yield Queued.tenant == tenant
    yield _in_states(which.states, now)
    if which.origins:
        yield Queued.origin.in_(which.origins)
    if which.categories:
        yield Queued.categories.op("&")(mask(which.categories)) != 0
    if which.publisher:
        yield Queued.publisher == which.publisher
    if which.min_severity:
        yield Queued.severity >= which.min_severity
    if which.assigned_to:
        yield Queued.assigned == which.assigned_to
    if which.escalated is not None:
        yield Queued.escalated.is_(which.escalated)
    if which.text:
        words = func.lower(ArticleText.title + "\n" + ArticleText.body)
        found = words.contains(which.text.lower(), autoescape=True)
        yield Queued.item.in_(
            select(Item.id).join(ArticleText, ArticleText.article == Item.article).where(found)
        )


def ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    """Order by what was asked for; the item's id makes the order total, in the direction of an index."""
    column, descending = _COLUMNS[order]
    return tuple(each.desc() if descending else each.asc() for each in (column, Queued.item))


_COLUMNS: dict[Order, tuple[InstrumentedAttribute[Any], bool]] = {
    Order.DUE: (Queued.due, False),
    Order.SEVERITY: (Queued.severity, True),
    Order.NEWEST: (Queued.created, True),
}


def _in_states(states: Sequence[State], now: datetime) -> ColumnElement[bool]:
    if not states:
        return Queued.waiting.is_(True)
    held = and_(Queued.lease_until.is_not(None), Queued.lease_until > now)
    free = or_(Queued.lease_until.is_(None), Queued.lease_until <= now)
    what = {
        State.OPEN: and_(Queued.waiting.is_(True), free),
        State.CLAIMED: and_(Queued.waiting.is_(True), held),
        State.CLOSED: Queued.waiting.is_(False),
    }
    return or_(*(what[each] for each in states))


def _token(order: Order, last: Entry) -> str:
    value = getattr(last.queued, _COLUMNS[order][0].key)
    shown = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([order, shown, last.item.id]).encode()).decode()


def _moment(shown: str) -> datetime:
    moment = datetime.fromisoformat(shown)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)


def _after(order: Order, token: str) -> ColumnElement[bool]:
    try:
        given, shown, item = json.loads(base64.urlsafe_b64decode(token))
        value = read_place(str(shown), most=NARROW) if order is Order.SEVERITY else _moment(shown)
    except (ValueError, TypeError, OverflowError, RecursionError):
        given, value, item = None, 0, None
    if given != order or not isinstance(item, str) or not item.isprintable():
        raise InvalidRequest((Violation("page_token", "is not what a page of this order gave"),))
    column, descending = _COLUMNS[order]
    place, given_place = tuple_(column, Queued.item), tuple_(literal(value, column.type), literal(item))
    # Compared as one: either database begins to read its index there.
    return place < given_place if descending else place > given_place
