"""The inline part of Markdown: emphasis, links, code, escapes and tags within one block.

One pass finds the tokens and settles which of them are markup, a second reads what is left. What
could look back or ahead without bound (brackets, delimiters, code) is kept on stacks or indexed
once, so that the whole is linear.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.classifier.text.markup_html import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.classifier.text.markup_html import Html

# It begins with a set of characters, which the engine looks for quickly.
_SPECIAL = re.compile(
    r"[\\`!\[\]*_~<](?:(?<=\\)[!-/:-@\[-`{-~]|(?<=`)`*+|(?<=!)\[|(?<=[\[\]<])|(?<=\*)\**+|(?<=_)_*+|(?<=~)~++)"
)
_TICKS = re.compile(r"`+")
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*+|[\w.+-]{1,64}@[\w.-]{1,255})>")
_TARGET = re.compile(
    r"""\(\s*+(?:<[^<>\n]*+>|(?:[^\s()\\]|\\.|\([^\s()]*+\))*+)"""
    r"""(?:\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?+\s*+\)"""
)
_LABEL = re.compile(r"\[([^\[\]]{0,200})\]")
_LONGEST_LABEL = 200
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")


@dataclass(slots=True)
class _Token:
    """A stretch of markup. Of it, `shown` is read as it stands; `tag` is for the reader of HTML."""

    start: int
    end: int
    shown: tuple[int, int] | None = None
    tag: bool = False
    line_break: bool = False
    skip_to: int = 0


class Inline:
    """Reads the inline markup of a block's lines, given the link labels that the page defines."""

    def __init__(self, html: Html, source: str, labels: frozenset[str]) -> None:
        self._html = html
        self._source = source
        self._labels = labels
        self._tokens: list[_Token] = []
        self._brackets: list[int] = []
        self._openers: dict[str, list[int]] = {}
        self._ticks: dict[int, list[int]] | None = None

    def read(self, lines: Sequence[tuple[int, int]]) -> None:
        """Read lines, each given by its start and end in the source without its line feed."""
        self._tokens, self._brackets, self._openers, self._ticks = [], [], {}, None
        bounds = (lines[0][0], lines[-1][1])
        place = before = lines[0][0]
        for number, (start, end) in enumerate(lines):
            if number and place <= before:
                self._line_break(before, start)
            place = max(place, start)
            while special := _SPECIAL.search(self._source, place, end):
                place = self._special(special, bounds)
            before = end
        self._emit(*bounds)

    def _emit(self, start: int, end: int) -> None:
        tokens = self._tokens
        number = 0
        while number < len(tokens):
            token = tokens[number]
            self._html.text(start, token.start)
            if token.skip_to:
                number = token.skip_to
                start = tokens[number].end
            else:
                if token.shown:
                    self._html.literal(*token.shown)
                elif token.tag:
                    self._html.markup(token.start, token.end)
                elif token.line_break:
                    self._html.line_break(token.start, token.end)
                start = token.end
            number += 1
        self._html.text(start, end)

    def _line_break(self, end: int, start: int) -> None:
        hard = _HARD_BREAK.search(self._source, max(end - 8, 0), end)
        if hard:
            self._tokens.append(_Token(hard.start(), start, line_break=True))
        else:
            self._tokens.append(_Token(end, start, shown=(end, end + 1)))

    def _special(self, special: re.Match[str], bounds: tuple[int, int]) -> int:
        """Add what a special stretch turns out to be; say where to go on."""
        start, end = special.span()
        first = special[0][0]
        if first == "\\":
            self._tokens.append(_Token(start, end, shown=(start + 1, end)))
        elif first == "`":
            return self._code(start, end, bounds)
        elif first == "<":
            return self._angle(start, bounds[1])
        elif first == "]":
            return self._bracket(start, bounds[1])
        elif special[0].endswith("["):
            self._brackets.append(len(self._tokens))
            self._tokens.append(_Token(start, end, shown=(start, end)))
        else:
            self._emphasis(special, bounds)
        return end

    def _code(self, start: int, end: int, bounds: tuple[int, int]) -> int:
        if self._ticks is None:
            self._ticks = {}
            for run in _TICKS.finditer(self._source, *bounds):
                self._ticks.setdefault(run.end() - run.start(), []).append(run.start())
        same = self._ticks.get(end - start, [])
        closing = bisect_left(same, end)
        if closing == len(same):
            return end
        stop = same[closing]
        self._tokens.append(_Token(start, stop + end - start, shown=(end, stop)))
        return stop + end - start

    def _angle(self, start: int, bound: int) -> int:
        link = _AUTOLINK.match(self._source, start, bound)
        if link:
            self._tokens.append(_Token(start, link.end(), shown=link.span(1)))
            return link.end()
        end = self._html.extent(start, bound) if MARK.match(self._source, start, bound) else None
        if end is None:
            return start + 1
        self._tokens.append(_Token(start, end, tag=True))
        return end

    def _bracket(self, start: int, bound: int) -> int:
        if not self._brackets:
            return start + 1
        number = self._brackets.pop()
        opener = self._tokens[number]
        end = self._link_end(opener.end, start, bound)
        footnote = (
            self._source.startswith("^", opener.end) and " " not in self._source[opener.end : start][:99]
        )
        if end is None and not footnote:
            return start + 1
        if footnote or self._source[opener.start] == "!":
            opener.skip_to = len(self._tokens)
        opener.shown = None
        self._tokens.append(_Token(start, end or start + 1))
        return end or start + 1

    def _link_end(self, start: int, closing: int, bound: int) -> int | None:
        """Say where the link ends whose text is `start` to `closing`; None when it is no link."""
        target = _TARGET.match(self._source, closing + 1, bound)
        if target:
            return target.end()
        label = _LABEL.match(self._source, closing + 1, bound)
        if label and label[1] and _folded(label[1]) in self._labels:
            return label.end()
        if closing - start <= _LONGEST_LABEL and _folded(self._source[start:closing]) in self._labels:
            return label.end() if label and not label[1] else closing + 1
        return None

    def _emphasis(self, run: re.Match[str], bounds: tuple[int, int]) -> None:
        start, end = run.span()
        before = self._source[start - 1] if start > bounds[0] else " "
        after = self._source[end] if end < bounds[1] else " "
        opens = _flanks(after, before)
        closes = _flanks(before, after)
        if run[0][0] == "_":
            opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
        if not opens and not closes:
            return
        token = _Token(start, end, shown=(start, end))
        openers = self._openers.setdefault(run[0][0], [])
        left = end - start
        while closes and left and openers:
            opener = self._tokens[openers[-1]]
            first, last = opener.shown or (0, 0)
            used = min(last - first, left)
            left -= used
            opener.shown = (first, last - used) if last - used > first else None
            if opener.shown is None:
                openers.pop()
        token.shown = (start, start + left) if left else None
        if opens and left:
            openers.append(len(self._tokens))
        self._tokens.append(token)


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def _flanks(inner: str, outer: str) -> bool:
    """Say whether a run of delimiters hugs the `inner` character rather than the `outer`."""
    return not inner.isspace() and (inner.isalnum() or not outer.isalnum())
