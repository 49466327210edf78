"""Who may see a page: the session of each request, and its view of the desk."""

from __future__ import annotations

from collections import OrderedDict
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from service.console.forms import posted
from service.console.session import SESSION_SECONDS, Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from service.console.desk import Desk

    View = Callable[[Request], Awaitable[Response]]
    DeskView = Callable[[Request, Desk], Awaitable[Response]]

MOST_DESKS = 200


class Desks:
    """Connections to the server, one a key, the least used closed first."""

    def __init__(self, connect: Callable[[str], Desk]) -> None:
        self._connect = connect
        self._desks: OrderedDict[str, Desk] = OrderedDict()

    async def of(self, access_key: str) -> Desk:
        """The connection that speaks with this key."""
        if access_key not in self._desks:
            self._desks[access_key] = self._connect(access_key)
        self._desks.move_to_end(access_key)
        while len(self._desks) > MOST_DESKS:
            await self._desks.popitem(last=False)[1].close()
        return self._desks[access_key]

    async def close(self) -> None:
        """End every connection."""
        while self._desks:
            await self._desks.popitem()[1].close()


def cookie_name(request: Request) -> str:
    """The session cookie's name; over HTTPS browsers hold it to this very host by its prefix."""
    return "__Host-session" if request.app.state.https else "session"


def with_session(view: View) -> View:
    """Give the view a session, a new one where the browser brings none that is good."""

    @wraps(view)
    async def seen(request: Request) -> Response:
        held = request.app.state.seal.session(request.cookies.get(cookie_name(request), ""))
        request.state.session = held or request.app.state.seal.visit()
        response = await view(request)
        if held is None or request.state.session != held:
            keep(request, response)
        return response

    return seen


def with_desk(view: DeskView) -> View:
    """Let who is signed in see the view, with the desk and the caller; send others to sign in.

    What is posted has been held to be one of our forms by then: the request's `form`.
    """

    @with_session
    @wraps(view)
    async def seen(request: Request) -> Response:
        session: Session = request.state.session
        if not session.access_key:
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            to = urlencode({"to": asked}) if request.method == "GET" else ""
            return RedirectResponse(f"/sign-in?{to}", HTTP_303_SEE_OTHER)
        if request.method == "POST":
            # Before anything is asked of the server: should it be gone, what was written can be sent again.
            request.state.form = await posted(request)
        desk = await request.app.state.desks.of(session.access_key)
        request.state.caller = await desk.caller()
        return await view(request, desk)

    return seen


def keep(request: Request, response: Response) -> None:
    """Let the browser keep the request's session."""
    response.set_cookie(
        cookie_name(request),
        request.app.state.seal.cookie(request.state.session),
        max_age=SESSION_SECONDS,
        path="/",
        secure=request.app.state.https,
        httponly=True,
        samesite="lax",
    )
