"""The queue: what waits, by filter and order, a page at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from service.console import filters
from service.console.access import with_desk
from service.console.pages import notice, page
from service.console.values import ItemFilter, ItemState
from service.errors import InvalidRequest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.desk import Desk
    from service.console.filters import View

PAGE_SIZE = 50
EVERYTHING = ItemFilter(states=tuple(ItemState))


@with_desk
async def show(request: Request, desk: Desk) -> Response:
    """Show a page of the queue."""
    view = view_of(request)
    token = request.query_params.get("page", "")
    try:
        items, found, all_counts = await asyncio.gather(
            desk.items(view.wanted, order=view.order, size=PAGE_SIZE, token=token),
            desk.counts(view.wanted),
            # Beside each choice stands how many there are without it: the others must not vanish.
            desk.counts(EVERYTHING),
        )
    except InvalidRequest:
        if not token:
            raise
        # The place is of another filter, or of an older server.
        return RedirectResponse(view.address("/queue"), HTTP_303_SEE_OTHER)
    return page(
        request,
        "queue.html",
        view=view,
        page=items,
        token=token,
        found=found,
        counts=all_counts,
        **notice(request),
    )


@with_desk
async def claim_next(request: Request, desk: Desk) -> Response:
    """Claim the next item of the filter and go there."""
    return await go_to_next(desk, view_of(request))


async def go_to_next(desk: Desk, view: View, **told: str) -> Response:
    """Lead to the next item of a view, claimed, or back to the queue when there is none."""
    item = await desk.claim_next(view.wanted, order=view.order, request_id=str(uuid4()))
    if item is None:
        return RedirectResponse(view.address("/queue", **({"notice": "empty"} | told)), HTTP_303_SEE_OTHER)
    return RedirectResponse(view.address(f"/items/{item.item_id}", **told), HTTP_303_SEE_OTHER)


def view_of(request: Request) -> View:
    """The view that the request's address means."""
    return filters.view(request.query_params, caller=request.state.caller.name)
