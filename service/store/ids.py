"""Ids that nobody guesses, and digests that stand for what is long."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_hex


def fresh_id() -> str:
    """Give a new id: 128 random bits."""
    return token_hex(16)


def digest(*parts: object) -> str:
    """Give the SHA-256 of some values, written so that no two different lists are written alike."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
