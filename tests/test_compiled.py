"""The served form says what scikit-learn's pipeline says, whatever it is given."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import joblib
import numpy as np
import pytest

from service.classifier import artifact
from service.classifier.context import softmax
from service.classifier.probabilities import Probabilities
from service.classifier.text.normalise import fold
from tests.small import BUNDLED, HOSTILE, classifier, fitted, pages
from training.examples import load
from training.prose import prose_of

if TYPE_CHECKING:
    from service.classifier.compiled import Compiled
    from service.classifier.pipeline import ArticlePipeline
    from tests.promises import Promised

FORMS = ("small", "bundled")
WITHIN = 1e-6


@pytest.fixture(scope="module", params=FORMS)
def both(request: pytest.FixtureRequest) -> tuple[Compiled, ArticlePipeline]:
    """Both forms of one model: of a small one just fitted, and of the bundled one."""
    if request.param == "small":
        return classifier().compiled, fitted().pipeline
    return artifact.load(BUNDLED).compiled, joblib.load(BUNDLED / "pipeline.joblib")


def agree(one: Probabilities, other: Probabilities) -> None:
    for name in Probabilities.__slots__:
        assert np.abs(getattr(one, name) - getattr(other, name)).max() <= WITHIN, name


def garbled(number: int) -> list[list[str]]:
    """Make articles of words torn from the corpus, between what no honest article holds."""
    rng = random.Random(number)
    words = [word for article in pages() for sentence in article.sentences for word in sentence.text.split()]
    return [
        [
            rng.choice(HOSTILE) if rng.random() < 0.15 else " ".join(rng.choices(words, k=rng.randint(0, 60)))
            for _ in range(rng.randint(1, 30))
        ]
        for _ in range(number)
    ]


def test_it_agrees_with_the_pipeline_on_thousands_of_sentences(
    both: tuple[Compiled, ArticlePipeline],
) -> None:
    compiled, pipeline = both
    number = 0
    for article in load([BUNDLED.parents[1] / "training" / "corpus"])[::12]:
        sentences = [prose_of(sentence.text) for sentence in article.sentences]
        agree(
            compiled.predict(sentences, title=article.title), pipeline.predict(sentences, title=article.title)
        )
        number += len(sentences)
    assert number > 1_500


def test_it_agrees_with_the_pipeline_on_hostile_articles(both: tuple[Compiled, ArticlePipeline]) -> None:
    compiled, pipeline = both
    articles = garbled(50)
    assert sum(map(len, articles)) > 500
    for article in articles:
        for sentences in (article, [fold(each).text for each in article]):
            title = sentences[0]
            agree(compiled.predict(sentences, title=title), pipeline.predict(sentences, title=title))


@pytest.mark.promise
def test_it_agrees_with_the_pipeline_on_twenty_thousand_sentences(
    both: tuple[Compiled, ArticlePipeline], promised: Promised
) -> None:
    furthest = 0.0
    rng = random.Random(5)
    words = [word for article in pages() for sentence in article.sentences for word in sentence.text.split()]
    hostile = [text for text in HOSTILE if len(text) < 200]
    odd = ("", "\u0301", "\u0663", "\U0001f9ec", "\u212a", "\ud800")
    for _ in range(400):
        article = [
            rng.choice(hostile)
            if rng.random() < 0.15
            else " ".join(rng.choices(words, k=rng.randint(0, 40))) + rng.choice(odd)
            for _ in range(50)
        ]
        one, other = (form.predict(article, title=article[0]) for form in both)
        apart = (np.abs(getattr(one, each) - getattr(other, each)).max() for each in Probabilities.__slots__)
        furthest = max(furthest, *map(float, apart))
    promised("how far the served form is from scikit-learn", furthest, at_most=WITHIN)


@pytest.mark.parametrize("text", HOSTILE)
def test_it_agrees_with_the_pipeline_on_a_single_sentence(
    both: tuple[Compiled, ArticlePipeline], text: str
) -> None:
    compiled, pipeline = both
    agree(compiled.predict([text]), pipeline.predict([text]))


def test_probabilities_are_finite_and_add_up_to_one() -> None:
    for article in garbled(20):
        found = classifier().compiled.predict(article)
        for rows in (found.sentences, found.categories, found.verdict[None], found.severity[None]):
            assert np.allclose(rows.sum(axis=1), 1)
            assert np.isfinite(rows).all()


def test_more_sentences_than_a_block_are_scored_like_fewer() -> None:
    compiled = classifier().compiled
    sentence = "Stem cells may repair the knee."
    first = compiled.read([sentence] * 2_100).first
    assert len(first) == 2_100
    assert np.allclose(first[1:], first[1])


def test_what_is_read_gives_what_is_predicted() -> None:
    compiled = classifier().compiled
    for article in garbled(10):
        reading = compiled.read(article)
        assert np.allclose(softmax(reading.final), compiled.predict(article).sentences)


def test_a_sentence_scored_again_as_it_stands_keeps_its_score() -> None:
    compiled = classifier().compiled
    for article in garbled(10):
        reading = compiled.read(article)
        again = compiled.rescored(reading, [*enumerate(article)])
        assert np.abs(again - reading.probabilities.sentences[:, 0]).max() <= WITHIN


def test_wordings_scored_at_once_score_as_each_by_itself() -> None:
    compiled = classifier().compiled
    for article in garbled(10):
        reading = compiled.read(article)
        wordings = [(place, other) for place in range(len(article)) for other in article]
        at_once = compiled.rescored(reading, wordings)
        one_by_one = [compiled.rescored(reading, [wording])[0] for wording in wordings]
        assert np.abs(at_once - one_by_one).max() <= 1e-12


def test_a_word_that_the_model_does_not_know_weighs_nothing() -> None:
    assert classifier().compiled.weights_of(["zzyzx"]).tolist() == [[0, 0, 0]]
