"""The labels of single real sentences are sound, hold no text, and are as many as their sheet says."""

from __future__ import annotations

import json
from collections import Counter
from operator import eq
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from service.classifier.results import Category, Label
from training.examples import load

LABELS = Path(__file__).parents[2] / "training" / "labels"
DATA = Path(__file__).parents[3] / "shared" / "data" / "unlabelled"
FILES = sorted(file for file in LABELS.glob("*.tsv") if file.name != "publishers.tsv")
SECOND = LABELS / "second"
PAGES = SECOND / "pages.tsv"
NO_CATEGORY = "-"

with_data = pytest.mark.skipif(not DATA.exists(), reason=f"the sentences are not here: {DATA}")


def lines(file: Path) -> list[list[str]]:
    head, *rest = file.read_text("utf-8").splitlines()
    assert head.split("\t") == ["id", "label", "category"]
    return [line.split("\t") for line in rest]


def agreement(pairs: list[tuple[str, str]]) -> str:
    one, other = zip(*pairs, strict=True)
    same = sum(map(eq, one, other)) / len(pairs)
    return f"{len(pairs)} sentences, agreement {same:.3f}, kappa {cohen_kappa_score(one, other):.3f}"


def test_labels_are_of_the_guideline_and_categories_stand_with_overstated_alone() -> None:
    assert FILES
    for file in (*FILES, *SECOND.glob("*.tsv")):
        for name, label, category in lines(file):
            allowed = set(Category) if label == Label.OVERSTATED else {NO_CATEGORY}
            assert label in set(Label), f"{file.name}: {name}: {label}"
            assert category in allowed, f"{file.name}: {name}: {category}"


def test_no_id_stands_twice_and_none_is_text() -> None:
    names = [name for file in FILES for name, *_ in lines(file)]
    assert len(names) == len(set(names))
    assert not [name for name in names if any(character.isspace() for character in name)]


def test_the_sheet_has_the_files_counts() -> None:
    sheet = (LABELS / "README.md").read_text("utf-8")
    categories: Counter[str] = Counter()
    for file in FILES:
        labels = Counter(label for _, label, _ in lines(file))
        categories.update(category for *_, category in lines(file) if category != NO_CATEGORY)
        shares = ", ".join(f"{label} {labels[label]}" for label in Label)
        assert f"{file.stem}: {labels.total():,} ({shares})\n" in sheet
    for category in Category:
        assert f"{category} {categories[category]}" in sheet


def test_the_sheet_has_the_agreement_of_the_second_pass() -> None:
    pairs = []
    for file in FILES:
        first = {name: label for name, label, _ in lines(file)}
        pairs += [(first[name], label) for name, label, _ in lines(SECOND / file.name)]
    assert f"second pass: {agreement(pairs)}\n" in (LABELS / "README.md").read_text("utf-8")


@with_data
def test_the_sheet_has_the_agreement_with_those_who_labelled_the_real_pages() -> None:
    articles = {article.id: article for article in load([DATA.parent / "regen"])}
    pairs = []
    for name, label, _ in lines(PAGES):
        page, _, number = name.partition(":")
        pairs.append((str(articles[page].sentences[int(number) - 1].label), label))
    assert f"with the pages' annotator: {agreement(pairs)}\n" in (LABELS / "README.md").read_text("utf-8")


@with_data
def test_ids_are_those_of_the_data_and_the_half_kept_for_thresholds_is_not_touched() -> None:
    for file in FILES:
        rows = (DATA / f"{file.stem}.jsonl").read_text("utf-8").rstrip("\n").split("\n")
        place = {json.loads(row)["id"]: number for number, row in enumerate(rows)}
        places = [place[name] for name, *_ in lines(file)]
        assert places == sorted(places)
        if file.stem == "pubmed_stemcell":
            assert not [number for number in places if number % 2]
