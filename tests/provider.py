"""An identity provider for tests: OpenID Connect over HTTP, which does what it is told, wrong or right."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

CLIENT = "overclaim-console"
CLIENT_SECRET = "a secret: of the console/+"  # noqa: S105 - of tests alone
SUBJECT = "248289761001"


def signing_key() -> RSAKey:
    """Make a key for signatures, with an id of its own."""
    return RSAKey.generate_key(2048, {"use": "sig", "kid": secrets.token_hex(4)})


@dataclass
class Provider:
    """The provider's state, which tests change while it answers."""

    issuer: str
    keys: list[RSAKey | ECKey] = field(default_factory=lambda: [signing_key()])
    person: dict[str, Any] = field(default_factory=lambda: {"sub": SUBJECT, "groups": ["mods"]})
    # What goes into the next tokens beside or instead of what belongs there; None takes a claim out.
    wrong: dict[str, Any] = field(default_factory=dict)
    refuses: str = ""
    offers_sign_out: bool = True
    # Changes the answer of the authorization endpoint.
    redirect: Callable[[dict[str, str]], dict[str, str]] = lambda answer: answer
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked_for_keys: int = 0
    signed_out: int = 0

    def token(
        self,
        nonce: str | None,
        *,
        key: Any = None,  # noqa: ANN401 - of any kind
        alg: str = "RS256",
        **claims: Any,  # noqa: ANN401 - of any kind
    ) -> str:
        """Sign an ID token; claims that are None are left out."""
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        held = {name: value for name, value in {**told, **self.wrong, **claims}.items() if value is not None}
        key = key or self.keys[-1]
        header = {"alg": alg, **({"kid": key.kid} if key.kid else {})}
        return jwt.encode(header, held, key, algorithms=[alg])

    def rotate(self) -> None:
        """Sign with another key from now on, and tell nobody of the one before."""
        self.keys = [signing_key()]

    async def discovery(self, _: Request) -> Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        if self.offers_sign_out:
            told["end_session_endpoint"] = f"{self.issuer}/out"
        return JSONResponse(told)

    async def jwks(self, _: Request) -> Response:
        self.asked_for_keys += 1
        return JSONResponse(KeySet(list(self.keys)).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """Ask the person, as providers do; the button sends them back."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.refuses:
            answer["error"] = self.refuses
        else:
            answer["code"] = secrets.token_urlsafe(8)
            self.codes[answer["code"]] = asked
        back = f"{asked['redirect_uri']}?{urlencode(self.redirect(answer))}"
        if request.headers.get("accept", "").startswith("text/html"):
            return HTMLResponse(f'<title>Provider</title><a href="{back.replace("&", "&amp;")}">Continue</a>')
        return RedirectResponse(back)

    async def exchange(self, request: Request) -> Response:
        """Give tokens for a code: once, to the client that asked, with the verifier of its challenge."""
        scheme, _, told = request.headers.get("authorization", "").partition(" ")
        expected = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form.get("code", ""), None)
        if (scheme, told) != ("Basic", expected):
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        good = (
            asked is not None
            and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if asked is None or not good:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = {"access_token": "unused", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}
        return JSONResponse(token, headers={"cache-control": "no-store"})

    async def out(self, request: Request) -> Response:
        assert request.query_params["client_id"] == CLIENT
        self.signed_out += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"])


@contextmanager
def provider() -> Iterator[Provider]:
    """Serve a provider on this machine."""
    port = free_port()
    made = Provider(f"http://127.0.0.1:{port}")
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", made.discovery),
            Route("/keys", made.jwks),
            Route("/authorize", made.authorize),
            Route("/token", made.exchange, methods=["POST"]),
            Route("/out", made.out),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=asyncio.run, args=(server.serve(),), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(timeout=10)
