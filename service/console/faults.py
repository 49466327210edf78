"""What the page says of what went wrong: one table from error to text, as each edge has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.status import (
    HTTP_303_SEE_OTHER,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_409_CONFLICT,
    HTTP_413_CONTENT_TOO_LARGE,
    HTTP_422_UNPROCESSABLE_CONTENT,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
    HTTP_507_INSUFFICIENT_STORAGE,
)

from service.client import CallFailed
from service.console.access import with_session
from service.console.forms import ForgedForm, TooLarge
from service.console.pages import page
from service.console.rulings import Unfinished
from service.console.wording import wording
from service.errors import (
    CannotUndo,
    ClaimLost,
    InvalidRequest,
    ItemClosed,
    ItemTaken,
    KeyMissing,
    KeyUnknown,
    NotAllowed,
    NotFound,
    OverclaimError,
    RateLimited,
    StoreFull,
    Unavailable,
)

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

# The first kind that fits counts: the particular stand before the general.
FAULTS: tuple[tuple[type[Exception], str, int], ...] = (
    (ItemTaken, "taken", HTTP_409_CONFLICT),
    (ItemClosed, "closed", HTTP_409_CONFLICT),
    (ClaimLost, "claim_lost", HTTP_409_CONFLICT),
    (CannotUndo, "cannot_undo", HTTP_409_CONFLICT),
    (NotFound, "missing", HTTP_404_NOT_FOUND),
    (NotAllowed, "not_allowed", HTTP_403_FORBIDDEN),
    (InvalidRequest, "invalid", HTTP_422_UNPROCESSABLE_CONTENT),
    (RateLimited, "rate_limited", HTTP_429_TOO_MANY_REQUESTS),
    (StoreFull, "full", HTTP_507_INSUFFICIENT_STORAGE),
    (Unavailable, "unavailable", HTTP_503_SERVICE_UNAVAILABLE),
    (CallFailed, "internal", HTTP_500_INTERNAL_SERVER_ERROR),
    (OverclaimError, "unknown", HTTP_409_CONFLICT),
    (ForgedForm, "form", HTTP_403_FORBIDDEN),
    (TooLarge, "too_large", HTTP_413_CONTENT_TOO_LARGE),
)


def told(error: Exception) -> str:
    """The text for an error; what the server's message says is shown where no text of ours fits."""
    t = wording()
    if isinstance(error, Unfinished):
        return t(error.wording, number=error.number)
    name, _ = _fault(error)
    if isinstance(error, ItemTaken):
        return t("fault.taken", holder=error.holder) if error.holder else t("fault.taken_unknown")
    if isinstance(error, InvalidRequest):
        return t("fault.invalid", fields="; ".join(each.description for each in error.violations))
    return t(f"fault.{name}", message=str(error)) if name == "unknown" else t(f"fault.{name}")


async def on_error(request: Request, error: Exception) -> Response:
    """Answer whatever a view did not handle itself."""
    if isinstance(error, KeyUnknown | KeyMissing):
        return await _send_to_sign_in(request)
    status = _fault(error)[1]
    if (
        isinstance(error, Unavailable | RateLimited)
        and request.method == "POST"
        and hasattr(request.state, "form")
    ):
        held = request.state.form.fields
        return page(request, "resend.html", status=status, held=held, fault=told(error))
    return page(request, "fault.html", status=status, fault=told(error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what no route takes."""
    refused: HTTPException = error  # type: ignore[assignment] # registered for this kind alone
    name = "missing" if refused.status_code == HTTP_404_NOT_FOUND else "no_method"

    @with_session
    async def refuse(request: Request) -> Response:
        return page(request, "fault.html", status=refused.status_code, fault=wording()(f"fault.{name}"))

    return await refuse(request)


@with_session
async def _send_to_sign_in(request: Request) -> Response:
    request.app.state.seal.sign_out(request.state.session)
    request.state.session = request.app.state.seal.visit()
    return RedirectResponse("/sign-in?told=again", HTTP_303_SEE_OTHER)


def _fault(error: Exception) -> tuple[str, int]:
    return next((name, status) for kind, name, status in FAULTS if isinstance(error, kind))
