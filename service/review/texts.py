"""Limits on what people write: the same for every field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_TEXT_CODE_POINTS = 2_000


def within(
    field: str, text: str, *, limit: int = MAX_TEXT_CODE_POINTS, required: bool = False
) -> Iterator[Violation]:
    """Tell what is wrong with a text, if anything."""
    if required and not text.strip():
        yield Violation(field, "is empty")
    if len(text) > limit:
        yield Violation(field, f"has {len(text):,} code points, of which {limit:,} are allowed", limit)
    if "\0" in text:
        yield Violation(field, "has U+0000, which is no text")


def require(violations: Iterable[Violation]) -> None:
    """Raise InvalidRequest with all that is wrong, if anything is."""
    broken = tuple(violations)
    if broken:
        raise InvalidRequest(broken)
