"""The compiled glance at a text, `skim.pyx`; None where it was not built, and Python's rules read all."""

from __future__ import annotations

from typing import Final, Protocol

# Raised when skim.pyx changes together with what it is used by: a build from before is then left aside.
INTERFACE: Final = 2


class Words(Protocol):
    """Counts words."""

    def count(self, text: str) -> tuple[int, int]:
        """Give how many words `text.lower().split()` has, and how many of them are known."""


class Skim(Protocol):
    """What skim.pyx offers; it says there what its functions give."""

    INTERFACE: int

    def tricks(  # noqa: D102 - as said
        self, text: str, worth: frozenset[str], longest: int, between: str, around: str, looks: str
    ) -> int: ...
    def stops(  # noqa: D102 - as said
        self, text: str, start: int, end: int, known: frozenset[str], longest: int
    ) -> list[int]: ...
    def has_gap(self, text: str) -> bool: ...  # noqa: D102 - as said
    def Words(self, known: frozenset[str]) -> Words: ...  # noqa: D102, N802 - as said; it is a class


def _built() -> Skim | None:
    try:
        from service.classifier.text import skim as built  # noqa: PLC0415 - there may have been no compiler
    except ImportError:
        return None
    return built if built.INTERFACE == INTERFACE else None


skim: Final = _built()
