"""Plain text to prose: which lines go on from the one before and which stand alone.

A blank line ends a block, and so does a line that the writer ended before it was full: headings,
items, table rows, addresses. Lines that a mail program or an editor wrapped are joined again; they
are told by the first word of the next line, which would not have fitted.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from service.classifier.text.prose import Kind
from service.classifier.text.wordlist import words

if TYPE_CHECKING:
    from service.classifier.text.prose import Draft

# As `splitlines` has them, but for the controls that no page shows as a break.
_LINE = re.compile(
    r"[^\r\n\x0b\x0c\x85\u2028\u2029]*+(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029])|[^\r\n\x0b\x0c\x85\u2028\u2029]++"
)
_INVISIBLE = "\x1c\x1d\x1e\x1f\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BULLET = re.compile(
    r"[ \t]*+(?:[-*+•·‣▪▫◦●○■□\u2013\u2014✓✔✅☑➤►▶→]++"
    r"|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\(?[A-Z]\))[ \t]++(?=\S)"
)
_TERMINAL = re.compile(r"[.!?:;…][\"'\u201d\u2019)\]]*+$")
_NARROWEST_WRAP = 50
_WIDEST_WRAP = 110
_FEWEST_BREAKS = 2
_LONGEST_HEADING = 80
_LEADING_ON = words("a an and as at by for from in into of on or our that the their to with your")


def read_plain(draft: Draft) -> None:
    """Read a draft's source as plain text."""
    place = 0
    group: list[tuple[int, str]] = []
    for line in _LINE.findall(draft.source):
        if line.strip().strip(_INVISIBLE):
            group.append((place, line))
        else:
            _read_group(draft, group)
            group = []
        place += len(line)
    _read_group(draft, group)


def _read_group(draft: Draft, group: list[tuple[int, str]]) -> None:
    """Read lines between which no blank one stands."""
    if not group:
        return
    bare = [line.strip() for _, line in group]
    width = max(map(len, bare))
    wrapped = _is_wrapped(bare, width)
    kind = Kind.PARAGRAPH
    ended = 0
    for number, (place, line) in enumerate(group):
        bullet = _BULLET.match(line)
        goes_on = (
            number > 0 and not bullet and _goes_on(bare[number - 1], bare[number], width, wrapped=wrapped)
        )
        if number and not goes_on:
            draft.close(_heading_or(kind, bare[number - 1]))
            kind = Kind.PARAGRAPH
        if bullet:
            kind = Kind.ITEM
        start = place + bullet.end() if bullet else ended if goes_on else place
        ended = place + len(line.rstrip())
        draft.flow(start, ended)
    draft.close(_heading_or(kind, bare[-1]) if len(group) == 1 else kind)


def _is_wrapped(lines: list[str], width: int) -> bool:
    """Say whether most lines are as full as they could be, which no list of items is."""
    breaks = len(lines) - 1
    if breaks < _FEWEST_BREAKS or not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return False
    forced = sum(_is_full(line, after, width) for line, after in pairwise(lines))
    return forced * 3 >= breaks * 2


def _goes_on(line: str, after: str, width: int, *, wrapped: bool) -> bool:
    """Say whether `after` continues the sentence or paragraph of `line`."""
    if wrapped and _is_full(line, after, width):
        return True
    if _TERMINAL.search(line):
        return False
    return (
        line.endswith(",")
        or line.rpartition(" ")[2] in _LEADING_ON
        or (after[0].islower() and line[0].isupper())
    )


def _is_full(line: str, after: str, width: int) -> bool:
    return len(line) + 1 + len(after.partition(" ")[0]) > width


def _heading_or(kind: Kind, line: str) -> Kind:
    if kind is Kind.PARAGRAPH and len(line) <= _LONGEST_HEADING and _TERMINAL.search(line) is None:
        return Kind.HEADING
    return kind
