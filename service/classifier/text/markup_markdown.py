"""Markdown to prose, block by block: CommonMark with tables, footnotes and front matter.

Quote marks and list markers are stripped line by line rather than nested: how deep a sentence
stands is not scored, and keeping the nesting is what costs other readers their linear time. HTML is
read by the reader of HTML wherever it stands. A fenced or indented block is read when it reads as
prose, since a reader sees it either way; inline code is words like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.classifier.text.markup_html import Html
from service.classifier.text.markup_inline import Inline
from service.classifier.text.prose import Kind

if TYPE_CHECKING:
    from service.classifier.text.prose import Draft

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(?=[\w-]+[ \t]*[:=]|#)")
_LINE = re.compile(r"([^\r\n]*+)(?:\r\n|\n|\r|$)")
# No group is captured within a possessive repeat anywhere here: CPython 3.11 raises SystemError on some.
_PREFIX = re.compile(r"(?:[ \t]*+(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)))*+[ \t]*+")
_MARKER = re.compile(r"[-*+]|\d{1,9}[.)]")
_QUOTES = re.compile(r"(?:[ \t]*+>)*+[ \t]*+")
_RULE = re.compile(r"(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
_UNDERLINE = re.compile(r"(?:=++|-++)[ \t]*+$")
_HEADING = re.compile(r"#{1,6}(?=[ \t]|$)[ \t]*+")
_CLOSING_HASHES = re.compile(r"[ \t]#++[ \t]*+$")
_FENCE = re.compile(r"`{3,}(?=[^`]*+$)|~{3,}")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]++\]:[ \t]*+")
_DEFINITION = re.compile(
    r"""\[([^\]\r\n]++)\]:[ \t]*+(?:<[^>\r\n]*+>|[^\s<]\S*+)"""
    r"""(?:[ \t]++(?:"[^"\r\n]*+"|'[^'\r\n]*+'|\([^)\r\n]*+\)))?+[ \t]*+$""",
    re.MULTILINE,
)
_DEFINED = re.compile(r"^[ \t>]*+(?=\[)", re.MULTILINE)
_DELIMITERS = frozenset("|-: \t")
_CELL = re.compile(r"(?:[^|\\]|\\.?)++")
_RAW = re.compile(r"<!--|<(script|style|template|pre|textarea)(?=[\s>])", re.IGNORECASE)
_CODE_INDENT = 4


class _Markdown:
    """The lines of the block that is being gathered, and what they are so far."""

    def __init__(self, draft: Draft) -> None:
        self._source = draft.source
        self._html = Html(draft)
        self._inline = Inline(self._html, draft.source, _labels(draft.source))
        self._lines: list[tuple[int, int]] = []
        self._kind = Kind.PARAGRAPH
        self._in_table = False
        self._in_list = False
        self._absent: set[str] = set()

    def read(self) -> None:
        place = _past_front_matter(self._source)
        while place < len(self._source):
            place = self._line(place)
        self._flush()

    def _line(self, place: int) -> int:
        """Read the line at `place`, and the block with it when it opens one; say where to go on."""
        whole = _LINE.match(self._source, place)
        if whole is None:  # the pattern matches anything, also nothing
            return len(self._source)
        stop = whole.end(1)
        prefix = _PREFIX.match(self._source, place, stop)
        start = prefix.end() if prefix else place
        marker = _MARKER.search(self._source, place, start)
        if marker:
            if (
                self._lines
                and self._kind is not Kind.ITEM
                and marker[0][0].isdigit()
                and marker[0][:-1] != "1"
            ):
                start = marker.start()
            else:
                self._begin(Kind.ITEM)
        elif not self._lines:
            self._begin(self._kind_of(place, start))
        if start == stop:
            self._flush()
            self._in_table = False
            return whole.end()
        return self._opened(start, stop, whole.end()) or self._continued(start, stop, whole.end())

    def _kind_of(self, place: int, start: int) -> Kind:
        indent = len(self._source[place:start].expandtabs(_CODE_INDENT))
        if indent == 0:
            self._in_list = False
        if self._source.find(">", place, start) >= 0:
            return Kind.QUOTE
        if self._in_list:
            return Kind.ITEM
        return Kind.CODE if indent >= _CODE_INDENT else Kind.PARAGRAPH

    def _opened(self, start: int, stop: int, after: int) -> int | None:
        """Read the block that opens at `start` whatever stood before it, if one does."""
        source = self._source
        if source[start] in "`~" and (fence := _FENCE.match(source, start, stop)):
            return self._fence(fence[0], after)
        if source[start] == "#" and (hashes := _HEADING.match(source, start, stop)):
            closing = _CLOSING_HASHES.search(source, hashes.end() - 1, stop)
            self._begin(Kind.HEADING)
            self._lines.append((hashes.end(), closing.start() if closing else stop))
            self._flush()
            return after
        if source[start] == "<" and (raw := _RAW.match(source, start, stop)):
            return self._raw(start, f"</{raw[1]}>".lower() if raw[1] else "-->")
        return None

    def _continued(self, start: int, stop: int, after: int) -> int:
        source = self._source
        line = source[start:stop]
        if self._in_table:
            self._row(start, stop)
        elif self._lines and "-" in line and _DELIMITERS.issuperset(line) and self._is_table(line):
            header = self._lines.pop()
            self._flush()
            self._row(*header)
            self._in_table = True
        elif self._lines and self._kind is not Kind.CODE and _UNDERLINE.match(line):
            self._kind = Kind.HEADING
            self._flush()
        elif _RULE.match(line):
            self._flush()
        elif line[0] == "[" and not self._lines and (note := _FOOTNOTE.match(line)):
            self._lines.append((start + note.end(), stop))
        elif not (line[0] == "[" and not self._lines and _DEFINITION.match(line)):
            self._lines.append((start, stop))
        return after

    def _is_table(self, delimiters: str) -> bool:
        return "|" in delimiters and "|" in self._source[slice(*self._lines[-1])]

    def _row(self, start: int, stop: int) -> None:
        for cell in _CELL.finditer(self._source, start, stop):
            self._begin(Kind.CELL)
            self._lines.append(cell.span())
        self._flush()

    def _fence(self, fence: str, place: int) -> int:
        """Read a fenced block from the line after its opening; say where to go on."""
        self._begin(Kind.CODE)
        self._html.kind = Kind.CODE
        while place < len(self._source):
            whole = _LINE.match(self._source, place)
            inner = _QUOTES.match(self._source, place, whole.end(1) if whole else place)
            if whole is None or inner is None:  # both patterns match anything, also nothing
                break
            line = self._source[inner.end() : whole.end(1)].rstrip()
            if line.startswith(fence) and not line.strip(fence[0]):
                place = whole.end()
                break
            self._html.text(inner.end(), whole.end())
            place = whole.end()
        self._html.close()
        return place

    def _raw(self, start: int, closing: str) -> int | None:
        """Read HTML that runs on over blank lines until its end, if it has one."""
        if closing in self._absent:
            return None
        end = re.compile(re.escape(closing), re.IGNORECASE).search(self._source, start)
        if end is None:
            self._absent.add(closing)
            return None
        self._begin(Kind.PARAGRAPH)
        self._html.kind = Kind.PARAGRAPH
        self._html.read(start, end.end())
        return end.end()

    def _begin(self, kind: Kind) -> None:
        self._flush()
        self._kind = kind
        self._in_list = self._in_list or kind is Kind.ITEM

    def _flush(self) -> None:
        """Read the lines that were gathered as one block."""
        if self._lines:
            self._html.kind = self._kind
            self._inline.read(self._lines)
            self._html.close()
            self._lines = []


def read_markdown(draft: Draft) -> None:
    """Read a draft's source as Markdown."""
    _Markdown(draft).read()


def _past_front_matter(source: str) -> int:
    opening = _FRONT_MATTER.match(source)
    if opening is None:
        return 0
    closing = re.compile(rf"^{re.escape(opening[1])}[ \t]*\r?$\n?", re.MULTILINE).search(
        source, opening.end()
    )
    return closing.end() if closing else 0


def _labels(source: str) -> frozenset[str]:
    """Collect the labels of link definitions, folded as CommonMark compares them."""
    if "]:" not in source:
        return frozenset()
    definitions = (_DEFINITION.match(source, line.end()) for line in _DEFINED.finditer(source))
    return frozenset(" ".join(each[1].casefold().split()) for each in definitions if each)
