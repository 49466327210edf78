"""The embedded corpus is sound, and the check that says so finds what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.classifier.results import Category, Label
from tests.small import CORPUS, pages
from tests.training.made import written
from training.__main__ import main
from training.corpus_check import CONTRAST, REAL_SHARES, check, counts, near_outside, real_shares
from training.examples import LabelledSentence, load, load_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.examples import LabelledArticle

SHARED = Path(__file__).parents[3] / "shared"
DATA = SHARED / "data"
with_data = pytest.mark.skipif(not DATA.exists(), reason=f"the real pages are not here: {DATA}")


@pytest.fixture(scope="module")
def corpus() -> list[LabelledArticle]:
    return load([CORPUS])


def test_the_corpus_is_sound(corpus: list[LabelledArticle]) -> None:
    found = list(check(corpus))
    assert not found, "\n".join(found)


@with_data
def test_no_sentence_of_the_corpus_is_near_to_a_real_one(corpus: list[LabelledArticle]) -> None:
    found = list(near_outside(corpus, real_texts()))
    assert not found, "\n".join(found)


def real_texts() -> Iterator[str]:
    for article in load([DATA / "regen"]):
        yield from (sentence.text for sentence in article.sentences)
    for file in sorted((DATA / "unlabelled").glob("*.jsonl")):
        yield from load_texts(file)
    for file in (DATA / "public" / "train.jsonl", DATA / "enforcement" / "claims.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            yield str(json.loads(line).get("text", ""))


@with_data
def test_the_real_shares_are_those_of_the_real_pages() -> None:
    measured = real_shares(load([DATA / "regen"]))
    for genre, shares in REAL_SHARES.items():
        assert measured[genre] == pytest.approx(shares, abs=0.001)


@with_data
def test_the_guideline_beside_the_corpus_is_the_one_that_labels_were_made_by() -> None:
    assert (CORPUS / "GUIDELINE.md").read_text("utf-8") == (SHARED / "docs" / "guideline.md").read_text(
        "utf-8"
    )


def test_a_datasheet_stands_beside_the_corpus_with_its_counts(corpus: list[LabelledArticle]) -> None:
    sheet = (CORPUS / "DATASHEET.md").read_text("utf-8")
    for line in counts(corpus):
        assert line in sheet


def test_the_command_counts_a_corpus_and_tells_what_to_mend(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["check-corpus", "--corpus", str(CORPUS)]) == 0
    assert "kappa" in capsys.readouterr().out
    assert main(["check-corpus", "--corpus", str(written(pages(), tmp_path / "few.jsonl"))]) == 2
    assert "it promises 12,000" in capsys.readouterr().err


def found_in(article: LabelledArticle) -> str:
    """Tell what the check says of an article that a sound page was turned into."""
    return "\n".join(each for each in check([article]) if article.origin in each)


@pytest.fixture
def page() -> LabelledArticle:
    return next(each for each in pages() if each.label is Label.OVERSTATED and each.genre == "clinic")


def test_severity_goes_with_the_label(page: LabelledArticle) -> None:
    assert found_in(page) == ""
    assert "severity" in found_in(replace(page, severity=0))
    assert "severity" in found_in(replace(page, label=Label.HEDGED, severity=2))


def test_an_article_s_label_goes_with_its_sentences(page: LabelledArticle) -> None:
    assert "a sentence is overstated" in found_in(replace(page, label=Label.NEUTRAL, severity=0))
    plain = (LabelledSentence("We are open on Mondays.", Label.NEUTRAL),)
    assert "every sentence is neutral" in found_in(replace(page, sentences=plain))


def test_a_sentence_stands_once_in_an_article_and_without_spaces(page: LabelledArticle) -> None:
    long = LabelledSentence(
        "Our cells mend any worn knee in only a few days.", Label.OVERSTATED, Category.EFFICACY
    )
    assert "stands already at sentences[0]" in found_in(replace(page, sentences=(long, long)))
    assert "spaces" in found_in(replace(page, sentences=(replace(long, text=long.text + " "),)))


def test_an_unknown_genre_and_a_contrast_of_two_sentences_are_told(page: LabelledArticle) -> None:
    assert "genre" in found_in(replace(page, genre="poem"))
    assert "contrast" in found_in(replace(page, genre=CONTRAST))


def test_a_corpus_too_small_or_out_of_shape_is_told(corpus: list[LabelledArticle]) -> None:
    assert {"articles", "sentences", "topics"} <= set(" ".join(check(pages())).replace(";", "").split())
    promised = [article for article in corpus if article.genre != CONTRAST]
    flat = [
        replace(each, sentences=tuple(replace(s, label=Label.NEUTRAL, category=None) for s in each.sentences))
        for each in promised
    ]
    assert any("clinic: 0.0% overstated" in each for each in check(flat))


def test_what_is_taken_from_another_page_or_from_elsewhere_is_told(page: LabelledArticle) -> None:
    twin = replace(page, id="twin", origin="twin:1", publisher="another")
    assert any("twin:1" in each and page.id in each for each in check([page, twin]))
    taken = list(near_outside([page], [sentence.text for sentence in page.sentences]))
    assert taken
    assert "text not ours" in taken[0]
    assert not list(near_outside([page], ["Nothing here is anything like what that page says."]))
