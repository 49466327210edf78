"""How models are told at a terminal: times, shares, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.client.models import Share

OF = {"shadow": "articles", "canary": "tenants"}


def moment(time: datetime) -> str:
    """Tell a time to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def share(kind: str, percent: int) -> str:
    """Tell the share of a trial."""
    return f"{percent} % of {OF[kind]}"


def part(found: Share) -> str:
    """Tell a share with its interval, in hundredths."""
    low, high = found.interval
    return f"{found.value * 100:.1f} % ({low * 100:.1f} to {high * 100:.1f})"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set columns below each other, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
