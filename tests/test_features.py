from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from service.classifier import signs
from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from service.classifier.passages import Passage, passages
from tests.small import HOSTILE

READ = [
    Passage("It cures pain.", "Knees", "Knees"),
    Passage("It cures pain in most knees."),
    Passage("The fee is due."),
]
VECTORS = np.array([[1.0, 0.0], [0.5, -2.0]], dtype=np.float32)
EACH = [
    WordFeatures(min_df=1),
    SignFeatures("heading", weight=0.5),
    MeaningFeatures({"cures": 0, "pain": 1}, VECTORS, weight=0.1),
]


def test_a_word_counts_by_its_rarity_over_the_root_of_the_length() -> None:
    words = WordFeatures(min_df=1, weight=0.4).fit(READ)
    row = words.transform([Passage("pain pain fee unheard")]).toarray()[0]
    pain, fee = words.vocabulary_["pain"], words.vocabulary_["fee"]
    assert math.isclose(row[pain], 2 * 0.4 * (math.log(4 / 3) + 1) / 2)
    assert math.isclose(row[fee], 0.4 * (math.log(4 / 2) + 1) / 2)
    assert np.count_nonzero(row) == 2


def test_terms_in_too_few_passages_are_left_out_and_the_rest_are_in_order() -> None:
    words = WordFeatures(min_df=2).fit(READ)
    assert list(words.vocabulary_) == sorted(words.vocabulary_)
    assert set(words.vocabulary_) == {"it", "cures", "pain", "it cures", "cures pain"}
    alone = WordFeatures(min_df=2, pairs=False).fit(READ)
    assert set(alone.vocabulary_) == {"it", "cures", "pain"}


def test_what_is_learned_does_not_depend_on_the_order_of_passages() -> None:
    forth, back = WordFeatures(min_df=1).fit(READ), WordFeatures(min_df=1).fit(READ[::-1])
    assert forth.vocabulary_ == back.vocabulary_
    assert forth.idf_.tolist() == back.idf_.tolist()


def test_signs_are_of_the_part_that_is_asked_for() -> None:
    for part in ("text", "previous", "heading"):
        matrix = SignFeatures(part, weight=0.5).fit(READ).transform(READ).toarray()
        assert matrix.shape == (len(READ), len(signs.NAMES))
        expected = {place: 0.5 * value for place, value in signs.of(getattr(READ[0], part)).items()}
        assert {int(place): matrix[0, place] for place in np.flatnonzero(matrix[0])} == expected


def test_meaning_adds_up_over_words() -> None:
    meaning = MeaningFeatures({"cures": 0, "pain": 1}, VECTORS, weight=0.1)
    row = meaning.fit([]).transform([Passage("cures pain pain away")]).toarray()[0]
    assert np.allclose(row, 0.1 * (VECTORS[0] + 2 * VECTORS[1]) / 2)


def test_what_a_page_is_about_is_the_mean_of_its_other_sentences() -> None:
    meaning = MeaningFeatures({"cures": 0, "pain": 1}, VECTORS, part="page", weight=0.1)
    placed = passages(["cures", "pain", "pain cures", "away"])
    rows = meaning.fit([]).transform(placed).toarray()
    assert np.allclose(rows[0], 0.1 * (VECTORS[1] + VECTORS.sum(axis=0) / math.sqrt(2)) / 3)
    assert not meaning.transform([*passages(["cures"]), Passage("cures")]).count_nonzero()


def test_without_vectors_meaning_adds_nothing() -> None:
    meaning = MeaningFeatures({}, np.zeros((0, 1), dtype=np.float32))
    assert meaning.transform(READ).toarray().tolist() == [[0.0]] * len(READ)


@pytest.mark.parametrize("features", EACH)
def test_any_text_becomes_finite_numbers(features: WordFeatures | SignFeatures | MeaningFeatures) -> None:
    hostile = [Passage(text, text, text) for text in HOSTILE]
    matrix = features.fit(READ).transform(hostile)
    assert matrix.shape[0] == len(hostile)
    assert np.isfinite(matrix.toarray()).all()
    assert features.transform([Passage("")]).count_nonzero() == 0


@pytest.mark.parametrize("features", EACH)
def test_a_transformer_is_cloned_and_pickled_as_scikit_learn_does(
    features: WordFeatures | SignFeatures | MeaningFeatures,
) -> None:
    expected = features.fit(READ).transform(READ).toarray()
    again = pickle.loads(pickle.dumps(features))  # noqa: S301 - just pickled here
    assert again.transform(READ).toarray().tolist() == expected.tolist()
    assert clone(features).fit(READ).transform(READ).toarray().tolist() == expected.tolist()
