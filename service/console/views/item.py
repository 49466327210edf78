"""One item: the article, what is said of it, and what its holder says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.responses import JSONResponse, RedirectResponse
from starlette.status import (
    HTTP_303_SEE_OTHER,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_CONTENT,
)

from service.classifier.results import Label
from service.console.access import with_desk
from service.console.faults import told
from service.console.marks import runs
from service.console.pages import notice, page
from service.console.rulings import Unfinished, fields, ruling
from service.console.views.queue import go_to_next, view_of
from service.errors import CannotUndo, ClaimLost, InvalidRequest, ItemClosed, ItemTaken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.desk import Desk
    from service.console.forms import Form
    from service.console.values import Decision, ItemDetail


@with_desk
async def show(request: Request, desk: Desk) -> Response:
    """Show an item; its holder can decide it here."""
    detail = await desk.item(_id(request))
    return _item(request, detail, **notice(request))


@with_desk
async def claim(request: Request, desk: Desk) -> Response:
    """Claim this item; what was written on a claim that ran out stays in the form."""
    form: Form = request.state.form
    try:
        await desk.claim(_id(request))
    except (ItemTaken, ItemClosed) as error:
        detail = await desk.item(_id(request))
        return _item(request, detail, held=form.fields, fault=told(error), status=HTTP_409_CONFLICT)
    if form["outcome"] or form["reason"] or form["note"]:
        return _item(request, await desk.item(_id(request)), held=form.fields, notice="claimed")
    return _back(request)


@with_desk
async def renew(request: Request, desk: Desk) -> Response:
    """Begin the lease anew; the script is told its new end."""
    form: Form = request.state.form
    scripted = "application/json" in request.headers.get("accept", "")
    try:
        lease = await desk.renew(_id(request), form["claim_id"])
    except ClaimLost as error:
        if scripted:
            return JSONResponse({"fault": told(error)}, HTTP_409_CONFLICT)
        return _item(request, await desk.item(_id(request)), fault=told(error), status=HTTP_409_CONFLICT)
    if scripted:
        times = {"ends": lease.expire_time.isoformat(), "now": datetime.now(UTC).isoformat()}
        return JSONResponse(times)
    return _back(request)


@with_desk
async def release(request: Request, desk: Desk) -> Response:
    """Give the item back to the queue."""
    form: Form = request.state.form
    await desk.release(_id(request), form["claim_id"])
    return _to_queue(request, notice="released")


@with_desk
async def skip(request: Request, desk: Desk) -> Response:
    """Give the item back, and go to the next."""
    form: Form = request.state.form
    await desk.skip(_id(request), form["claim_id"])
    return await go_to_next(desk, view_of(request), notice="skipped")


@with_desk
async def assign(request: Request, desk: Desk) -> Response:
    """Hand the item over."""
    form: Form = request.state.form
    await desk.assign(_id(request), form["moderator"])
    return _to_queue(request, notice="assigned")


@with_desk
async def escalate(request: Request, desk: Desk) -> Response:
    """Leave the item to senior moderators."""
    form: Form = request.state.form
    await desk.escalate(_id(request), form["escalation"])
    return _to_queue(request, notice="escalated")


@with_desk
async def comment(request: Request, desk: Desk) -> Response:
    """Add a remark."""
    form: Form = request.state.form
    await desk.comment(_id(request), form["comment"])
    return _back(request, notice="commented")


@with_desk
async def decide(request: Request, desk: Desk) -> Response:
    """Record the decision; on whatever failure, what was written comes back in the answer."""
    form: Form = request.state.form
    item_id = _id(request)
    detail = await desk.item(item_id)
    try:
        recorded = await desk.decide(
            item_id, claim_id=form["claim_id"], request_id=form["request_id"], ruling=ruling(form, detail)
        )
    except (Unfinished, InvalidRequest) as error:
        unprocessed = HTTP_422_UNPROCESSABLE_CONTENT
        return _item(request, detail, held=form.fields, fault=told(error), status=unprocessed)
    except (ClaimLost, ItemClosed, ItemTaken) as error:
        detail = await desk.item(item_id)
        return _item(request, detail, held=form.fields, fault=told(error), status=HTTP_409_CONFLICT)
    done = {"notice": "decided", "done": item_id, "decision": recorded.decision.decision_id}
    if form["then"] == "next":
        return await go_to_next(desk, view_of(request), **done)
    return _to_queue(request, **done)


@with_desk
async def undo(request: Request, desk: Desk) -> Response:
    """Take the caller's decision back; the item is claimed anew, and the form says what it said."""
    form: Form = request.state.form
    try:
        await desk.undo(_id(request), form["decision_id"])
    except CannotUndo as error:
        detail = await desk.item(_id(request))
        return _item(request, detail, fault=told(error), status=HTTP_409_CONFLICT)
    return _back(request, notice="undone")


def _item(
    request: Request,
    detail: ItemDetail,
    *,
    held: Mapping[str, str] | None = None,
    status: int = 200,
    **more: object,
) -> Response:
    item = detail.item
    sentences = list(enumerate(detail.score.sentences, 1))
    name = request.state.caller.name
    mine = item.claim is not None and bool(item.claim.claim_id)
    own = [decision for decision in detail.decisions if decision.moderator == name]
    return page(
        request,
        "item.html",
        status=status,
        view=view_of(request),
        detail=detail,
        item=item,
        mine=mine,
        runs=list(runs(detail.article.body, detail.score.sentences)) if detail.article else [],
        told=[(number, each) for number, each in sentences if each.label is not Label.NEUTRAL],
        neutral=[(number, each) for number, each in sentences if each.label is Label.NEUTRAL],
        held=_last_undone(own, detail) if held is None else held,
        undoable=next((each for each in reversed(own) if not each.undone), None),
        request_id=str(uuid4()),
        **more,
    )


def _last_undone(own: list[Decision], detail: ItemDetail) -> Mapping[str, str]:
    """What the caller said last and took back: most of it will be said again."""
    undone = own[-1].undone if own else False
    return fields(own[-1].ruling, detail.score.sentences) if undone else {}


def _id(request: Request) -> str:
    return str(request.path_params["item_id"])


def _back(request: Request, **more: str) -> Response:
    return RedirectResponse(view_of(request).address(f"/items/{_id(request)}", **more), HTTP_303_SEE_OTHER)


def _to_queue(request: Request, **more: str) -> Response:
    return RedirectResponse(view_of(request).address("/queue", **more), HTTP_303_SEE_OTHER)
