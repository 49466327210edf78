"""What is read of a text: its prose, block by block, with the way back to the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.classifier.text.offsets import Offsets, Runs


class Kind(StrEnum):
    """What a block is; every block is at least one sentence of its own."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    QUOTE = "quote"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of prose that no sentence crosses, `start` to `end` in prose code points."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Prose:
    """The text that a reader sees. White space is single; a line feed within a block is a line break.

    `offsets` has an entry for each code point and one for the end, into the source. Between two
    blocks stands a line feed that belongs to neither.
    """

    text: str
    offsets: Offsets
    blocks: tuple[Block, ...]


# White space to Python, and nothing at all on a page: what they part, a reader sees as one.
SEPARATORS: Final = frozenset("\x1c\x1d\x1e\x1f")
_SPACE = re.compile(r"[^\S\x1c-\x1f]")
_SPACES = re.compile(" {2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"[{}()\[\];=<>_\\|&$#@]")
_FEWEST_WORDS = 4
_PROSE_TO_SYMBOLS = 30


class Draft:
    """Prose in the making: stretches of one source are added in order, and blocks closed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._pieces: list[str] = []
        self._runs = Runs()
        self._blocks: list[Block] = []
        self._opened = 0
        self._begun = 0
        self._spaced = True

    def flow(self, start: int, end: int, *, table: dict[int, int] | None = None) -> None:
        """Add the source's `start` to `end`, white space made single, letters by a 1:1 `table`."""
        piece = self.source[start:end]
        if not piece.isprintable():
            piece = _SPACE.sub(" ", piece)
        if table is not None:
            piece = piece.translate(table)
        if self._spaced and piece[:1] == " ":
            bare = piece.lstrip(" ")
            start += len(piece) - len(bare)
            piece = bare
        if "  " in piece:
            last = 0
            for gap in _SPACES.finditer(piece):
                self._copy(piece[last : gap.start() + 1], start + last)
                last = gap.end()
            piece, start = piece[last:], start + last
        if piece:
            self._copy(piece, start)

    def put(self, text: str, start: int, end: int) -> None:
        """Add `text` in place of the source's `start` to `end`."""
        if text.isspace():
            if self._spaced:
                return
            text = "\n" if text == "\n" else " "
        self._pieces.append(text)
        self._runs.add(len(text), start, end)
        self._spaced = text.isspace()

    def close(self, kind: Kind) -> None:
        """End the block, if anything stands in it; code is left unread unless it reads as prose."""
        length = self._runs.length
        if length > self._opened:
            if kind is not Kind.CODE or self._reads_as_prose():
                self._blocks.append(Block(self._opened, length, kind))
            end = self._runs.end[-1]
            self._pieces.append("\n")
            self._runs.add(1, end, end)
            self._opened = length + 1
        self._begun = len(self._pieces)
        self._spaced = True

    def prose(self) -> Prose:
        """Give what was read; the last block must have been closed."""
        return Prose("".join(self._pieces), Offsets(self._runs), tuple(self._blocks))

    def _reads_as_prose(self) -> bool:
        text = "".join(self._pieces[self._begun :])
        symbols = len(_CODE.findall(text))
        return len(_WORD.findall(text)) >= _FEWEST_WORDS and symbols * _PROSE_TO_SYMBOLS <= len(text)

    def _copy(self, piece: str, start: int) -> None:
        self._pieces.append(piece)
        self._runs.add(len(piece), start, start + len(piece))
        self._spaced = piece[-1] == " "
