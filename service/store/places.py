"""Numbers that clients send back: where a page or a watch goes on."""

from __future__ import annotations

# What the columns of both databases hold; drivers fail on more.
NARROW, WIDE = 2**31 - 1, 2**63 - 1


def read_place(token: str, *, most: int = WIDE) -> int:
    """Read a whole number of a token; ValueError for one that its column cannot hold."""
    if not (token.isascii() and token.isdecimal() and len(token) <= len(str(most))):
        raise ValueError("a place is written in digits")
    place = int(token)
    if place > most:
        raise ValueError("its column holds no number so large")
    return place
