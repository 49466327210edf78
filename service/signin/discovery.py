"""What both sides of a sign-in need of OpenID Connect: what a provider tells of itself, and the nonce."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import httpx

from service.signin.errors import ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

WELL_KNOWN = "/.well-known/openid-configuration"
SECONDS = 5.0
LARGEST = 1 << 20
RETRY_AFTER = 2.0


async def discover(issuer: str) -> Mapping[str, Any]:
    """Give what the provider tells of itself, once it names itself as we do; raises ProviderUnavailable."""
    told = await fetch(issuer.rstrip("/") + WELL_KNOWN)
    if told.get("issuer") != issuer:
        raise unavailable(f"what answers at {issuer} says that it is another issuer")
    return told


async def fetch(url: str) -> dict[str, Any]:
    """Give a JSON object of at most 1 MiB; raises ProviderUnavailable."""
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise unavailable(f"{url} answers with more than 1 MiB")
        read = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise unavailable(f"{url} does not answer as it should ({type(error).__name__})") from None
    if not isinstance(read, dict):
        raise unavailable(f"{url} does not answer with a JSON object")
    return read


def nonce_of(secret: str) -> str:
    """Give the nonce that goes to the provider for a secret, which stays here and cannot be told from it."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()


def unavailable(message: str) -> ProviderUnavailable:
    """Say that the identity provider cannot be asked now."""
    return ProviderUnavailable(f"the identity provider cannot be asked: {message}", retry_after=RETRY_AFTER)
