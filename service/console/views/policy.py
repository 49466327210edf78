"""For who answers for the queue: the policy in force, what another would do, and all that there have been."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_CONTENT

from service.console import policies
from service.console.access import with_desk
from service.console.pages import notice, page
from service.console.wording import wording
from service.errors import InvalidRequest, PolicyChanged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.desk import Desk
    from service.console.policies import Preview

REVISIONS_SHOWN = 50
PREVIEW_DAYS = (7, 28, 90, 365)
FIELD = re.compile(r"(?:policy\.)?(\w+)")


@with_desk
async def show(request: Request, desk: Desk) -> Response:
    """Show the policy in force, or begin from an earlier one, and the revisions."""
    asked = request.query_params.get("revision", "")
    return await _shown(request, desk, begin=int(asked) if re.fullmatch(r"\d{1,9}", asked) else None)


@with_desk
async def preview(request: Request, desk: Desk) -> Response:
    """Tell what the policy in the form would have done; nothing changes."""
    form = request.state.form
    days = int(form["days"]) if form["days"] in map(str, PREVIEW_DAYS) else PREVIEW_DAYS[1]
    try:
        found = await desk.preview_policy(policies.policy(form), days=days)
    except InvalidRequest as error:
        return await _refused(request, desk, _told(error), status=HTTP_422_UNPROCESSABLE_CONTENT)
    return await _shown(request, desk, held=form.fields, found=found)


@with_desk
async def change(request: Request, desk: Desk) -> Response:
    """Put the policy in the form in force."""
    form = request.state.form
    base = int(form["base"]) if re.fullmatch(r"\d{1,9}", form["base"]) else -1
    try:
        await desk.set_policy(policies.policy(form), base=base, remark=form["remark"])
    except InvalidRequest as error:
        return await _refused(request, desk, _told(error), status=HTTP_422_UNPROCESSABLE_CONTENT)
    except PolicyChanged:
        return await _refused(request, desk, wording()("fault.policy_changed"), status=HTTP_409_CONFLICT)
    return RedirectResponse("/policy?notice=policy_set", HTTP_303_SEE_OTHER)


@with_desk
async def roll_back(request: Request, desk: Desk) -> Response:
    """Put an earlier revision in force again."""
    form = request.state.form
    number = int(form["revision"]) if re.fullmatch(r"\d{1,9}", form["revision"]) else -1
    try:
        await desk.roll_back_policy(number, remark=wording()("policy.rolled_back_to", number=number))
    except InvalidRequest as error:
        return await _refused(
            request, desk, _told(error), status=HTTP_422_UNPROCESSABLE_CONTENT, from_form=False
        )
    return RedirectResponse("/policy?notice=policy_rolled_back", HTTP_303_SEE_OTHER)


async def _refused(
    request: Request, desk: Desk, fault: str, *, status: int, from_form: bool = True
) -> Response:
    """Show the form as it was sent, so that nothing is written twice, and why it was refused."""
    held = request.state.form.fields if from_form else None
    return await _shown(request, desk, held=held, fault=fault, status=status)


async def _shown(
    request: Request,
    desk: Desk,
    *,
    begin: int | None = None,
    held: Mapping[str, str] | None = None,
    found: Preview | None = None,
    fault: str = "",
    status: int = 200,
) -> Response:
    t = wording()
    revisions = await desk.policies()
    in_force = revisions[0]
    start = next((each for each in revisions if each.number == begin), in_force)
    history = [
        (each, list(policies.changes(before.policy, each.policy, t)) if before else [])
        for each, before in zip(revisions, [*revisions[1:], None], strict=True)
    ]
    listed = await desk.models.all()
    return page(
        request,
        "policy.html",
        status=status,
        in_force=in_force,
        start=start,
        held=policies.fields(start.policy) if held is None else held,
        told=policies.told(in_force.policy, t),
        points=next((model.operating_points for model in listed.models if model.active), {}),
        preview=found,
        days=PREVIEW_DAYS,
        history=history[:REVISIONS_SHOWN],
        older=max(len(history) - REVISIONS_SHOWN, 0),
        **({"fault": fault} if fault else notice(request)),
    )


def _told(error: InvalidRequest) -> str:
    """The server's words, each with the name that the page gives the field."""
    t = wording()
    named = []
    for each in error.violations:
        match = FIELD.match(each.field)
        field = match[1] if match else ""
        label = t(f"policy.{field}") if f"policy.{field}" in t.texts else each.field
        named.append(f"{label} {each.description}")
    return t("fault.invalid", fields="; ".join(named))
