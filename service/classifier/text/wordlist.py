"""How lists of words are written here: as text, so that a line of code holds many."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """Split a list at its white space."""
    return frozenset(listed.split())
