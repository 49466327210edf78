"""A tenant's policy as the page has it: from a form and back, and how two differ. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from service.classifier.results import Category
from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from service.console.forms import Form
    from service.console.wording import Wording

# A threshold, or the name of an operating point of the model that serves.
Point: TypeAlias = float | str

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SEVERITIES = 4
LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A tenant's choices, as in the contract."""

    review: Point
    revise: Point
    always_review: tuple[Category, ...]
    allow_phrases: tuple[str, ...]
    block_phrases: tuple[str, ...]
    audit_share: float
    reviews_required: int
    lease_seconds: int
    due_seconds: tuple[int, ...]
    skip_seconds: int
    requeue_shift: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A policy on record; 0 has no author and no time."""

    number: int
    policy: Policy
    author: str
    remark: str
    create_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a policy would have advised over stored scores, by the names of actions."""

    scores: int
    in_force: Mapping[str, int]
    proposed: Mapping[str, int]
    added: int
    removed: int
    added_articles: tuple[str, ...]
    removed_articles: tuple[str, ...]
    without_text: int


def fields(policy: Policy) -> dict[str, str]:
    """What the form holds for a policy."""
    held = {
        "allow_phrases": "\n".join(policy.allow_phrases),
        "block_phrases": "\n".join(policy.block_phrases),
        "audit_percent": _shown(policy.audit_share * 100),
        "reviews_required": str(policy.reviews_required),
        "lease_minutes": _shown(policy.lease_seconds / MINUTE),
        "skip_minutes": _shown(policy.skip_seconds / MINUTE),
        "requeue_shift": _shown(policy.requeue_shift),
    }
    for name, point in (("review", policy.review), ("revise", policy.revise)):
        held[f"{name}_point"] = point if isinstance(point, str) else ""
        held[f"{name}_threshold"] = "" if isinstance(point, str) else _shown(point)
    for severity, seconds in enumerate(policy.due_seconds):
        held[f"due_hours-{severity}"] = _shown(seconds / HOUR)
    return held | {f"always-{each.value}": "1" for each in policy.always_review}


def policy(form: Form) -> Policy:
    """What the form says; InvalidRequest for what is no number. Other limits are the server's to hold."""
    return Policy(
        review=form["review_point"] or _number(form, "review_threshold", of="review"),
        revise=form["revise_point"] or _number(form, "revise_threshold", of="revise"),
        always_review=tuple(each for each in Category if form[f"always-{each.value}"]),
        allow_phrases=_lines(form["allow_phrases"]),
        block_phrases=_lines(form["block_phrases"]),
        audit_share=_number(form, "audit_percent", of="audit_share") / 100,
        reviews_required=_whole(form, "reviews_required", of="reviews_required", unit=1),
        lease_seconds=_whole(form, "lease_minutes", of="lease_seconds", unit=MINUTE),
        due_seconds=tuple(
            _whole(form, f"due_hours-{level}", of="due_seconds", unit=HOUR) for level in range(SEVERITIES)
        ),
        skip_seconds=_whole(form, "skip_minutes", of="skip_seconds", unit=MINUTE),
        requeue_shift=_number(form, "requeue_shift", of="requeue_shift"),
    )


def told(policy: Policy, t: Wording) -> dict[str, tuple[str, ...]]:
    """Each of a policy's choices in words, those with several parts one by one."""
    return {
        "review": (_point(policy.review),),
        "revise": (_point(policy.revise),),
        "always_review": tuple(t(f"category.{each.value}") for each in policy.always_review),
        "allow_phrases": policy.allow_phrases,
        "block_phrases": policy.block_phrases,
        "audit_share": (f"{_shown(policy.audit_share * 100)} %",),
        "reviews_required": (str(policy.reviews_required),),
        "lease_seconds": (_duration(policy.lease_seconds, t),),
        "due_seconds": tuple(
            f"{t('severity.tag', level=severity, name=t(f'severity.{severity}'))}: {_duration(seconds, t)}"
            for severity, seconds in enumerate(policy.due_seconds)
        ),
        "skip_seconds": (_duration(policy.skip_seconds, t),),
        "requeue_shift": (_shown(policy.requeue_shift),),
    }


def changes(before: Policy, after: Policy, t: Wording) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each choice in which two policies differ: what the first alone has of it, and what the second alone."""
    old, new = told(before, t), told(after, t)
    for name in old:
        if old[name] != new[name]:
            yield (
                name,
                [each for each in old[name] if each not in new[name]],
                [each for each in new[name] if each not in old[name]],
            )


def _point(point: Point) -> str:
    return point if isinstance(point, str) else _shown(point)


def _duration(seconds: int, t: Wording) -> str:
    for unit, length in (("days_of", DAY), ("hours", HOUR), ("minutes", MINUTE)):
        if seconds and seconds % length == 0:
            return t(f"policy.{unit}", count=seconds // length)
    return t("policy.seconds", count=seconds)


def _shown(number: float) -> str:
    """A number as a field takes it: in full where it can be, without a tail that floating point made."""
    return f"{number:.10g}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _whole(form: Form, field: str, *, of: str, unit: int) -> int:
    number = _number(form, field, of=of) * unit
    if not -LARGEST < number < LARGEST:
        raise InvalidRequest((Violation(f"policy.{of}", "is too large"),))
    return round(number)


def _number(form: Form, field: str, *, of: str) -> float:
    try:
        number = float(form[field])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidRequest((Violation(f"policy.{of}", "must be a number"),))
    return number
