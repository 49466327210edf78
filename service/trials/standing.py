"""Which models are on trial. Facts are appended; of each kind, the last one stands."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.errors import InvalidRequest, NoTrial, Violation
from service.store.ledger import record
from service.store.trying import Trial
from service.store.words import Deed, TrialKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

ALL: Final = 100
# Tenants are told apart to a millionth of all.
_PARTS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A trial that goes on: of which model, with how many in a hundred, since when and by whose word."""

    trial: int
    version: str
    percent: int
    since: datetime
    tenant: str
    actor: str


def standing(session: Session) -> dict[TrialKind, Standing]:
    """Give the trials that go on."""
    found = {kind: last_trial(session, kind) for kind in TrialKind}
    return {
        kind: Standing(last.id, last.version, last.percent, last.at, last.tenant, last.actor)
        for kind, last in found.items()
        if last is not None and last.percent
    }


def last_trial(session: Session, kind: TrialKind) -> Trial | None:
    """Give the trial of a kind that was begun, changed or ended last."""
    return session.scalar(select(Trial).where(Trial.kind == kind).order_by(Trial.id.desc()).limit(1))


def last_begun(session: Session, kind: TrialKind) -> Trial:
    """Give the trial of a kind that was begun or changed last; NoTrial when there never was one."""
    query = select(Trial).where(Trial.kind == kind, Trial.percent > 0).order_by(Trial.id.desc()).limit(1)
    found = session.scalar(query)
    if found is None:
        raise NoTrial(f"no model has been a {kind} yet")
    return found


def require_standing(session: Session, kind: TrialKind) -> Standing:
    """Give the trial of a kind that goes on; NoTrial when none does."""
    found = standing(session).get(kind)
    if found is None:
        raise NoTrial(f"no model is a {kind}")
    return found


def begin_trial(
    session: Session,
    kind: TrialKind,
    version: str,
    *,
    percent: int,
    actor: str,
    now: datetime,
    tenant: str = "",
) -> Trial:
    """Put a model on trial in place of any other of the kind, or change the share of the one that is."""
    if not 1 <= percent <= ALL:
        raise InvalidRequest((Violation("percent", f"must be 1 to {ALL}", ALL),))
    return _append(
        session, Trial(kind=kind, version=version, percent=percent, tenant=tenant, actor=actor, at=now)
    )


def end_trial(session: Session, kind: TrialKind, *, actor: str, now: datetime, tenant: str = "") -> Trial:
    """End a trial; NoTrial when none goes on."""
    version = require_standing(session, kind).version
    return _append(session, Trial(kind=kind, version=version, percent=0, tenant=tenant, actor=actor, at=now))


def end_by_activation(session: Session, version: str, *, actor: str, now: datetime, tenant: str) -> None:
    """End any canary, which was tried against the model before, and a shadow of what serves now."""
    going_on = standing(session)
    for kind, each in going_on.items():
        if kind is TrialKind.CANARY or each.version == version:
            end_trial(session, kind, actor=actor, now=now, tenant=tenant)


def is_canarys(tenant: str, version: str, percent: int) -> bool:
    """Say whether a tenant is answered by a canary: the same on every server, for as long as it grows.

    Where a tenant stands depends on the version too, so that not the same ones are the first each time.
    """
    drawn = sha256(f"{version}\n{tenant}".encode()).digest()
    return int.from_bytes(drawn[:8]) % _PARTS < percent * _PARTS // ALL


def _append(session: Session, trial: Trial) -> Trial:
    session.add(trial)
    session.flush()
    record(
        session,
        Deed.MODEL_TRIED,
        now=trial.at,
        trial=trial.id,
        kind=trial.kind,
        version=trial.version,
        percent=trial.percent,
    )
    return trial
