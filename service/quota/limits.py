"""What a tenant may ask for: the installation's defaults, and what administrators have set for a tenant."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from service.access import DEFAULT_TENANT
from service.errors import InvalidRequest, NotAllowed, NotFound, Violation
from service.quota.amounts import Limits
from service.quota.usage import day_of, left_today
from service.store.ledger import record
from service.store.metering import QuotaRow
from service.store.rows import find_or_add
from service.store.tables import Tenant
from service.store.words import Deed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.access import Caller
    from service.quota.amounts import Amount

MOST = 10**12


NAMES = tuple(each.name for each in fields(Limits))


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a tenant, what was set for it (None: a default), and what is left of today."""

    limits: Limits
    chosen: Mapping[str, int | None]
    left: Amount


def limits_of(session: Session, tenant: str, *, defaults: Limits) -> Limits:
    """Give what holds for a tenant."""
    chosen = _chosen(session, tenant)
    return Limits(**{name: _or(chosen[name], getattr(defaults, name)) for name in NAMES})


def standing(
    session: Session, tenant: str, *, caller: Caller | None, defaults: Limits, now: datetime
) -> Standing:
    """Tell how a tenant stands, "" for the caller's own."""
    tenant = _meant(session, tenant, caller)
    limits = limits_of(session, tenant, defaults=defaults)
    left = left_today(session, tenant, day=day_of(now), limits=limits)
    return Standing(limits, _chosen(session, tenant), left)


def set_limits(
    session: Session,
    tenant: str,
    chosen: Mapping[str, int | None],
    *,
    caller: Caller | None,
    defaults: Limits,
    now: datetime,
) -> Limits:
    """Set what holds for a tenant instead of the defaults, None for a default; give what holds now.

    A quota that its own tenant could raise would be none: NotAllowed for callers of any tenant but the one
    that runs the installation. Without a caller it is the operator, at the command line.
    """
    if caller is not None and caller.tenant != DEFAULT_TENANT:
        raise NotAllowed(f'quotas are set by administrators of the tenant "{DEFAULT_TENANT}"')
    tenant = _meant(session, tenant, caller)
    broken = tuple(
        Violation(f"quota.{name}", f"must be 0 to {MOST:,}", MOST)
        for name, value in chosen.items()
        if value is not None and not 0 <= value <= MOST
    )
    if broken:
        raise InvalidRequest(broken)
    row = find_or_add(session, QuotaRow(tenant=tenant), by=("tenant",))
    for name in NAMES:
        setattr(row, name, chosen.get(name))
    told = " ".join(f"{name}={value}" for name, value in chosen.items() if value is not None)
    # In the installation's chain: who runs it is not the tenant's to know.
    record(session, Deed.QUOTA_SET, now=now, of=tenant, quota=told or "default")
    return limits_of(session, tenant, defaults=defaults)


def _meant(session: Session, tenant: str, caller: Caller | None) -> str:
    """Give the tenant that is named; NotFound for one that is not there or, unless told, not the caller's."""
    if caller is not None and tenant in ("", caller.tenant):
        return caller.tenant
    runs_it = caller is None or caller.tenant == DEFAULT_TENANT
    if not runs_it or session.get(Tenant, tenant) is None:
        raise NotFound("there is no such tenant")
    return tenant


def _chosen(session: Session, tenant: str) -> dict[str, int | None]:
    row = session.get(QuotaRow, tenant)
    return {name: getattr(row, name) if row else None for name in NAMES}


def _or(chosen: int | None, default: int) -> int:
    return default if chosen is None else chosen
