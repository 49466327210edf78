"""How values stand in columns, alike in SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from service.classifier.results import Category, Label, Reason, Verdict
from service.classifier.text.markup import Format
from service.policy import Action
from service.store.words import DeliveryState, Origin, Outcome, Role, Stage, TrialKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    from sqlalchemy.engine import Dialect

BITS = {category: 1 << place for place, category in enumerate(Category)}
ORIGIN_BITS = {origin: 1 << place for place, origin in enumerate(Origin)}
# SQLite numbers rows by itself only where the key is an INTEGER.
Counter = BigInteger().with_variant(Integer, "sqlite")
# An id of ours or of a platform: short. A text: anything.
Id = String(64)
Long = Text()


class Instant(TypeDecorator[datetime]):
    """A point of time, aware of its zone; SQLite keeps UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """Take aware times only: a naive one would mean another moment on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """Give times in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _word(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=20, values_callable=lambda kind: [each.value for each in kind]
    )


class Table(DeclarativeBase):
    """What every table is made from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        str: Long,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
        **{
            kind: _word(kind)
            for kind in (
                Action,
                Category,
                DeliveryState,
                Format,
                Label,
                Origin,
                Outcome,
                Reason,
                Role,
                Stage,
                TrialKind,
                Verdict,
            )
        },
    }


def mask(categories: Iterable[Category]) -> int:
    """Write a set of categories as bits, which either database can filter by."""
    return sum(BITS[each] for each in set(categories))


def unmask(bits: int) -> tuple[Category, ...]:
    """Read a set of categories."""
    return tuple(category for category, bit in BITS.items() if bits & bit)


def mask_origins(origins: Iterable[Origin]) -> int:
    """Write a set of origins as bits."""
    return sum(ORIGIN_BITS[each] for each in set(origins))


def unmask_origins(bits: int) -> tuple[Origin, ...]:
    """Read a set of origins."""
    return tuple(origin for origin, bit in ORIGIN_BITS.items() if bits & bit)
