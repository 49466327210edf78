"""The page as an application: its routes, and what every request passes through."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from service.console.access import Desks
from service.console.faults import on_error, on_http_error
from service.console.forms import ForgedForm, TooLarge
from service.console.security import SecurityHeaders
from service.console.views import dashboard, item, models, policy, queue, signing, steps
from service.console.views import identity as identity_views
from service.errors import OverclaimError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from service.console.desk import Desk
    from service.console.identity import Identity
    from service.console.session import Seal

STATIC = Path(__file__).parent / "static"


def application(
    *,
    connect: Callable[[str], Desk],
    seal: Seal,
    hosts: Sequence[str],
    https: bool,
    identity: Identity | None = None,
) -> ASGIApp:
    """The page, speaking with the server through what `connect` makes of an access key.

    `hosts` are the names under which it may be asked for; `https` says whether browsers come by HTTPS;
    `identity` is the provider that people may sign in with.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await app.state.desks.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(Alive),
            Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False),
        ],
        exception_handlers={
            OverclaimError: on_error,
            ForgedForm: on_error,
            TooLarge: on_error,
            HTTPException: on_http_error,
        },
    )
    app.state.desks = Desks(connect)
    app.state.seal = seal
    app.state.https = https
    app.state.identity = identity
    # Outermost, so that also the answer to what broke has them.
    return SecurityHeaders(app, https=https)


class Alive:
    """Answers probes before anybody looks at the host's name: they come by address, and learn nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, or pass on whatever else it is."""
        is_probe = scope["type"] == "http" and scope["path"] == "/healthz"
        await (PlainTextResponse("ok") if is_probe else self._app)(scope, receive, send)


async def _home(_: Request) -> Response:
    return RedirectResponse("/queue")


ROUTES = (
    Route("/", _home),
    Route("/sign-in", signing.ask_key),
    Route("/sign-in", signing.sign_in, methods=["POST"]),
    Route("/sign-in/{token}", signing.ask_link),
    Route("/sign-in/{token}", signing.follow_link, methods=["POST"]),
    Route("/identity/begin", identity_views.begin),
    Route("/identity/callback", identity_views.callback),
    Route("/sign-out", signing.sign_out, methods=["POST"]),
    Route("/theme", signing.choose_theme, methods=["POST"]),
    Route("/queue", queue.show),
    Route("/queue/claim", queue.claim_next, methods=["POST"]),
    Route("/items/{item_id}", item.show),
    *(
        Route(f"/items/{{item_id}}/{action.__name__}", action, methods=["POST"])
        for action in (
            *(item.claim, item.renew, item.release, item.skip, item.assign),
            *(item.escalate, item.comment, item.decide, item.undo),
        )
    ),
    Route("/dashboard", dashboard.show),
    Route("/policy", policy.show),
    Route("/policy/preview", policy.preview, methods=["POST"]),
    Route("/policy/change", policy.change, methods=["POST"]),
    Route("/policy/roll-back", policy.roll_back, methods=["POST"]),
    Route("/models", models.show),
    Route("/models/{version}", models.show_card),
    Route("/models/{version}/{step}", steps.ask),
    Route("/models/{version}/{step}", steps.take, methods=["POST"]),
    Mount("/static", StaticFiles(directory=STATIC), name="static"),
)
