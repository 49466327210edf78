"""For ML engineers: which models there are, how they differ, which one serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from service.console.access import with_desk
from service.console.pages import notice, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.desk import Desk
    from service.console.overview import Model

# Of these figures less is better; of all others, more.
LESS_IS_BETTER = ("brier", "ece", "error", "loss", "seconds", "_ms", "false_positive", "calibration")


@with_desk
async def show(request: Request, desk: Desk) -> Response:
    """List the models, and show the differences between two."""
    listed = await desk.models()
    known = {model.version: model for model in listed.models}
    # The one that serves comes first; it may be none of those listed, and there may be fewer than two.
    unasked = (*sorted(listed.models, key=lambda model: not model.active), None, None)
    first = known.get(request.query_params.get("first", ""), unasked[0])
    second = known.get(request.query_params.get("second", ""), unasked[1])
    return page(
        request,
        "models.html",
        listed=listed,
        first=first,
        second=second,
        rows=differences(first, second) if first and second else (),
        less_is_better=LESS_IS_BETTER,
        **notice(request),
    )


@with_desk
async def show_card(request: Request, desk: Desk) -> Response:
    """Show one model's card."""
    return page(request, "card.html", detail=await desk.model(request.path_params["version"]))


@with_desk
async def activate(request: Request, desk: Desk) -> Response:
    """Serve with this model from now on."""
    await desk.activate(request.path_params["version"])
    return RedirectResponse("/models?notice=activated", HTTP_303_SEE_OTHER)


@with_desk
async def roll_back(_: Request, desk: Desk) -> Response:
    """Serve with the model before this one."""
    await desk.roll_back()
    return RedirectResponse("/models?notice=rolled_back", HTTP_303_SEE_OTHER)


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
