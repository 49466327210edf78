from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline, make_union

from service.classifier import signs
from service.classifier.passages import Passage
from tests.small import classifier, fitted
from training.compiling import compiled


def test_words_come_first_and_each_term_has_one_row() -> None:
    tables = compiled(fitted().pipeline)
    assert len(set(tables.terms)) == len(tables.terms) == len(tables.term_weights)
    words = [term for term in tables.terms if " " not in term]
    assert tables.terms[: len(words)] == tuple(words)
    assert len(tables.word_categories) == len(tables.word_page) == len(words)
    assert tables.sign_weights.shape == (len(signs.NAMES), 18)
    assert tables.sign_categories.shape == (len(signs.NAMES), 20)


def test_a_words_row_is_what_it_adds_to_the_logits() -> None:
    compiled_form, sentence = classifier().compiled, fitted().pipeline.sentence
    # Words alone: signs are the same for two words that stand in no lexicon.
    one, other = (sentence.decision_function([Passage(word)])[0] for word in ("zzyzx", "qqfoo"))
    assert np.allclose(one, other)
    tables = compiled_form.tables
    bare = [term for term in tables.terms if term.isalpha() and signs.of(term) == signs.of("zzyzx")][:20]
    assert bare
    added = sentence.decision_function([Passage(term) for term in bare]) - one
    assert np.allclose(compiled_form.weights_of(bare), added, atol=1e-6)


def test_a_word_of_an_article_of_one_sentence_weighs_by_the_model_for_those() -> None:
    tables, alone = classifier().compiled, fitted().pipeline.alone
    one = alone.decision_function([Passage("zzyzx")])[0]
    bare = [term for term in tables.tables.terms if term.isalpha() and signs.of(term) == signs.of("zzyzx")]
    added = alone.decision_function([Passage(term) for term in bare[:20]]) - one
    assert np.allclose(tables.weights_of(bare[:20], alone=True), added, atol=1e-6)


def test_a_model_compiles_to_the_same_tables_each_time() -> None:
    one, other = compiled(fitted().pipeline), compiled(fitted().pipeline)
    assert one.terms == other.terms
    assert one.term_weights.tobytes() == other.term_weights.tobytes()


def test_a_feature_without_a_compiled_form_is_named() -> None:
    pipeline = fitted().pipeline
    odd = Pipeline([("features", make_union(Odd())), ("label", pipeline.sentence[-1])])
    with pytest.raises(TypeError, match="no compiled form for Odd"):
        compiled(replace(pipeline, sentence=odd))


class Odd:
    def fit(self, X: object, y: object = None) -> Odd:  # noqa: ARG002 - scikit-learn's interface
        return self

    def transform(self, X: object) -> object:
        return X
