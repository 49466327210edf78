"""Signing in with an identity provider: there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from service.console.access import cookie_name, with_session
from service.console.session import BEGINNING_SECONDS
from service.console.views.signing import sign_in_page, within
from service.console.wording import wording
from service.signin.errors import NoRole, SignInOff, TokenRefused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.identity import Identity


@with_session
async def begin(request: Request) -> Response:
    """Send somebody to the provider, and keep in their browser what they have to come back with."""
    identity = _identity(request)
    seal = request.app.state.seal
    beginning = seal.begin(within(request.query_params.get("to", "")))
    response = RedirectResponse(await identity.begin(beginning), HTTP_303_SEE_OTHER)
    response.set_cookie(
        _cookie(request),
        seal.beginning_cookie(beginning),
        max_age=BEGINNING_SECONDS,
        path="/",
        secure=request.app.state.https,
        httponly=True,
        samesite="lax",
    )
    return response


@with_session
async def callback(request: Request) -> Response:
    """Take who comes back from the provider, if it was here that they set out."""
    identity = _identity(request)
    answer = request.query_params
    beginning = request.app.state.seal.resume(
        request.cookies.get(_cookie(request), ""), answer.get("state", "")
    )
    if beginning is None:
        return await _refused(request, "not_begun")
    try:
        token = await identity.redeem(answer, beginning)
        # No key yet: what proves who calls is the token.
        desk = await request.app.state.desks.of("")
        key = await desk.sign_in(token, nonce_secret=beginning.nonce_secret)
    except NoRole as error:
        return await _refused(request, "no_role", str(error))
    except (TokenRefused, SignInOff) as error:
        return await _refused(request, "refused", str(error))
    request.state.session = request.app.state.seal.sign_in(key)
    response = RedirectResponse(beginning.to, HTTP_303_SEE_OTHER)
    response.delete_cookie(_cookie(request), path="/", secure=request.app.state.https, httponly=True)
    return response


async def _refused(request: Request, name: str, message: str = "") -> Response:
    fault = wording()(f"signin.{name}", message=message) if message else wording()(f"signin.{name}")
    return await sign_in_page(request, status=HTTP_403_FORBIDDEN, fault=fault)


def _identity(request: Request) -> Identity:
    found: Identity | None = request.app.state.identity
    if found is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    return found


def _cookie(request: Request) -> str:
    return f"{cookie_name(request)}-beginning"
