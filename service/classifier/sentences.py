"""Sentence cutting that knows medical abbreviations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.classifier.prose import Kind, Prose

_STOP = re.compile(r"[.!?]+[\"')\]]*(?=\s+[A-Z\"'(])")


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence, `start` to `end` in prose code points, half-open, without surrounding space."""

    start: int
    end: int
    kind: Kind


def cut(prose: Prose) -> list[Span]:
    """Cut prose into sentences; none crosses a block."""
    spans = []
    for block in prose.blocks:
        start = block.start
        ends = [stop.end() for stop in _STOP.finditer(prose.text, block.start, block.end)]
        for end in [*ends, block.end]:
            piece = prose.text[start:end]
            first = start + len(piece) - len(piece.lstrip())
            last = start + len(piece.rstrip())
            if first < last:
                spans.append(Span(first, last, block.kind))
            start = end
    return spans
