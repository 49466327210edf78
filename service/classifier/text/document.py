"""A body as it is scored: its sentences, each with the way back to what was submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from service.classifier.text.markup import extract
from service.classifier.text.normalise import fold
from service.classifier.text.prose import Block, Kind, Prose
from service.classifier.text.sentences import Span, cut
from service.errors import InvalidArticle, Violation

if TYPE_CHECKING:
    from service.classifier.text.markup import Format
    from service.classifier.text.offsets import Offsets


class Sentence(NamedTuple):
    """One sentence: `text` is `body[start:end]` exactly, `prose` is what is scored of it.

    `prose` is folded, single-spaced and without markup. `offsets` leads each of its code points,
    and its end, to the body; `offsets.span(a, b)` is the tightest place in the body of
    `prose[a:b]`, without the markup that may follow it.
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

    @property
    def prose(self) -> list[str]:
        """What is scored of each sentence."""
        return [sentence.prose for sentence in self.sentences]

    @property
    def texts(self) -> list[str]:
        """What was submitted of each sentence."""
        return [sentence.text for sentence in self.sentences]


@dataclass(frozen=True, slots=True)
class Bare:
    """A body and, of each sentence, what is scored of it and where it stands: all that scores need."""

    body: str
    prose: list[str]
    starts: list[int]
    ends: list[int]

    @property
    def texts(self) -> list[str]:
        """What was submitted of each sentence."""
        return [self.body[start:end] for start, end in zip(self.starts, self.ends, strict=True)]


def read(body: str, format: Format) -> Document:  # noqa: A002 - the contract's own word for it
    """Read a body, which may be any text whatever, in time that is linear in its length."""
    prose = _folded(extract(body, format))
    return Document(body, tuple(_sentence(body, prose, span) for span in cut(prose)))


def read_bare(body: str, format: Format) -> Bare:  # noqa: A002 - as above
    """Read as `read` does, without the way back from within a sentence."""
    prose = _folded(extract(body, format))
    spans = cut(prose)
    text, place = prose.text.replace("\n", " "), prose.offsets.span
    places = [place(start, end) for start, end, _ in spans]
    return Bare(
        body,
        [text[start:end] for start, end, _ in spans],
        [start for start, _ in places],
        [end for _, end in places],
    )


def require_at_most(limit: int, document: Document) -> None:
    """Raise InvalidArticle when a document has more sentences than that: they cost more than letters do."""
    count = len(document.sentences)
    if count > limit:
        told = f"has {count:,} sentences, of which {limit:,} are allowed; submit it in parts"
        raise InvalidArticle((Violation("article.body", told, limit),))


def _folded(prose: Prose) -> Prose:
    """Fold before cutting, so that what hides in a stop or a space changes no boundary."""
    folded = fold(prose.text)
    if folded.text is prose.text:
        return prose
    find = folded.offsets.find
    blocks = tuple(Block(find(block.start), find(block.end), block.kind) for block in prose.blocks)
    return Prose(folded.text, prose.offsets.after(folded.offsets), blocks)


def _sentence(body: str, prose: Prose, span: Span) -> Sentence:
    start, end = prose.offsets.span(span.start, span.end)
    scored = prose.text[span.start : span.end].replace("\n", " ")
    return Sentence(start, end, body[start:end], scored, prose.offsets.part(span.start, span.end), span.kind)
