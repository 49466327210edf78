"""Words of the contract's enums and of ours: the same names, but for the contract's prefix."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from service.classifier.results import Category, Label
from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import moderation_pb2, review_pb2
from service.review.queue import Order, State
from service.store.words import Origin, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable


Word = TypeVar("Word", bound=StrEnum)


def word(
    theirs: Any,  # noqa: ANN401 - an enum of the contract, each of which has a type of its own
    kind: type[Word],
    value: int,
    *,
    prefix: str,
    field: str,
) -> Word | None:
    """Read a value; None for the unspecified one, InvalidRequest for one that this version lacks."""
    if value == 0:
        return None
    try:
        return kind[theirs.Name(value).removeprefix(prefix)]
    except (ValueError, KeyError):
        raise InvalidRequest((Violation(field, f"{value} is no value of this version"),)) from None


def label(value: int, field: str) -> Label | None:
    """Read a Label."""
    return word(moderation_pb2.Label, Label, value, prefix="LABEL_", field=field)


def category(value: int, field: str) -> Category | None:
    """Read a Category."""
    return word(moderation_pb2.Category, Category, value, prefix="CATEGORY_", field=field)


def categories(values: Iterable[int], field: str) -> tuple[Category, ...]:
    """Read several, leaving the unspecified out."""
    return tuple(each for value in values if (each := category(value, field)))


def outcome(value: int, field: str) -> Outcome | None:
    """Read an Outcome."""
    return word(review_pb2.Outcome, Outcome, value, prefix="OUTCOME_", field=field)


def origin(value: int, field: str) -> Origin | None:
    """Read an Origin."""
    return word(review_pb2.Origin, Origin, value, prefix="ORIGIN_", field=field)


def origins(values: Iterable[int], field: str) -> tuple[Origin, ...]:
    """Read several, leaving the unspecified out."""
    return tuple(each for value in values if (each := origin(value, field)))


def state(value: int, field: str) -> State | None:
    """Read an ItemState."""
    return word(review_pb2.ItemState, State, value, prefix="ITEM_STATE_", field=field)


def order(value: int) -> Order:
    """Read an ItemOrder."""
    read = word(review_pb2.ItemOrder, Order, value, prefix="ITEM_ORDER_", field="order")
    return read or Order.DUE


def written_category(value: Category | None) -> moderation_pb2.Category.ValueType:
    """Write a Category; none is unspecified."""
    return moderation_pb2.Category.Value(f"CATEGORY_{value.name if value else 'UNSPECIFIED'}")


def written_origin(value: Origin) -> review_pb2.Origin.ValueType:
    """Write an Origin."""
    return review_pb2.Origin.Value(f"ORIGIN_{value.name}")


def written_label(value: Label | None) -> moderation_pb2.Label.ValueType:
    """Write a Label; none is unspecified."""
    return moderation_pb2.Label.Value(f"LABEL_{value.name if value else 'UNSPECIFIED'}")


def written_outcome(value: Outcome | None) -> review_pb2.Outcome.ValueType:
    """Write an Outcome; none is unspecified."""
    return review_pb2.Outcome.Value(f"OUTCOME_{value.name if value else 'UNSPECIFIED'}")


def instant(at: datetime | None) -> Timestamp | None:
    """Write a time."""
    if at is None:
        return None
    written = Timestamp()
    written.FromDatetime(at)
    return written


def read_instant(at: Timestamp, field: str) -> datetime:
    """Read a time; InvalidRequest for what is beyond those that a Timestamp may tell."""
    try:
        return at.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidRequest((Violation(field, "is no time between the years 1 and 9999"),)) from None
