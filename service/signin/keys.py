"""Use cases of signing in and out: a key for a person whom the provider vouches for, and its end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.access import Caller, give_key, revoke_key
from service.signin.errors import TokenRefused
from service.store.ids import digest
from service.store.ledger import note_actor, record
from service.store.outward import Key, SignIn
from service.store.rows import find_or_add
from service.store.words import Deed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.signin.grants import Grant
    from service.signin.token import Person


def sign_in(session: Session, person: Person, grant: Grant, *, hours: int, now: datetime) -> tuple[Key, str]:
    """Make a key that ends in some hours, and give it with its secret; TokenRefused the second time.

    The audit log names the new key as who did it: nobody else was there.
    """
    nonce = digest(f"{person.issuer}\0{person.nonce}")
    if session.get(SignIn, nonce) is not None:
        raise _used()
    holder = Caller(grant.tenant, person.name, grant.role, grant.categories, grant.origins)
    key, secret = give_key(session, holder, expires=now + timedelta(hours=hours), now=now)
    made = SignIn(nonce=nonce, key=key.id, issuer=person.issuer, subject=person.subject, at=now)
    if find_or_add(session, made, by=("nonce",)) is not made:
        raise _used()
    note_actor(session, key.id)
    record(session, Deed.SIGNED_IN, now=now, tenant=grant.tenant, sign_in=nonce)
    return key, secret


def sign_out(session: Session, caller: Caller, *, now: datetime) -> bool:
    """End the caller's key if it came of signing in, and say whether it did; any other key stays good."""
    if session.scalar(select(SignIn.nonce).where(SignIn.key == caller.key)) is None:
        return False
    revoke_key(session, caller.key, tenant=caller.tenant, now=now)
    return True


def _used() -> TokenRefused:
    return TokenRefused("the ID token was used before; sign in again")
