"""The compiled glance at a text, `skim.pyx`; None where it was not built, and Python's rules read all."""

from __future__ import annotations

from typing import Final

try:
    from service.classifier import skim
except ImportError:  # there was no compiler when Overclaim was installed
    skim = None  # type: ignore[assignment]  # what a module becomes that is not there

# Raised when skim.pyx changes together with what it is used by: a build from before is then left aside.
INTERFACE: Final = 1

if skim is not None and skim.INTERFACE != INTERFACE:
    skim = None

__all__ = ["skim"]
