"""HTML to prose: what a browser would show, block by block.

Not read: comments, the raw text of scripts and styles, templates, attributes, and what is hidden by
`hidden` or by its own style (display, visibility, opacity, a font size of nothing). Read, though not every
reader meets it: `aria-hidden` (it is on the screen), `noscript` (the page without scripts), closed
`details`. Style sheets are not known here, so a class hides nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from service.classifier.text.markup_hidden import Hiding, hiding
from service.classifier.text.prose import Kind
from service.classifier.text.wordlist import words

if TYPE_CHECKING:
    from service.classifier.text.prose import Draft

_BLOCKS = words(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main menu"
    " nav ol optgroup option p pre search section select summary table tbody td textarea tfoot th thead title"
    " tr ul"
)
_KINDS = (
    dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING)
    | dict.fromkeys(("li", "dt", "dd", "option"), Kind.ITEM)
    | dict.fromkeys(("td", "th"), Kind.CELL)
    | {"blockquote": Kind.QUOTE, "pre": Kind.CODE}
)
_RAW = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "xmp")
}
# A digit that is set above or below the line must not join the number before it: 10<sup>6</sup>.
_SET = {
    "sup": str.maketrans("0123456789+-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻"),
    "sub": str.maketrans("0123456789+-\u2212\u2013", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋"),
}
MARK = re.compile(r"<[a-zA-Z/!?]")
# Quotes hold a ">" only where a value begins: `<b ">` is a whole tag to a browser.
_TAG = re.compile(
    r"""<(/?+)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)*+)>"""
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,32};?|#[xX][0-9a-fA-F]{1,32};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)")


class Html:
    """Reads HTML into a draft, piece by piece; Markdown reads the HTML within it by the same."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._source = draft.source
        self._hiding: Hiding | None = None
        self._set: dict[int, int] | None = None
        self._absent: set[str] = set()
        self._bound = -1
        self.kind = Kind.PARAGRAPH

    def read(self, start: int, end: int) -> None:
        """Read the source's `start` to `end`."""
        place = start
        while mark := MARK.search(self._source, place, end):
            place = self.extent(mark.start(), end) or mark.end()
            if place > mark.end():
                self.text(start, mark.start())
                self.markup(mark.start(), place)
                start = place
        self.text(start, end)

    def extent(self, start: int, end: int) -> int | None:
        """Say where the tag or comment at `start` ends, raw text and all; None when it never does."""
        if end != self._bound:
            self._bound = end
            self._absent.clear()
        after = self._source[start + 1 : start + 3]
        if after[0] in "!?" or (after[0] == "/" and not after[1:].isalpha()):
            return self._comment(start, end)
        if "tag" in self._absent:
            return None
        tag = _TAG.match(self._source, start, end)
        if tag is None:
            # No ">" ends this one, so none ends a later one: to try each would take quadratic time.
            self._absent.add("tag")
            return None
        name = tag[2].lower()
        return self._past_raw(name, tag.end(), end) if name in _RAW and not tag[1] else tag.end()

    def markup(self, start: int, end: int) -> None:
        """Read the tag or comment whose extent is `start` to `end`."""
        tag = _TAG.match(self._source, start, end)
        if tag is None:
            return
        name = tag[2].lower()
        if tag[1]:
            self._end(name)
        else:
            self._start(name, tag)

    def text(self, start: int, end: int) -> None:
        """Read text without tags."""
        if start >= end or self._hiding:
            return
        if self.kind is Kind.CODE:
            self._lines(start, end)
            return
        if self._source.find("&", start, end) >= 0:
            for entity in _ENTITY.finditer(self._source, start, end):
                decoded = _decoded(entity[0])
                if decoded != entity[0]:
                    self.literal(start, entity.start())
                    start = entity.end()
                    if decoded:
                        self._draft.put(decoded, entity.start(), start)
        self.literal(start, end)

    def literal(self, start: int, end: int) -> None:
        """Read text in which nothing stands for anything else."""
        if start < end and not self._hiding:
            self._draft.flow(start, end, table=self._set)

    def line_break(self, start: int, end: int) -> None:
        """Read a line break that stands at the source's `start` to `end`."""
        if not self._hiding:
            self._draft.put("\n", start, end)

    def close(self) -> None:
        """End the block that is being read."""
        self._draft.close(self.kind)
        self._set = None

    def _start(self, name: str, tag: re.Match[str]) -> None:
        block = name in _BLOCKS
        if self._hiding and self._hiding.holds_after_start(name, tag[3], block=block):
            return
        self._hiding = None
        if block:
            self.close()
            self.kind = _KINDS.get(name, self.kind)
        elif name == "br":
            self.line_break(tag.start(), tag.end())
        elif name in _SET:
            self._set = _SET[name]
        if tag[3] or name == "template":
            self._hiding = hiding(name, tag[3])

    def _end(self, name: str) -> None:
        if self._hiding:
            if not self._hiding.holds_after_end(name):
                self._hiding = None
        elif name in _BLOCKS:
            self.close()
            if name in _KINDS:
                self.kind = Kind.PARAGRAPH
        elif name in _SET:
            self._set = None

    def _comment(self, start: int, end: int) -> int | None:
        if not self._source.startswith("<!--", start):
            return self._past(">", start, end)
        if self._source.startswith((">", "->"), start + 4):
            return self._source.index(">", start) + 1
        return self._past("-->", start + 4, end)

    def _past(self, closing: str, start: int, end: int) -> int | None:
        if closing in self._absent:
            return None
        found = self._source.find(closing, start, end)
        if found < 0:
            self._absent.add(closing)
            return None
        return found + len(closing)

    def _past_raw(self, name: str, start: int, end: int) -> int:
        if name in self._absent:
            return start
        closing = _RAW[name].search(self._source, start, end)
        if closing is None:
            self._absent.add(name)
            return start
        return closing.start()

    def _lines(self, start: int, end: int) -> None:
        for line in self._source[start:end].splitlines(keepends=True):
            self._draft.flow(start, start + len(line))
            start += len(line)
            if line[-1] in "\r\n":
                self.line_break(start - 1, start)


def read_html(draft: Draft) -> None:
    """Read a draft's source as HTML."""
    html = Html(draft)
    html.read(0, len(draft.source))
    html.close()


@lru_cache(maxsize=1024)
def _decoded(entity: str) -> str:
    return unescape(entity)
