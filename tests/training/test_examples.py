from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.classifier.results import Category, Label
from tests.costs import is_linear
from tests.training.made import article, corpus
from training.examples import (
    CorpusError,
    LabelledArticle,
    LabelledSentence,
    deduplicate,
    grouped_folds,
    load,
    near_duplicates,
    split,
)

LINE: dict[str, Any] = {
    "id": "a1",
    "genre": "clinic",
    "label": "overstated",
    "severity": 2,
    "sentences": [
        {"text": "It cures all.", "label": "overstated", "category": "efficacy", "second_label": "hedged"},
        {"text": "We open at nine.", "label": "neutral", "category": None},
    ],
}
REAL = Path(__file__).parents[3] / "shared/data/regen/pages.jsonl"


def written(folder: Path, *lines: object, name: str = "corpus.jsonl") -> Path:
    file = folder / name
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    return file


def wordy(number: int, words: list[str]) -> LabelledArticle:
    made = article(number)
    return replace(made, sentences=(LabelledSentence(" ".join(words), Label.NEUTRAL),))


def test_a_line_becomes_an_article(tmp_path: Path) -> None:
    file = written(tmp_path, LINE)
    assert load([file]) == [
        LabelledArticle(
            id="a1",
            publisher="a1",
            genre="clinic",
            topic="",
            title="",
            label=Label.OVERSTATED,
            severity=2,
            sentences=(
                LabelledSentence("It cures all.", Label.OVERSTATED, Category.EFFICACY, Label.HEDGED),
                LabelledSentence("We open at nine.", Label.NEUTRAL),
            ),
            origin=f"{file}:1",
        ),
    ]


def test_a_directory_is_read_file_by_file_in_order_of_name(tmp_path: Path) -> None:
    written(tmp_path, LINE | {"id": "b"}, name="2.jsonl")
    written(tmp_path, LINE | {"id": "a"}, name="1.jsonl")
    (tmp_path / "DATASHEET.md").write_text("no corpus", encoding="utf-8")
    assert [each.id for each in load([tmp_path])] == ["a", "b"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    line = LINE | {"title": "one\u2028two"}
    file.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    assert load([file])[0].title == "one\u2028two"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": ""}, "id: must be a text"),
        ({"id": 7}, "id: must be a text that is not empty, not 7"),
        ({"genre": None}, "genre: must be a text that is not empty, not missing"),
        ({"label": "fine"}, "label: must be one of overstated, hedged, neutral, not 'fine'"),
        ({"severity": 4}, "severity: must be 0, 1, 2 or 3, not 4"),
        ({"severity": True}, "severity: must be 0, 1, 2 or 3, not True"),
        ({"sentences": []}, "sentences: must be a list of at least one"),
        ({"sentences": ["text"]}, r"sentences\[0\]: a sentence is an object, not str"),
        ({"sentences": [{"text": " ", "label": "neutral"}]}, r"sentences\[0\]: text: must be"),
        ({"sentences": [{"text": "x", "label": "overstated"}]}, r"sentences\[0\]: category: must be one of"),
        (
            {"sentences": [{"text": "x", "label": "hedged", "category": "hype"}]},
            r"sentences\[0\]: category: stands with overstated only, not with hedged",
        ),
        (
            {"sentences": [{"text": "x", "label": "hedged", "second_label": "so-so"}]},
            r"sentences\[0\]: second_label: must be one of",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_line(
    tmp_path: Path,
    change: dict[str, object],
    told: str,
) -> None:
    file = written(tmp_path, LINE | {"id": "first"}, LINE | change)
    with pytest.raises(CorpusError, match=rf"corpus\.jsonl:2: {told}"):
        load([file])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", r"corpus\.jsonl:1: not JSON at column 2"),
        (b"[]", r"corpus\.jsonl:1: an article is an object, not list"),
        (b"\xff", r"corpus\.jsonl: not UTF-8 at byte 0"),
        (b"\n\n", "no article in"),
    ],
)
def test_what_is_no_corpus_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(content)
    with pytest.raises(CorpusError, match=told):
        load([file])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.jsonl: No such file"):
        load([tmp_path / "nowhere.jsonl"])


def test_an_id_that_stands_twice_is_refused_naming_both_places(tmp_path: Path) -> None:
    file = written(tmp_path, LINE, LINE)
    with pytest.raises(CorpusError, match=r"corpus\.jsonl:2: id: 'a1' stands already at .*corpus\.jsonl:1"):
        load([file])


def test_an_article_that_repeats_most_of_another_is_left_out() -> None:
    words = [f"word{i}" for i in range(100)]
    first, copy, other = wordy(1, words), wordy(2, [*words[:97], "but", "changed"]), wordy(3, words[::-1])
    assert deduplicate([first, copy, other]) == [first, other]


def test_articles_shorter_than_a_shingle_are_compared_whole() -> None:
    assert list(near_duplicates([wordy(1, ["Home"]), wordy(2, ["home"]), wordy(3, ["Shop"])], share=0.8)) == [
        (0, 1)
    ]


def test_boilerplate_on_every_page_costs_linear_time() -> None:
    boilerplate = [f"cookie{i}" for i in range(200)]
    pages = [wordy(i, [*boilerplate, *(f"own{i}x{j}" for j in range(400))]) for i in range(400)]
    assert deduplicate(pages) == pages
    assert is_linear(lambda number: deduplicate(pages[:number]), up_to=len(pages))


def test_each_publisher_and_each_shared_text_is_on_one_side_and_tested_once() -> None:
    articles = corpus(60)
    shared = "Our cells were counted twice, frozen slowly, thawed quickly and given on the same day."
    articles += [article(100 + i, publisher=f"copy{i}", text=shared) for i in range(4)]
    folds = grouped_folds(articles, 5, seed=3)
    assert sorted(i for fold in folds for i in fold.test) == list(range(len(articles)))
    for fold in folds:
        assert sorted(fold.train + fold.test) == list(range(len(articles)))
        assert not {articles[i].publisher for i in fold.train} & {articles[i].publisher for i in fold.test}
        assert sum(articles[i].sentences[0].text == shared for i in fold.test) in (0, 4)


def test_folds_are_alike_in_their_labels() -> None:
    articles = corpus(90)
    counts = [Counter(articles[i].label for i in fold.test) for fold in grouped_folds(articles, 5, seed=1)]
    assert all(abs(count[label] - 6) <= 1 for count in counts for label in Label)


def test_folds_depend_on_the_seed_and_on_nothing_else() -> None:
    articles = corpus(40)
    assert grouped_folds(articles, 4, seed=1) == grouped_folds(list(articles), 4, seed=1)
    assert grouped_folds(articles, 4, seed=1) != grouped_folds(articles, 4, seed=2)


@pytest.mark.parametrize("folds", [1, 16])
def test_folds_that_cannot_be_made_are_refused(folds: int) -> None:
    with pytest.raises(CorpusError, match="publishers that share no text"):
        grouped_folds(corpus(30), folds, seed=0)


def test_a_split_holds_out_about_its_share() -> None:
    kept, held_out = split(corpus(60), held_out=0.25, seed=0)
    assert len(kept) + len(held_out) == 60
    assert 12 <= len(held_out) <= 18


@pytest.mark.skipif(
    not REAL.exists(), reason="the real pages lie beside the repository, where they are at all"
)
def test_the_real_pages_load_and_split_evenly() -> None:
    articles = load([REAL])
    sizes = [len(fold.test) for fold in grouped_folds(articles, 5, seed=0)]
    assert max(sizes) - min(sizes) <= 0.1 * len(articles)
