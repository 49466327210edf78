"""The filter of the queue as it stands in an address, so that it can be kept, shared and gone back to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from service.classifier.results import Category
from service.console.values import ItemFilter, ItemOrder, ItemState, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    from starlette.datastructures import QueryParams

HIGHEST_SEVERITY = 3
LONGEST = 256
Chosen = TypeVar("Chosen", bound="StrEnum")


@dataclass(frozen=True, slots=True)
class View:
    """Which items in which order; what an address says wrongly is left out, as a link may be old."""

    wanted: ItemFilter
    order: ItemOrder
    mine: bool = False

    @property
    def query(self) -> str:
        """The address's part that means this view; empty for the one that everybody begins with."""
        wanted = self.wanted
        pairs = [
            *(("state", each.value) for each in wanted.states),
            *(("origin", each.value) for each in wanted.origins),
            *(("category", each.value) for each in wanted.categories),
            *((("publisher", wanted.publisher),) if wanted.publisher else ()),
            *((("severity", str(wanted.min_severity)),) if wanted.min_severity else ()),
            *((("mine", "1"),) if self.mine else ()),
            *((("escalated", "1"),) if wanted.escalated else ()),
            *((("text", wanted.text),) if wanted.text else ()),
            *((("order", self.order.value),) if self.order is not ItemOrder.DUE else ()),
        ]
        return urlencode(pairs)

    def address(self, path: str, **more: str) -> str:
        """`path` with this view, and further parameters that are no part of it."""
        query = "&".join(part for part in (self.query, urlencode(more)) if part)
        return f"{path}?{query}" if query else path


def view(query: QueryParams, *, caller: str) -> View:
    """Read the view that an address means; "mine" is what is assigned to `caller`."""
    severity = query.get("severity", "")
    mine = query.get("mine") == "1"
    return View(
        ItemFilter(
            states=_known(ItemState, query.getlist("state")),
            origins=_known(Origin, query.getlist("origin")),
            categories=_known(Category, query.getlist("category")),
            publisher=query.get("publisher", "").strip()[:LONGEST],
            min_severity=min(int(severity), HIGHEST_SEVERITY) if severity.isdecimal() else 0,
            assigned_to=caller if mine else "",
            escalated=True if query.get("escalated") == "1" else None,
            text=query.get("text", "").strip()[:LONGEST],
        ),
        next(iter(_known(ItemOrder, [query.get("order", "")])), ItemOrder.DUE),
        mine=mine,
    )


def _known(kind: type[Chosen], texts: Iterable[str]) -> tuple[Chosen, ...]:
    known = {each.value: each for each in kind}
    return tuple(known[text] for text in texts if text in known)
