from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.classifier.compiled import Compiled
from service.classifier.passages import Passage
from service.classifier.pipeline import beside
from service.classifier.results import Category, Label
from tests.small import RECIPE, fitted, pages
from training.compiling import compiled
from training.examples import LabelledArticle, LabelledSentence, grouped_folds
from training.fit import _weights
from training.recipe import Recipe

if TYPE_CHECKING:
    import numpy.typing as npt

    from training.fitted import FittedModel

HALF = pages()[::2]
FEW = Recipe(folds=2, meaning_dimensions=4)


@pytest.fixture(scope="module")
def half() -> FittedModel:
    return RECIPE.fit(HALF)


def weights(model: FittedModel) -> bytes:
    return _weights(compiled(model.pipeline))


def told_apart_by_a_word_alone() -> list[LabelledArticle]:
    """Make articles of words and labels by chance; a word unique to its publisher stands in each sentence."""
    rng = random.Random(0)
    words = ["".join(rng.choices("bcdfglmnprst", k=5)) for _ in range(400)]
    labels = [rng.choice(list(Label)) for _ in range(40)]
    return [
        LabelledArticle(
            id=f"a{number}",
            publisher=f"p{number // 2}",
            genre="clinic",
            topic="",
            title="",
            label=labels[number // 2],
            severity=2 if labels[number // 2] is Label.OVERSTATED else 0,
            sentences=tuple(
                LabelledSentence(
                    f"giveaway{'x' * (number // 2)} " * 6 + " ".join(rng.choices(words, k=4)) + ".",
                    labels[number // 2],
                    Category.HYPE if labels[number // 2] is Label.OVERSTATED else None,
                )
                for _ in range(4)
            ),
            origin=f"made:{number}",
        )
        for number in range(80)
    ]


def test_a_publishers_own_word_does_not_help_it_out_of_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = told_apart_by_a_word_alone()
    truth = np.repeat([list(Label).index(article.label) for article in articles], 4)
    heard: list[npt.NDArray[np.float64]] = []

    def listening(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        heard.append(logits)
        return beside(logits)

    monkeypatch.setattr("training.recipe.beside", listening)
    model = replace(FEW, sentence_c=100.0).fit(articles)
    out_of_fold = np.vstack(heard[: len(articles)]).argmax(axis=1)
    read = [Passage(sentence.text) for article in articles for sentence in article.sentences]
    in_fold = model.pipeline.sentence.decision_function(read).argmax(axis=1)
    assert (in_fold == truth).mean() > 0.9
    assert (out_of_fold == truth).mean() < 0.55


def test_no_publisher_is_on_both_sides_of_a_fold() -> None:
    articles = list(pages())
    for fold in grouped_folds(articles, RECIPE.folds, RECIPE.seed):
        assert not {articles[i].publisher for i in fold.train} & {articles[i].publisher for i in fold.test}


def test_the_same_seed_gives_the_same_weights_to_the_byte_and_another_gives_others(half: FittedModel) -> None:
    assert weights(RECIPE.fit(HALF)) == weights(half)
    assert weights(replace(RECIPE, seed=1).fit(HALF)) != weights(half)


def test_order_chooses_the_folds_but_not_what_a_sentence_says_by_itself(half: FittedModel) -> None:
    """Words, vectors and the sentence model depend on order only as far as sums of floats do.

    All that is fitted out of fold does depend on it: corpora are read in the order of their files.
    """
    turned = RECIPE.fit(HALF[::-1])
    read = [Passage(sentence.text) for article in pages() for sentence in article.sentences]
    one, other = (model.pipeline.sentence.decision_function(read) for model in (half, turned))
    assert np.abs(one - other).max() < 0.1


@pytest.mark.parametrize("lacking", ["severity 3", "causation", "hedged"])
def test_a_corpus_that_lacks_something_still_fits(lacking: str) -> None:
    def lacks(article: LabelledArticle) -> bool:
        return (
            (lacking == "severity 3" and article.severity == 3)
            or (lacking == "hedged" and article.label is Label.HEDGED)
            or any(lacking in (s.category, s.label) for s in article.sentences)
        )

    articles = [article for article in HALF if not lacks(article)]
    model = FEW.fit(articles)
    found = Compiled(compiled(model.pipeline)).predict(["It heals the knee.", "It may heal the knee."])
    assert found.sentences.shape == (2, 3)
    assert found.categories.shape == (2, 10)
    assert found.severity.shape == (4,)
    if lacking == "severity 3":
        assert found.severity[3] < 0.1


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[str, int, int]] = []
    FEW.fit(pages()[:10], progress=lambda *each: told.append(each))
    steps = [each for each in told if each[0] == "fit"]
    assert [done for _, done, _ in steps] == list(range(steps[-1][2] + 1))
    assert [done == total for step, done, total in told if step == "sentences read"] == [True]


def test_careful_sentences_are_learned_to_overstate_less_when_they_are_sent_alone() -> None:
    journal = "Mesenchymal stromal cells repaired cartilage in the treated joints."
    plain, careful = RECIPE.fit(HALF), replace(RECIPE, careful=[journal] * 50).fit(HALF)
    risks = [model.pipeline.predict([journal]).sentences[0, 0] for model in (plain, careful)]
    assert risks[1] < risks[0]
    page = [journal, "Knees are joints.", "The fee is due."]
    in_articles = [model.pipeline.predict(page).sentences for model in (plain, careful)]
    assert np.array_equal(in_articles[0], in_articles[1])


def test_few_single_sentences_choose_no_bias_of_their_own() -> None:
    biases = fitted().biases
    assert np.array_equal(biases.alone, biases.label)
