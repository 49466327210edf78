"""A model's steps, each asked about on a page of its own before it is done: try, activate, roll back, end."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from service.client.models import Standing, Trust
from service.console.faults import told
from service.console.pages import page
from service.console.views.models import for_engineers, shown
from service.console.wording import wording
from service.errors import InvalidRequest, ModelRefused, NoEarlierModel, NotFound, NoTrial

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.client.models import Model, ModelList
    from service.console.desk import Desk
    from service.console.forms import Form

PERCENT = re.compile(r"\d{1,3}")


class Step(StrEnum):
    """What can be done with a model, as the address says it, with the notice that tells that it was."""

    ACTIVATE = "activate"
    ROLL_BACK = "roll-back"
    TRY = "try"
    END_SHADOW = "end-shadow"
    END_CANARY = "end-canary"
    PROMOTE = "promote"


NOTICES = {
    Step.ACTIVATE: "activated",
    Step.ROLL_BACK: "rolled_back",
    Step.TRY: "trial_begun",
    Step.END_SHADOW: "trial_ended",
    Step.END_CANARY: "trial_ended",
    Step.PROMOTE: "activated",
}


@for_engineers
async def ask(request: Request, desk: Desk) -> Response:
    """Say what the step would change, and let it be confirmed."""
    step, version = _asked(request)
    listed = await desk.models.all()
    model = _model(listed, version)
    if not _is_open(listed, model, step):
        return await _overtaken(request, desk)
    asked = request.query_params.get("kind", "")
    tried = {"shadow": listed.shadow, "canary": listed.canary}
    return page(
        request,
        "step.html",
        step=step,
        model=model,
        listed=listed,
        serving=listed.serving,
        kind=asked if asked in tried else "shadow",
        tried=tried,
        retired=Standing.RETIRED in listed.standing(model),
        untrusted=model.trust is Trust.UNTRUSTED,
    )


@for_engineers
async def take(request: Request, desk: Desk) -> Response:
    """Do the step, unless things stand otherwise than when it was asked about."""
    step, version = _asked(request)
    listed = await desk.models.all()
    try:
        model = _model(listed, version)
        if not _is_open(listed, model, step) or _serving(listed) != request.state.form["serving"]:
            return await _overtaken(request, desk)
        await _taken(desk, step, version, request.state.form)
    except (InvalidRequest, ModelRefused, NoEarlierModel, NotFound, NoTrial) as error:
        return await shown(request, desk, fault=told(error), status=HTTP_409_CONFLICT)
    return RedirectResponse(f"/models?notice={NOTICES[step]}", HTTP_303_SEE_OTHER)


async def _taken(desk: Desk, step: Step, version: str, form: Form) -> None:
    match step:
        case Step.ACTIVATE:
            await desk.models.activate(version, again=form["again"] == "1")
        case Step.ROLL_BACK:
            await desk.models.roll_back()
        case Step.TRY:
            set_trial = desk.models.set_canary if form["kind"] == "canary" else desk.models.set_shadow
            # 0 would end the trial, which is another step.
            percent = int(form["percent"]) if PERCENT.fullmatch(form["percent"]) else -1
            await set_trial(version, percent or -1)
        case Step.END_SHADOW:
            await desk.models.set_shadow("", 0)
        case Step.END_CANARY:
            await desk.models.set_canary("", 0)
        case Step.PROMOTE:
            await desk.models.promote()


def _asked(request: Request) -> tuple[Step, str]:
    step = request.path_params["step"]
    if step not in set(Step):
        raise NotFound("there is no such step")
    return Step(step), request.path_params["version"]


def _model(listed: ModelList, version: str) -> Model:
    for each in listed.models:
        if each.version == version:
            return each
    raise NotFound("there is no such model")


def _is_open(listed: ModelList, model: Model, step: Step) -> bool:
    """Whether a step can be taken as things stand: only the shadow can end as one, and so on."""
    standing = listed.standing(model)
    match step:
        case Step.ACTIVATE | Step.TRY:
            return not model.active
        case Step.ROLL_BACK:
            return model.active and bool(listed.earlier)
        case Step.END_SHADOW:
            return Standing.SHADOW in standing
        case Step.END_CANARY | Step.PROMOTE:
            return Standing.CANARY in standing


def _serving(listed: ModelList) -> str:
    return listed.serving.version if listed.serving else ""


async def _overtaken(request: Request, desk: Desk) -> Response:
    return await shown(request, desk, fault=wording()("fault.model_changed"), status=HTTP_409_CONFLICT)
