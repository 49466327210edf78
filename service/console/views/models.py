"""For ML engineers: which models there are, which one serves, how those on trial compare."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from service.client.models import Standing, Trust
from service.console.access import with_desk
from service.console.pages import notice, page
from service.errors import NotAllowed, NoTrial

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.client.models import Model
    from service.console.access import DeskView, View
    from service.console.desk import Desk

# Of these figures less is better; of all others, more.
LESS_IS_BETTER = ("brier", "ece", "error", "loss", "seconds", "_ms", "false_positive", "calibration")
OVERTURNED_DAYS = 90
# What serves and what is on trial stand first, the others as the server lists them.
RANKS = dict.fromkeys(Standing, 3) | {Standing.SERVES: 0, Standing.CANARY: 1, Standing.SHADOW: 2}


def for_engineers(view: DeskView) -> View:
    """Let those see the view who may put a model in service; moderators are told that they may not."""

    @with_desk
    @wraps(view)
    async def seen(request: Request, desk: Desk) -> Response:
        if not request.state.caller.may("ActivateModel"):
            raise NotAllowed("models are for ML engineers and administrators")
        return await view(request, desk)

    return seen


@for_engineers
async def show(request: Request, desk: Desk) -> Response:
    """List the models, tell of those on trial, and show the differences between two."""
    return await shown(request, desk)


@for_engineers
async def show_card(request: Request, desk: Desk) -> Response:
    """Show one model's card."""
    return page(request, "card.html", detail=await desk.models.one(request.path_params["version"]))


async def shown(request: Request, desk: Desk, *, fault: str = "", status: int = 200) -> Response:
    """Show the models, and why something was refused."""
    listed = await desk.models.all()
    known = {model.version: model for model in listed.models}
    # The one that serves comes first; it may be none of those listed, and there may be fewer than two.
    unasked = (*sorted(listed.models, key=lambda model: not model.active), None, None)
    first = known.get(request.query_params.get("first", ""), unasked[0])
    second = known.get(request.query_params.get("second", ""), unasked[1])
    try:
        report = await desk.models.shadow_report()
    except NoTrial:
        report = None
    return page(
        request,
        "models.html",
        status=status,
        listed=listed,
        models=sorted(listed.models, key=lambda model: RANKS[listed.standing(model)[0]]),
        report=report,
        overturned=await desk.models.overturned(days=OVERTURNED_DAYS) if listed.canary else {},
        overturned_days=OVERTURNED_DAYS,
        first=first,
        second=second,
        rows=differences(first, second) if first and second else (),
        less_is_better=LESS_IS_BETTER,
        Standing=Standing,
        Trust=Trust,
        **({"fault": fault} if fault else notice(request)),
    )


def differences(first: Model, second: Model) -> tuple[tuple[str, str, float | None, float | None], ...]:
    """Every operating point and figure of either: its kind, its name, and what it is in both."""
    return tuple(
        (kind, name, ours.get(name), theirs.get(name))
        for kind, ours, theirs in (
            ("operating_points", first.operating_points, second.operating_points),
            ("metrics", first.metrics, second.metrics),
        )
        for name in dict.fromkeys((*ours, *theirs))
    )
