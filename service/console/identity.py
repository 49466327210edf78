"""The identity provider as the page uses it: OpenID Connect's code flow with PKCE, by Authlib."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from service.signin.discovery import SECONDS, discover, nonce_of, unavailable
from service.signin.errors import ProviderUnavailable, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.console.session import Beginning


@dataclass(frozen=True, slots=True)
class Identity:
    """A provider, and what it knows this page by. `name` is what people know the provider by.

    The page believes nothing that the provider's answer says of a person: it hands the ID token on to the
    server, which verifies it.
    """

    issuer: str
    client_id: str
    name: str
    public_url: str
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid profile email"

    @property
    def callback(self) -> str:
        """Where the provider sends people back to; it has to be registered there."""
        return f"{self.public_url}/identity/callback"

    async def begin(self, beginning: Beginning) -> str:
        """Give the address at the provider where somebody signs in; raises ProviderUnavailable."""
        told = await discover(self.issuer)
        async with self._client(told) as client:
            url, _ = client.create_authorization_url(
                _address(told, "authorization_endpoint"),
                state=beginning.state,
                code_verifier=beginning.verifier,
                nonce=nonce_of(beginning.nonce_secret),
            )
        return str(url)

    async def redeem(self, answer: Mapping[str, str], beginning: Beginning) -> str:
        """Give the ID token for what the provider sent back; raises TokenRefused and ProviderUnavailable."""
        told = await discover(self.issuer)
        named = answer.get("iss")
        if named != self.issuer and (named or told.get("authorization_response_iss_parameter_supported")):
            raise TokenRefused("the answer comes from another identity provider")
        if "error" in answer or not answer.get("code"):
            raise TokenRefused("the identity provider did not let you in")
        try:
            async with self._client(told) as client:
                token: dict[str, Any] = await client.fetch_token(
                    _address(told, "token_endpoint"),
                    grant_type="authorization_code",
                    code=answer["code"],
                    code_verifier=beginning.verifier,
                )
        except AuthlibBaseError as error:
            raise TokenRefused(f"the identity provider refuses the code ({error.error})") from None
        except (httpx.HTTPError, ValueError) as error:
            raise unavailable(f"no token comes from {self.issuer} ({type(error).__name__})") from None
        held = token.get("id_token")
        if not isinstance(held, str):
            raise TokenRefused(
                "the identity provider sent no ID token: is the scope openid among its scopes?"
            )
        return held

    async def sign_out_url(self) -> str:
        """Give the address where somebody signs out of the provider as well, or none if it offers none."""
        with suppress(ProviderUnavailable):
            told = await discover(self.issuer)
            if isinstance(told.get("end_session_endpoint"), str):
                back = {"client_id": self.client_id, "post_logout_redirect_uri": f"{self.public_url}/sign-in"}
                return f"{told['end_session_endpoint']}?{urlencode(back)}"
        return ""

    def _client(self, told: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Authlib has no types
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret or None,
            token_endpoint_auth_method=method if self.client_secret else "none",
            scope=self.scopes,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            timeout=SECONDS,
        )


def _address(told: Mapping[str, Any], name: str) -> str:
    address = told.get(name)
    if not isinstance(address, str):
        raise unavailable(f"it does not tell its {name}")
    return address
