"""Who may do what: keys, the roles that they give, and one table of methods and roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.errors import InvalidRequest, KeyUnknown, NotAllowed, NotFound, Violation
from service.store.columns import mask, mask_origins, unmask, unmask_origins
from service.store.ids import digest, fresh_id
from service.store.ledger import record
from service.store.outward import Key
from service.store.rows import find_or_add
from service.store.tables import Tenant
from service.store.words import Deed, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from service.classifier.results import Category
    from service.store.words import Origin

DEFAULT_TENANT = "default"
DEFAULT_KEY_DAYS = 365
DEFAULT_RETENTION_DAYS = 90
MAX_KEY_DAYS = 3_650
MAX_NAME_CHARACTERS = 100
NAME = re.compile(r"[!-~]{1,100}")
TENANT = re.compile(r"[a-z0-9-]{1,64}")

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_SENIOR = _ADMINISTRATOR | {Role.SENIOR_MODERATOR}
_MODERATOR = _SENIOR | {Role.MODERATOR}
_ENGINEER = _ADMINISTRATOR | {Role.ML_ENGINEER}
_PUBLISHER = _ADMINISTRATOR | {Role.PUBLISHER}
_DESK = _MODERATOR | _ENGINEER
_ANYBODY = frozenset(Role)

# Every method of the contract, and the roles that may call it. What does not stand here, nobody may.
RULES: dict[str, frozenset[Role]] = {
    f"/overclaim.v1.{service}/{method}": roles
    for service, methods in {
        "ModerationService": {
            "ScoreArticle": _ANYBODY,
            "BatchScoreArticles": _ANYBODY,
            "StreamScoreArticles": _ANYBODY,
        },
        "ReviewService": {
            "ListItems": _DESK,
            "CountItems": _DESK,
            "GetItem": _DESK,
            "ClaimItem": _MODERATOR,
            "RenewClaim": _MODERATOR,
            "ReleaseItem": _MODERATOR,
            "SkipItem": _MODERATOR,
            "AssignItem": _MODERATOR,
            "EscalateItem": _MODERATOR,
            "CommentOnItem": _MODERATOR,
            "RecordDecision": _MODERATOR,
            "UndoDecision": _MODERATOR,
            "GetPolicy": _DESK,
            "ListPolicies": _DESK,
            "SetPolicy": _SENIOR,
            "RollBackPolicy": _SENIOR,
            "PreviewPolicy": _SENIOR | _ENGINEER,
            "GetQualityReport": _DESK,
            "GetDashboard": _DESK,
            "ExportExamples": _ENGINEER,
            "SampleForLabelling": _ENGINEER,
            "SetRetention": _ADMINISTRATOR,
            "PurgeTexts": _ADMINISTRATOR,
        },
        "FeedbackService": {
            "WatchDecisions": _PUBLISHER,
            "GetReview": _PUBLISHER,
            "SubmitFeedback": _PUBLISHER,
            "CreateAppeal": _PUBLISHER,
            "CreateWebhook": _PUBLISHER,
            "ListWebhooks": _PUBLISHER,
            "DeleteWebhook": _PUBLISHER,
            "ListDeadLetters": _PUBLISHER,
            "RedeliverDeadLetter": _PUBLISHER,
        },
        "AccessService": {
            # For those who have no key yet, too: its request brings what proves who they are.
            "SignIn": _ANYBODY,
            "SignOut": _ANYBODY,
            "GetCaller": _ANYBODY,
            "CreateKey": _ADMINISTRATOR,
            "ListKeys": _ADMINISTRATOR,
            "RevokeKey": _ADMINISTRATOR,
            "ListAuditEntries": _ADMINISTRATOR,
            "GetQuota": _ADMINISTRATOR,
            "SetQuota": _ADMINISTRATOR,
        },
        "ModelService": {
            "ListModels": _DESK,
            "GetModel": _DESK,
            "ActivateModel": _ENGINEER,
            "RollBackModel": _ENGINEER,
            "SetShadow": _ENGINEER,
            "GetShadowReport": _DESK,
            "SetCanary": _ENGINEER,
            "PromoteCanary": _ENGINEER,
        },
    }.items()
    for method, roles in methods.items()
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, as the key says; `categories` and `origins` bound what may be claimed; none: nothing.

    `key` is the id by which the audit log names the caller.
    """

    tenant: str
    name: str
    role: Role
    categories: tuple[Category, ...] = ()
    origins: tuple[Origin, ...] = ()
    key: str = ""

    @property
    def is_senior(self) -> bool:
        """Whether what is left to senior moderators is open to this one."""
        return self.role in _SENIOR


# Who calls a server that listens on its own machine alone and asks for no key.
LOCAL = Caller(DEFAULT_TENANT, "local", Role.PUBLISHER, key="local")


def authenticate(session: Session, secret: str, *, now: datetime) -> Caller:
    """Say whose key this is; KeyUnknown for one that is not, no more or not any longer."""
    key = session.scalar(select(Key).where(Key.digest == digest(secret)))
    if key is None or key.revoked is not None or key.expires <= now:
        raise KeyUnknown("the key is unknown, expired or revoked; ask an administrator for a new one")
    return Caller(
        key.tenant, key.name, key.role, unmask(key.categories), unmask_origins(key.origins), key=key.id
    )


def still_good(session: Session, keys: Iterable[str], *, now: datetime) -> set[str]:
    """Say which of some keys, by their ids, are neither revoked nor expired."""
    wanted = sorted(keys)
    good = set[str]()
    for start in range(0, len(wanted), 500):
        some = Key.id.in_(wanted[start : start + 500])
        good |= set(session.scalars(select(Key.id).where(some, Key.revoked.is_(None), Key.expires > now)))
    return good


def authorise(caller: Caller, method: str) -> None:
    """Raise NotAllowed unless the caller's role may call the method, given by its full name."""
    if caller.role not in RULES.get(method, frozenset()):
        raise NotAllowed(f"the role {caller.role} may not call {method}; ask for a key of another role")


def methods_of(role: Role) -> tuple[str, ...]:
    """List what a role may call."""
    return tuple(method for method, roles in RULES.items() if role in roles)


def create_key(
    session: Session,
    *,
    tenant: str,
    name: str,
    role: Role,
    now: datetime,
    categories: Iterable[Category] = (),
    origins: Iterable[Origin] = (),
    days: int = DEFAULT_KEY_DAYS,
) -> tuple[Key, str]:
    """Make a key, and the tenant if it is new; give the key and its secret, which is nowhere else."""
    violations = []
    if not TENANT.fullmatch(tenant):
        violations.append(Violation("tenant", "must be 1 to 64 lower-case letters, digits and hyphens"))
    if not NAME.fullmatch(name):
        violations.append(Violation("name", "must be 1 to 100 printable ASCII characters without spaces"))
    if not 1 <= days <= MAX_KEY_DAYS:
        violations.append(Violation("days", f"must be 1 to {MAX_KEY_DAYS:,}", MAX_KEY_DAYS))
    if violations:
        raise InvalidRequest(tuple(violations))
    holder = Caller(tenant, name, role, tuple(categories), tuple(origins))
    return give_key(session, holder, expires=now + timedelta(days=days), now=now)


def give_key(session: Session, holder: Caller, *, expires: datetime, now: datetime) -> tuple[Key, str]:
    """Make a key for somebody whose traits are in order, as create_key does once it has seen to that."""
    ensure_tenant(session, holder.tenant, now=now)
    secret = f"oc_{token_urlsafe(32)}"
    key = Key(
        id=fresh_id(),
        digest=digest(secret),
        tenant=holder.tenant,
        name=holder.name,
        role=holder.role,
        categories=mask(holder.categories),
        origins=mask_origins(holder.origins),
        created=now,
        expires=expires,
        revoked=None,
    )
    session.add(key)
    session.flush()
    record(session, Deed.KEY_CREATED, now=now, tenant=holder.tenant, key=key.id, role=holder.role)
    return key, secret


def list_keys(session: Session, *, tenant: str) -> list[Key]:
    """List a tenant's keys, the newest first."""
    return list(session.scalars(select(Key).where(Key.tenant == tenant).order_by(Key.created.desc(), Key.id)))


def revoke_key(session: Session, key_id: str, *, tenant: str, now: datetime) -> Key:
    """End a key; NotFound when the tenant has none of that id."""
    key = session.scalar(select(Key).where(Key.tenant == tenant, Key.id == key_id).with_for_update())
    if key is None:
        raise NotFound("there is no such key")
    if key.revoked is None:
        key.revoked = now
        record(session, Deed.KEY_REVOKED, now=now, tenant=tenant, revocation=key.id)
    return key


def ensure_tenant(session: Session, tenant: str, *, now: datetime) -> None:
    """Make the tenant unless it is there."""
    fresh = Tenant(
        id=tenant,
        retention_days=DEFAULT_RETENTION_DAYS,
        position=0,
        salt=token_urlsafe(16),
        created=now,
    )
    find_or_add(session, fresh, by=("id",))


def first_key(session: Session, *, now: datetime) -> str | None:
    """Make an administrator's key when there is no key at all, and give its secret; else None."""
    if session.scalar(select(Key.id).limit(1)) is not None:
        return None
    return create_key(session, tenant=DEFAULT_TENANT, name="admin", role=Role.ADMINISTRATOR, now=now)[1]
