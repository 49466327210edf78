"""The article as submitted, cut into the runs that the page shows in one manner each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.classifier.results import Label, SentenceScore


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the body: of sentence `number`, counted from 1, or of none (0)."""

    text: str
    number: int = 0
    label: Label | None = None


def runs(body: str, sentences: Sequence[SentenceScore]) -> Iterator[Run]:
    """The whole body in order; neutral sentences are passages too, so that each can be corrected.

    What could reorder the text around it, or has no shape, is shown as a mark.
    """
    position = 0
    for number, sentence in enumerate(sentences, 1):
        if sentence.start > position:
            yield Run(visible(body[position : sentence.start]))
        yield Run(visible(body[sentence.start : sentence.end]), number, sentence.label)
        position = sentence.end
    if position < len(body):
        yield Run(visible(body[position:]))
