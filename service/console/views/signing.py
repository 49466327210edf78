"""Signing in and out, and the choice of colours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_200_OK, HTTP_204_NO_CONTENT, HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN

from service.console.access import with_session
from service.console.forms import posted
from service.console.pages import THEMES, page
from service.console.wording import wording
from service.errors import KeyMissing, KeyUnknown, OverclaimError

if TYPE_CHECKING:
    from starlette.requests import Request

HOME = "/queue"
OUT_OF_PROVIDER = "signin.out_provider"
THEME_SECONDS = 365 * 86_400


@with_session
async def ask_key(request: Request) -> Response:
    """Ask for an access key."""
    told = _told(request)
    to = within(request.query_params.get("to", ""))
    return await sign_in_page(request, to=to, told=told)


@with_session
async def sign_in(request: Request) -> Response:
    """Take a key that the server knows."""
    form = await posted(request)
    to = within(form["to"])
    if await _is_known(request, form["access_key"]):
        request.state.session = request.app.state.seal.sign_in(form["access_key"])
        return RedirectResponse(to, HTTP_303_SEE_OTHER)
    return await sign_in_page(request, status=HTTP_403_FORBIDDEN, to=to, fault=wording()("signin.wrong"))


@with_session
async def ask_link(request: Request) -> Response:
    """Show what a sign-in link is for. Only the button uses it up: what previews links must not."""
    return await sign_in_page(request, link=request.path_params["token"])


@with_session
async def follow_link(request: Request) -> Response:
    """Take the key that a link holds; the link is good no more."""
    await posted(request)
    key = request.app.state.seal.redeem(request.path_params["token"])
    if key is not None and await _is_known(request, key):
        request.state.session = request.app.state.seal.sign_in(key)
        return RedirectResponse(HOME, HTTP_303_SEE_OTHER)
    return await sign_in_page(
        request, status=HTTP_403_FORBIDDEN, to=HOME, fault=wording()("signin.link_wrong")
    )


@with_session
async def sign_out(request: Request) -> Response:
    """End the session, on this side too."""
    await posted(request)
    key = request.state.session.access_key
    request.app.state.seal.sign_out(request.state.session)
    request.state.session = request.app.state.seal.visit()
    told = "out_provider" if key and await _ended(request, key) else "out"
    return RedirectResponse(f"/sign-in?told={told}", HTTP_303_SEE_OTHER)


@with_session
async def choose_theme(request: Request) -> Response:
    """Remember which colours this browser is to have."""
    form = await posted(request)
    scripted = "application/json" in request.headers.get("accept", "")
    response = (
        Response(status_code=HTTP_204_NO_CONTENT)
        if scripted
        else RedirectResponse(within(form["to"]), HTTP_303_SEE_OTHER)
    )
    if form["theme"] in THEMES:
        response.set_cookie(
            "theme",
            form["theme"],
            max_age=THEME_SECONDS,
            secure=request.app.state.https,
            httponly=True,
            samesite="lax",
        )
    return response


async def sign_in_page(
    request: Request,
    *,
    status: int = HTTP_200_OK,
    to: str = HOME,
    link: str = "",
    told: str = "",
    fault: str = "",
) -> Response:
    """Render the page on which somebody signs in, by a link, a key or the identity provider."""
    identity = request.app.state.identity
    out = await identity.sign_out_url() if identity and told == OUT_OF_PROVIDER else ""
    return page(
        request,
        "sign_in.html",
        status=status,
        to=to,
        link=link,
        told=told,
        fault=fault,
        provider=identity.name if identity else "",
        begin=f"/identity/begin?{urlencode({'to': to})}",
        out=out,
    )


async def _ended(request: Request, key: str) -> bool:
    """End the key if signing in with the provider gave it, and say whether it did."""
    if request.app.state.identity is None:
        return False
    try:
        return bool(await (await request.app.state.desks.of(key)).sign_out())
    except OverclaimError:
        # Signed out of the page all the same. The key was in the cookie alone, and ends within hours.
        return False


async def _is_known(request: Request, key: str) -> bool:
    # A header cannot carry more than this, and no key of ours is anything else.
    if not (key.isascii() and key.isprintable() and key):
        return False
    try:
        await (await request.app.state.desks.of(key)).caller()
    except (KeyUnknown, KeyMissing):
        return False
    return True


def _told(request: Request) -> str:
    name = request.query_params.get("told", "")
    return f"signin.{name}" if name in {"out", "out_provider", "again"} else ""


def within(path: str) -> str:
    """A path of this site, whatever an address asks for: a link must not lead elsewhere after signing in."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else HOME
