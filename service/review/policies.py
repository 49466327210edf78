"""A tenant's policy: its revisions, the one in force, and what a policy may be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.classifier.results import Category
from service.errors import NotFound, PolicyChanged, StoreUnavailable, Violation
from service.policy import Policy
from service.review.texts import require, within
from service.store.ledger import record
from service.store.tables import PolicyRow, Tenant
from service.store.words import Deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.access import Caller
    from service.policy import Point
    from service.store.engine import Store

MAX_PHRASES = 1_000
MAX_PHRASE_CODE_POINTS = 200
YEAR = 31_536_000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Revision:
    """A policy on record; 0, of nobody, is what every tenant begins with."""

    number: int
    policy: Policy
    author: str = ""
    remark: str = ""
    created: datetime | None = None


BEGINNING = Revision(0, Policy())


def policy_in_force(session: Session, tenant: str) -> Revision:
    """Give the latest revision."""
    newest = select(PolicyRow).where(PolicyRow.tenant == tenant).order_by(PolicyRow.revision.desc()).limit(1)
    row = session.scalar(newest)
    return _revision(row) if row else BEGINNING


def policy_revision(session: Session, tenant: str, number: int) -> Revision:
    """Give a certain revision; NotFound when there is none of that number."""
    if number == BEGINNING.number:
        return BEGINNING
    row = session.get(PolicyRow, (tenant, number))
    if row is None:
        raise NotFound("there is no such revision")
    return _revision(row)


def policy_revisions(session: Session, tenant: str) -> list[Revision]:
    """List all revisions, the newest first."""
    rows = select(PolicyRow).where(PolicyRow.tenant == tenant).order_by(PolicyRow.revision.desc())
    return [*map(_revision, session.scalars(rows)), BEGINNING]


def set_policy(
    session: Session,
    policy: Policy,
    *,
    points: Mapping[str, float],
    caller: Caller,
    base: int,
    remark: str,
    now: datetime,
) -> Revision:
    """Put a policy in force, made from revision `base`; PolicyChanged when that is not in force.

    `points` are the operating points of the model that serves: InvalidRequest for the name of any other.
    """
    require((*violations(policy, points), *within("remark", remark)))
    if policy_in_force(session, caller.tenant).number != base:
        raise PolicyChanged("another revision is in force by now; read it and try again")
    row = PolicyRow(
        tenant=caller.tenant,
        revision=base + 1,
        body=asdict(policy),
        author=caller.name,
        remark=remark,
        created=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise PolicyChanged("another revision came in between; read it and try again") from None
    record(session, Deed.POLICY_SET, now=now, tenant=caller.tenant, policy=row.revision)
    return _revision(row)


def roll_back_policy(
    session: Session,
    number: int,
    *,
    points: Mapping[str, float],
    caller: Caller,
    remark: str,
    now: datetime,
) -> Revision:
    """Put an earlier revision in force again, as a new one; it must hold as in `set_policy`."""
    earlier = policy_revision(session, caller.tenant, number)
    base = policy_in_force(session, caller.tenant).number
    return set_policy(
        session, earlier.policy, points=points, caller=caller, base=base, remark=remark, now=now
    )


def points_named(session: Session) -> dict[str, set[str]]:
    """Give the operating points that each tenant's policy in force goes by; no tenant that goes by none."""
    named = {}
    for tenant in session.scalars(select(Tenant.id)):
        policy = policy_in_force(session, tenant).policy
        if points := {point for point in (policy.review, policy.revise) if isinstance(point, str)}:
            named[tenant] = points
    return named


class PoliciesInForce:
    """The policies in force, read anew when they are older than `seconds`.

    When the database does not answer, what was last read holds: scoring goes on.
    """

    def __init__(self, store: Store, *, seconds: float = 1.0, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._read: dict[str, tuple[float, Revision]] = {}

    def fresh(self, tenant: str) -> Revision | None:
        """Give the policy of a tenant if it was read lately."""
        at, revision = self._read.get(tenant, (float("-inf"), BEGINNING))
        return revision if self._clock() - at <= self._seconds else None

    def of(self, tenant: str) -> Revision:
        """Read the policy of a tenant; what was last read, or the beginning, when the database is away."""
        revision = self._read.get(tenant, (0.0, BEGINNING))[1]
        with suppress(StoreUnavailable), self._store.reading() as session:
            revision = policy_in_force(session, tenant)
        self._read[tenant] = (self._clock(), revision)
        return revision


def violations(policy: Policy, points: Mapping[str, float]) -> Iterator[Violation]:
    """Tell every limit of the contract that a policy breaks, with a model that has these points."""
    for name in ("review", "revise"):
        yield from _point(f"policy.{name}", getattr(policy, name), points)
    review, revise = (_threshold(each, points) for each in (policy.review, policy.revise))
    if review is not None and revise is not None and review > revise:
        yield Violation("policy.revise", "must not be below policy.review")
    for name in ("allow_phrases", "block_phrases"):
        phrases = getattr(policy, name)
        if len(phrases) > MAX_PHRASES:
            yield Violation(f"policy.{name}", f"has more than {MAX_PHRASES:,} phrases", MAX_PHRASES)
        for place, phrase in enumerate(phrases[:MAX_PHRASES]):
            yield from within(f"policy.{name}[{place}]", phrase, limit=MAX_PHRASE_CODE_POINTS, required=True)
    yield from _between("policy.audit_share", policy.audit_share, 0, 1)
    yield from _between("policy.requeue_shift", policy.requeue_shift, 0, 1)
    yield from _between("policy.reviews_required", policy.reviews_required, 1, 5)
    yield from _between("policy.lease_seconds", policy.lease_seconds, 10, DAY)
    yield from _between("policy.skip_seconds", policy.skip_seconds, 0, 7 * DAY)
    if len(policy.due_seconds) != 4:  # noqa: PLR2004 - one for each severity
        yield Violation("policy.due_seconds", "must have four numbers, one for each severity")
    for place, seconds in enumerate(policy.due_seconds):
        yield from _between(f"policy.due_seconds[{place}]", seconds, 60, YEAR)


def _threshold(point: Point, points: Mapping[str, float]) -> float | None:
    return points.get(point) if isinstance(point, str) else point


def _point(field: str, point: Point, points: Mapping[str, float]) -> Iterator[Violation]:
    if isinstance(point, str):
        if point not in points:
            known = ", ".join(f'"{each}"' for each in sorted(points)) or "none"
            told = f"is no operating point of the model that serves; it has {known}"
            yield Violation(f"{field}.name", told)
    else:
        yield from _between(f"{field}.threshold", point, 0, 1)


def _between(field: str, value: float, low: float, high: float) -> Iterator[Violation]:
    if not low <= value <= high:
        yield Violation(field, f"must be from {low:,} to {high:,}")


def _revision(row: PolicyRow) -> Revision:
    return Revision(row.revision, _policy(row.body), row.author, row.remark, row.created)


def _policy(body: dict[str, Any]) -> Policy:
    lists = {name: tuple(value) for name, value in body.items() if isinstance(value, list)}
    lists["always_review"] = tuple(map(Category, body["always_review"]))
    return Policy(**{**body, **lists})
