"""Who is on the line: a sealed cookie that holds the access key, and what is under way to get one.

Nothing is kept on this side but what was used up or signed out, so that any number of consoles with the same
secret serve the same moderators. Every way to sign in ends in `Seal.sign_in` with a key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

if TYPE_CHECKING:
    from collections.abc import Callable

SESSION_SECONDS = 12 * 3_600
LINK_SECONDS = 3_600
BEGINNING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Session:
    """One browser; without an access key nobody has signed in yet, and forms are protected all the same."""

    id: str
    access_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A sign-in that is under way at an identity provider, and where it is to lead."""

    state: str
    to: str
    verifier: str = field(repr=False)
    nonce_secret: str = field(repr=False)


class Seal:
    """Makes and opens what only this console, or one with the same secret, can have made."""

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.time) -> None:
        digest = hashlib.sha256(f"overclaim console\0{secret}".encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))
        self._digest = digest
        self._clock = clock
        self._ended: dict[str, float] = {}

    def visit(self) -> Session:
        """A session for somebody who has not signed in."""
        return Session(secrets.token_urlsafe(16))

    def sign_in(self, access_key: str) -> Session:
        """A session for who proved to hold `access_key`; a new one, so that none can be planted."""
        return Session(secrets.token_urlsafe(16), access_key)

    def sign_out(self, session: Session) -> None:
        """Make the session's cookie worthless, also in the hands of a thief."""
        self._end(session.id, SESSION_SECONDS)

    def cookie(self, session: Session) -> str:
        """The session as a cookie's value."""
        return self._close({"use": "session", "id": session.id, "key": session.access_key})

    def session(self, cookie: str) -> Session | None:
        """The session in a cookie; None when it is forged, too old or signed out."""
        held = self._open(cookie, "session", SESSION_SECONDS)
        return Session(held["id"], held["key"]) if held else None

    def begin(self, to: str) -> Beginning:
        """Begin to sign in at an identity provider."""
        return Beginning(
            state=secrets.token_urlsafe(32),
            to=to,
            verifier=secrets.token_urlsafe(48),
            nonce_secret=secrets.token_urlsafe(32),
        )

    def beginning_cookie(self, beginning: Beginning) -> str:
        """What was begun, as a cookie's value: only the browser that set out can come back."""
        return self._close({"use": "beginning", "id": beginning.state, **asdict(beginning)})

    def resume(self, cookie: str, state: str) -> Beginning | None:
        """What was begun in this browser with this state, once; None when it was not, or too long ago."""
        held = self._open(cookie, "beginning", BEGINNING_SECONDS)
        if held is None or not hmac.compare_digest(held["state"].encode(), state.encode()):
            return None
        self._end(held["id"], BEGINNING_SECONDS)
        return Beginning(**{each.name: held[each.name] for each in fields(Beginning)})

    def csrf_token(self, session: Session) -> str:
        """What every form of this session has to bring along."""
        return hmac.new(self._digest, f"csrf\0{session.id}".encode(), hashlib.sha256).hexdigest()

    def is_csrf_token(self, token: str, session: Session) -> bool:
        """Whether a form was made for this session; takes the same time whatever the token is."""
        return hmac.compare_digest(token.encode(), self.csrf_token(session).encode())

    def link_token(self, access_key: str) -> str:
        """What a sign-in link ends in: good once, for an hour."""
        return self._close({"use": "link", "id": secrets.token_urlsafe(16), "key": access_key})

    def redeem(self, token: str) -> str | None:
        """The access key of a sign-in link, and the link's end; None when it is used, forged or too old."""
        held = self._open(token, "link", LINK_SECONDS)
        if held is None:
            return None
        self._end(held["id"], LINK_SECONDS)
        return held["key"]

    def _close(self, held: dict[str, str]) -> str:
        return self._fernet.encrypt_at_time(json.dumps(held).encode(), int(self._clock())).decode()

    def _open(self, token: str, use: str, seconds: int) -> dict[str, str] | None:
        try:
            opened = self._fernet.decrypt_at_time(
                token.encode(), ttl=seconds, current_time=int(self._clock())
            )
        except InvalidToken:
            return None
        held: dict[str, str] = json.loads(opened)
        return held if held["use"] == use and held["id"] not in self._ended else None

    def _end(self, identifier: str, seconds: int) -> None:
        now = self._clock()
        self._ended = {each: until for each, until in self._ended.items() if until > now}
        self._ended[identifier] = now + seconds + 1
