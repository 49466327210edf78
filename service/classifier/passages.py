"""A sentence with what a reader has read: the sentence before it, the heading above it, and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# An article of so few sentences has no page to be read by: a model of its own reads it.
ALONE: Final = 2
LONGEST_HEADING: Final = 90
LONGEST_LEAD: Final = 140
_CLOSING: Final = frozenset(".!?:;,\"')")


class Passage(NamedTuple):
    """What the sentence model reads: folded prose, without markup; empty where there is nothing.

    `page` are all sentences of the article, the one at `place` among them; empty for a text by itself.
    """

    text: str
    previous: str = ""
    heading: str = ""
    page: tuple[str, ...] = ()
    place: int = 0


def passages(sentences: Sequence[str]) -> list[Passage]:
    """Set each sentence of an article in its place; a heading reigns until the next one."""
    placed = []
    page = tuple(sentences)
    previous = heading = ""
    for place, text in enumerate(page):
        placed.append(Passage(text, previous, heading, page, place))
        if leads(text):
            heading = text
        previous = text
    return placed


def leads(text: str) -> bool:
    """Tell whether the sentence heads what follows: a title, a question, or a lead-in to a list."""
    text = text.strip()
    if text.endswith(("?", ":")):
        return len(text) < LONGEST_LEAD
    return len(text) < LONGEST_HEADING and text[:1].isupper() and text[-1] not in _CLOSING
