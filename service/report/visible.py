"""Shows text at a terminal that must not obey it."""

from __future__ import annotations

import unicodedata

_CONTROLS = frozenset({"Cc", "Cf", "Cs"})
_JOINERS = "\u200c\u200d\u00ad"  # scripts and emoji need them, and they only join
_FIRST_PRINTABLE = 0x20


def visible(text: str) -> str:
    """The text with what could command a terminal or reorder a line shown as a mark instead."""
    return "".join(_mark(character) for character in text.replace("\r\n", "\n"))


def _mark(character: str) -> str:
    if character in "\n\t" or character in _JOINERS or unicodedata.category(character) not in _CONTROLS:
        return character
    # The C0 controls have pictures of their own.
    return chr(0x2400 + ord(character)) if ord(character) < _FIRST_PRINTABLE else "\ufffd"
