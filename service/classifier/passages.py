"""A sentence with what a reader has just read: the sentence before it and the heading above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_HEADING: Final = 90
LONGEST_LEAD: Final = 140
_OPEN_END: Final = re.compile(r"[^.!?:;,\"')]$")


class Passage(NamedTuple):
    """What the sentence model reads: folded prose, without markup; empty where there is nothing."""

    text: str
    previous: str = ""
    heading: str = ""


def passages(sentences: Sequence[str]) -> list[Passage]:
    """Set each sentence of an article in its place; a heading reigns until the next one."""
    placed = []
    previous = heading = ""
    for text in sentences:
        placed.append(Passage(text, previous, heading))
        if leads(text):
            heading = text
        previous = text
    return placed


def leads(text: str) -> bool:
    """Tell whether the sentence heads what follows: a title, a question, or a lead-in to a list."""
    text = text.strip()
    if text.endswith(("?", ":")):
        return len(text) < LONGEST_LEAD
    return len(text) < LONGEST_HEADING and text[:1].isupper() and bool(_OPEN_END.search(text))
