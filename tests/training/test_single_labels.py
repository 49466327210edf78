"""Labels that stand apart from their text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from service.classifier.results import Category, Label
from training.examples import CorpusError
from training.single_labels import Labelled, load

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "id\tlabel\tcategory\n"


def files(folder: Path, rows: str, *, head: str = HEAD) -> Labelled:
    labels, texts = folder / "labels.tsv", folder / "texts.jsonl"
    labels.write_text(head + rows, encoding="utf-8")
    lines = [
        {"id": "site-1", "text": "It heals."},
        {"id": "site-2", "text": "It may heal."},
        {"id": "b", "text": "Fees."},
    ]
    texts.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return Labelled(labels, texts)


def test_a_labelled_sentence_is_an_article_of_its_own_by_the_id_of_its_text(tmp_path: Path) -> None:
    one, other = load(files(tmp_path, "b\tneutral\t-\nsite-1\toverstated\tefficacy\n"))
    assert [each.sentences[0].text for each in (one, other)] == ["Fees.", "It heals."]
    assert (other.label, other.sentences[0].category, other.severity) == (
        Label.OVERSTATED,
        Category.EFFICACY,
        2,
    )
    assert one.publisher == "b"
    assert one.origin.endswith("labels.tsv:2")


def test_publishers_are_told_by_what_an_id_begins_with(tmp_path: Path) -> None:
    labelled = files(tmp_path, "site-1\tneutral\t-\nb\tneutral\t-\n")
    (tmp_path / "publishers.tsv").write_text("id begins with\tpublisher\nsite-\tmaker/site\n", "utf-8")
    assert [each.publisher for each in load(labelled)] == ["maker/site", "b"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("c\tneutral\t-\n", "labels.tsv:2: 'c' has no text"),
        ("b\tneutral\t-\nb\tneutral\t-\n", "labels.tsv:3: 'b' is labelled already"),
        ("b\tgood\t-\n", "labels.tsv:2: 'good' is not a valid Label"),
        ("b\toverstated\t-\n", "a category stands with overstated"),
        ("b\tneutral\thype\n", "a category stands with overstated"),
        ("b\tneutral\n", "must have the columns"),
    ],
)
def test_what_breaks_the_format_is_named_by_its_place(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(CorpusError, match=told):
        load(files(tmp_path, rows))


def test_a_file_of_other_columns_or_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="must have the columns"):
        load(files(tmp_path, "b\tneutral\t-\n", head="id\tlabel\n"))
    with pytest.raises(CorpusError, match="cannot be read as a table"):
        load(Labelled(tmp_path / "none.tsv", tmp_path / "texts.jsonl"))
