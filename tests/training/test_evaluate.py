from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from service.classifier.results import Category, Label
from tests.training.made import TwoWords, corpus
from training.evaluate import describe, evaluate
from training.evaluation import Evaluation, save
from training.metrics import MEASURES
from training.operating import parse_wish

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = corpus(30)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    predictions = TwoWords().predict(ARTICLES)
    return evaluate(ARTICLES, predictions, model="two words", how="By hand.", resamples=50)


def test_everything_is_measured(found: Evaluation) -> None:
    assert set(found.measures) == set(MEASURES)
    assert {genre.genre for genre in found.genres} == {"clinic", "news"}
    assert sum(genre.articles for genre in found.genres) == 30
    assert found.corpus.sentence_labels == {"overstated": 10, "hedged": 10, "neutral": 70}


def test_the_confusion_counts_every_row(found: Evaluation) -> None:
    assert sum(map(sum, found.sentence_confusion)) == 90
    assert sum(map(sum, found.article_confusion)) == 30


def test_a_second_annotator_is_the_ceiling(found: Evaluation) -> None:
    assert found.agreement is not None
    assert found.agreement.sentences == 30
    assert found.agreement.kappa == 1
    articles = [
        replace(each, sentences=tuple(replace(s, second_label=None) for s in each.sentences))
        for each in ARTICLES
    ]
    alone = evaluate(articles, TwoWords().predict(articles), model="", how="", resamples=2)
    assert alone.agreement is None


def test_a_category_is_found_and_named(found: Evaluation) -> None:
    efficacy = next(each for each in found.categories if each.category is Category.EFFICACY)
    assert efficacy.sentences == 10
    assert 0 < efficacy.found < 1
    assert efficacy.named == 1


def test_mistakes_are_named_by_place_and_ordered_by_how_little_the_truth_was_believed(
    found: Evaluation,
) -> None:
    predictions = TwoWords().predict(ARTICLES)
    wrong = {
        (article.id, index)
        for article, prediction in zip(ARTICLES, predictions, strict=True)
        for index, sentence in enumerate(article.sentences)
        if prediction.labels[index] is not sentence.label
    }
    sentences = [each for each in found.mistakes if each.index is not None]
    assert {(each.article, each.index) for each in sentences} == wrong
    assert [each.probability for each in sentences] == sorted(each.probability for each in sentences)


def test_operating_points_are_those_asked_for() -> None:
    wish = parse_wish("maximum recall @ precision >= 0.5")
    predictions = TwoWords().predict(ARTICLES)
    found = evaluate(ARTICLES, predictions, model="", how="", wishes=[wish], resamples=10)
    assert [(each.of, each.label) for each in found.operating_points] == [
        ("sentences", Label.OVERSTATED),
        ("sentences", Label.HEDGED),
        ("articles", Label.OVERSTATED),
        ("articles", Label.HEDGED),
    ]


def test_the_report_is_json_without_a_word_of_the_articles(found: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    save(found, file)
    text = file.read_text(encoding="utf-8")
    report = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert report["measures"]["article.accuracy"]["value"] == found.measures["article.accuracy"].value
    assert not [s.text for each in ARTICLES for s in each.sentences if s.text in text]
    assert not [each.title for each in ARTICLES if each.title in text]


def test_the_same_input_gives_the_same_report(found: Evaluation) -> None:
    again = evaluate(ARTICLES, TwoWords().predict(ARTICLES), model="two words", how="By hand.", resamples=50)
    assert repr(again) == repr(found)


def test_the_corpus_digest_changes_with_a_label() -> None:
    changed = [replace(ARTICLES[0], label=Label.HEDGED), *ARTICLES[1:]]
    assert describe(changed).sha256 != describe(ARTICLES).sha256
    assert describe(list(ARTICLES)) == describe(ARTICLES)
