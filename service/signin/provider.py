"""The identity provider as the server knows it: its keys, which it may change at any time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from service.signin.discovery import discover, fetch, unavailable
from service.signin.errors import TokenRefused
from service.signin.token import Person, UnknownKey, Wanted, key_set, person_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from joserfc.jwk import KeySet

# Keys are asked for again after an hour, so that one which was withdrawn is believed no longer than that; and
# when a token names one that is not known, but no more often than this: anybody can send such tokens.
SECONDS_KNOWN: Final = 3_600.0
SECONDS_BETWEEN: Final = 10.0


class Provider:
    """Believes ID tokens that the provider has signed. Used from one event loop."""

    def __init__(self, wanted: Wanted, *, clock: Callable[[], float] = monotonic) -> None:
        self._wanted = wanted
        self._clock = clock
        self._keys: KeySet | None = None
        self._asked = 0.0
        self._asking = asyncio.Lock()

    async def person(self, token: str, *, nonce_secret: str, now: datetime) -> Person:
        """Tell whom an ID token is about; raises TokenRefused or ProviderUnavailable."""
        for seconds in (SECONDS_KNOWN, SECONDS_BETWEEN):
            keys = await self._known(seconds)
            with suppress(UnknownKey):
                return person_in(token, keys=keys, wanted=self._wanted, nonce_secret=nonce_secret, now=now)
        raise TokenRefused("the ID token bears no signature of the identity provider's")

    async def _known(self, seconds: float) -> KeySet:
        """Give the provider's keys, asked for within so many seconds."""
        async with self._asking:
            if self._keys is None or self._clock() - self._asked >= seconds:
                told = await discover(self._wanted.issuer)
                address = told.get("jwks_uri")
                if not isinstance(address, str):
                    raise unavailable("it does not say where its keys are")
                self._keys = key_set(await fetch(address))
                self._asked = self._clock()
            return self._keys
