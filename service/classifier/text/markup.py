"""Markup to prose, with a map back to the source.

The readers of HTML and Markdown are our own. html5lib, lxml, selectolax and markdown-it-py are
better kept, but none says where in the source a given code point of inline text came from, and
offsets into what was submitted are promised to clients; html.parser of the standard library does,
but takes quadratic time on hostile input. So the readers here are single passes over the source
that know little grammar and hold one rule: what a reader may see is read. Where browsers differ,
or where markup is broken (a tag or a comment that never ends), errors fall on the side of
reading too much, since text that goes unread could hide a claim. Entities are the standard
library's own table.
"""

from __future__ import annotations

from enum import StrEnum

from service.classifier.text.markup_html import read_html
from service.classifier.text.markup_markdown import read_markdown
from service.classifier.text.markup_plain import read_plain
from service.classifier.text.prose import Block, Draft, Kind, Prose

__all__ = ["Block", "Format", "Kind", "Prose", "extract"]


class Format(StrEnum):
    """How a body is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


def extract(source: str, format: Format) -> Prose:  # noqa: A002 - the contract's own word for it
    """Read the prose that a reader of `source` would see; any text whatever is read, in linear time."""
    draft = Draft(source)
    _READERS[format](draft)
    return draft.prose()


_READERS = {Format.PLAIN: read_plain, Format.MARKDOWN: read_markdown, Format.HTML: read_html}
