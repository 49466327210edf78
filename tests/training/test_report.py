from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from service.classifier.results import Label
from tests.training.made import TwoWords, article, corpus
from training.crossvalidation import learning_curve
from training.evaluate import evaluate
from training.operating import parse_wish
from training.promotion import compare, judge, parse_gate
from training.report import page

if TYPE_CHECKING:
    from training.evaluation import Evaluation

ARTICLES = corpus(30)
VOID = {"meta", "line", "polyline"}


class Reader(HTMLParser):
    """Reads a page as a browser would: what opens must close; collects pictures' texts and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.pictures: list[str] = []
        self.fetched: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "svg":
            assert values["role"] == "img"
            self.pictures.append(str(values["aria-label"]))
        self.scripts += tag == "script"
        self.fetched += [str(values[name]) for name in ("src", "href") if name in values]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag that closes itself as neither opened nor closed."""


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader


@pytest.fixture(scope="module")
def found() -> Evaluation:
    predictions = TwoWords().predict(ARTICLES)
    old = TwoWords(wrong=3).predict(ARTICLES)
    result = evaluate(ARTICLES, predictions, model="<two> words", how="By hand.", resamples=20)
    comparison = compare(ARTICLES, new=predictions, old=old, old_model="older", resamples=20)
    return replace(
        result,
        comparison=comparison,
        gates=judge([parse_gate("article.accuracy >= 0.99")], result.measures),
        learning=learning_curve(TwoWords(), ARTICLES, folds=3, seed=0),
    )


def test_the_page_stands_alone_and_every_picture_says_what_it_shows(found: Evaluation) -> None:
    reader = read(page(found, ARTICLES))
    assert not reader.fetched
    assert not reader.scripts
    assert len(reader.pictures) == 10
    assert any("overstated: 8 called overstated" in told for told in reader.pictures)
    assert all("nan" not in told for told in reader.pictures)


def test_the_page_shows_the_texts_of_the_worst_mistakes_escaped(found: Evaluation) -> None:
    text = page(found, ARTICLES)
    assert "Treatment 6 cures joint 6" in text
    assert "Title &lt;6&gt; &amp; more" in text
    assert "&lt;two&gt; words" in text
    assert "<two>" not in text


def test_the_page_tells_of_gates_and_of_the_older_model(found: Evaluation) -> None:
    text = page(found, ARTICLES)
    assert "article.accuracy &gt;= 0.99" in text
    assert "refused" in text
    assert "Against older" in text


def test_a_long_passage_is_cut() -> None:
    articles = [*corpus(12), article(13, Label.OVERSTATED, text="Endless " * 200)]
    found = evaluate(articles, TwoWords().predict(articles), model="m", how="h", resamples=2)
    assert "Endless " * 41 not in page(found, articles)


def test_a_corpus_of_one_label_leaves_gaps_and_not_errors() -> None:
    articles = [article(i) for i in range(1, 5)]
    wishes = [parse_wish("maximum recall @ precision >= 0.9")]
    found = evaluate(articles, TwoWords().predict(articles), model="m", how="h", wishes=wishes, resamples=5)
    text = page(found, articles)
    read(text)
    assert "not defined" in text
    assert "none" in text
