"""Where people come in: settings, provider and grants together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import BadFile
from service.signin.grants import grant_for, read_grants
from service.signin.provider import Provider

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from service.signin.grants import Grant
    from service.signin.token import Person, Wanted


class Door:
    """Says who a token's bearer is and what is open to them; `hours` is how long their keys are good."""

    def __init__(self, wanted: Wanted, *, roles: Path | None, hours: int) -> None:
        """Read the file of roles; raises BadFile."""
        if roles is None or not wanted.client_id:
            raise BadFile("signing in needs oidc_client_id and oidc_roles beside oidc_issuer")
        self._grants = read_grants(roles)
        self._provider = Provider(wanted)
        self.hours = hours

    async def admit(self, token: str, *, nonce_secret: str, now: datetime) -> tuple[Person, Grant]:
        """Raise TokenRefused, NoRole or ProviderUnavailable, or tell who it is and what they may do."""
        person = await self._provider.person(token, nonce_secret=nonce_secret, now=now)
        return person, grant_for(person, self._grants)
