"""Markup to prose, with a map back to the source."""

from __future__ import annotations

from enum import StrEnum

from service.classifier.prose import Block, Draft, Kind, Prose

__all__ = ["Block", "Format", "Kind", "Prose", "extract"]


class Format(StrEnum):
    """How a body is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


def extract(source: str, format: Format) -> Prose:  # noqa: A002 - the contract's own word for it
    """Read the prose that a reader of `source` would see."""
    draft = Draft(source)
    place = 0
    for line in source.splitlines(keepends=True):
        draft.flow(place, place + len(line))
        place += len(line)
        if not line.strip():
            draft.close(Kind.PARAGRAPH)
    draft.close(Kind.PARAGRAPH)
    return draft.prose()
