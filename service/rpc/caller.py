"""Who makes the call that is being answered."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from service.store.ledger import SERVER

if TYPE_CHECKING:
    from service.access import Caller

_caller: ContextVar[Caller] = ContextVar("caller")


def answering(caller: Caller) -> None:
    """Remember, for the rest of this call, who makes it."""
    _caller.set(caller)


def current_caller() -> Caller:
    """Say who makes it; for calls that the gate has let in."""
    return _caller.get()


def current_actor() -> str:
    """Say how the audit log names whoever makes it, or the server itself."""
    caller = _caller.get(None)
    return caller.key if caller else SERVER
