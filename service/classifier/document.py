"""A body as it is scored: its sentences, each with the way back to what was submitted."""

from __future__ import annotations

from dataclasses import dataclass

from service.classifier.markup import Format, extract
from service.classifier.normalise import fold
from service.classifier.offsets import Offsets
from service.classifier.prose import Kind, Prose
from service.classifier.sentences import cut


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is `body[start:end]` exactly, `prose` is what is scored of it.

    `prose` is folded, single-spaced and without markup. `offsets` leads each of its code points,
    and its end, to the body; `offsets.span(a, b)` is the tightest place in the body of `prose[a:b]`.
    """

    start: int
    end: int
    text: str
    prose: str
    offsets: Offsets
    kind: Kind


@dataclass(frozen=True, slots=True)
class Document:
    """A body and its sentences, in order, none empty and none overlapping another."""

    body: str
    sentences: tuple[Sentence, ...]


def read(body: str, format: Format) -> Document:  # noqa: A002 - the contract's own word for it
    """Read a body of any text whatever; costs time in proportion to its length."""
    prose = extract(body, format)
    folded = fold(prose.text)
    prose = Prose(folded.text, prose.offsets.after(folded.offsets), prose.blocks)
    return Document(body, tuple(_sentence(body, prose, s.start, s.end, s.kind) for s in cut(prose)))


def _sentence(body: str, prose: Prose, first: int, last: int, kind: Kind) -> Sentence:
    start, end = prose.offsets.span(first, last)
    scored = prose.text[first:last].replace("\n", " ")
    return Sentence(start, end, body[start:end], scored, prose.offsets.part(first, last), kind)
