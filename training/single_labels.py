"""Labels of single sentences that stand apart from their text: by id, in a file that may be published.

`labels.tsv` has the columns id, label and category below a head line ("-" for no category); the text is a
JSON Lines file with an "id" and a "text" each. What the label file does not name is not labelled.
`publishers.tsv` beside it, if there is one, tells by what an id begins with who published the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from service.classifier.results import Category, Label
from training.examples import CorpusError, LabelledArticle, LabelledSentence
from training.records import load_records

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = "id\tlabel\tcategory"
PUBLISHERS: Final = "publishers.tsv"
GENRE: Final = "single sentence"
# The guideline's severity of an article that is one overstated sentence: misleading, dangerous to none.
SEVERITY: Final = {Label.OVERSTATED: 2, Label.HEDGED: 0, Label.NEUTRAL: 0}


class Labelled(NamedTuple):
    """A file of labels and the file of their text."""

    labels: Path
    texts: Path


def load(labelled: Labelled) -> list[LabelledArticle]:
    """Give each labelled sentence as an article of its own, in the order of the labels.

    Raises CorpusError for a file that breaks its format, and for an id that the text lacks or that
    is labelled twice.
    """
    publishers = _publishers(labelled.labels.with_name(PUBLISHERS))
    texts = {record.text("id"): record.text("text") for record in load_records(labelled.texts)}
    found: dict[str, LabelledArticle] = {}
    for number, fields in _rows(labelled.labels, HEAD):
        origin = f"{labelled.labels}:{number}"
        identity, label, category = fields
        if identity not in texts:
            raise CorpusError(f"{origin}: {identity!r} has no text in {labelled.texts}")
        if identity in found:
            raise CorpusError(f"{origin}: {identity!r} is labelled already at {found[identity].origin}")
        sentence = _sentence(texts[identity], label, category, origin)
        found[identity] = LabelledArticle(
            id=identity,
            publisher=next((who for part, who in publishers.items() if identity.startswith(part)), identity),
            genre=GENRE,
            topic="",
            title="",
            label=sentence.label,
            severity=SEVERITY[sentence.label],
            sentences=(sentence,),
            origin=origin,
        )
    return list(found.values())


def _sentence(text: str, label: str, category: str, origin: str) -> LabelledSentence:
    try:
        named = None if category == "-" else Category(category)
        sentence = LabelledSentence(text, Label(label), named)
    except ValueError as error:
        raise CorpusError(f"{origin}: {error}") from error
    if (sentence.category is not None) is not (sentence.label is Label.OVERSTATED):
        raise CorpusError(f"{origin}: a category stands with overstated, and only there")
    return sentence


def _publishers(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    return {beginning: publisher for _, (beginning, publisher) in _rows(file, "id begins with\tpublisher")}


def _rows(file: Path, head: str) -> list[tuple[int, list[str]]]:
    """Read the lines below the head, with their numbers. Raises CorpusError."""
    try:
        first, *lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise CorpusError(f"{file}: cannot be read as a table: {error}") from error
    columns = len(head.split("\t"))
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, start=2)]
    if first != head or any(len(fields) != columns for _, fields in rows):
        raise CorpusError(f"{file}: must have the columns {head.split(chr(9))}, split by tabs")
    return rows
