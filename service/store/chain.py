"""How an entry of the audit log is written down and chained to the one before: pure, and never changed.

A form, once used, stays as it is, since the digests of what was written by it must come out the same for
ever. What shall be written otherwise needs a form of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM: Final = 1
# What stands before the first entry of a chain.
START: Final = "0" * 64
# The chain of what concerns every tenant. No tenant can be called so.
INSTALLATION: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as it is chained.

    `subject` names what was done to what: ids, numbers and words of ours, never text of people. `payload` is
    the digest of the subject together with the facts that it names. `previous` is the digest of the entry
    before, or START.
    """

    form: int
    chain: str
    number: int
    at: datetime
    actor: str
    deed: str
    subject: Mapping[str, str]
    payload: str
    previous: str

    def digest(self) -> str:
        """Give the SHA-256 that the next entry will name."""
        told = [
            self.form,
            self.chain,
            self.number,
            instant(self.at),
            self.actor,
            self.deed,
            dict(self.subject),
            self.payload,
            self.previous,
        ]
        return sha256(b"overclaim audit entry\n" + canonical(told)).hexdigest()


def payload_of(subject: Mapping[str, str], facts: Mapping[str, Mapping[str, Any]]) -> str:
    """Give the SHA-256 of what an entry tells of; `facts` are rows by what the subject calls them."""
    return sha256(b"overclaim audit payload\n" + canonical([dict(subject), facts])).hexdigest()


def canonical(told: object) -> bytes:
    """Write values so that equal ones are written alike: sorted keys, no spaces, ASCII, times in UTC."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain).encode()


def instant(at: datetime) -> str:
    """Write a point of time, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    raise TypeError(f"a {type(value).__name__} has no canonical form")
