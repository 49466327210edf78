from __future__ import annotations

import numpy as np

from tests.small import pages
from training.vectors import FEWEST, learn_vectors

KNEE = ["stem cells heal the worn knee of a runner", "stem cells mend the worn hip of a runner"] * 10
FEES = ["the fee is due on monday at the desk", "the bill is due on friday at the desk"] * 10


def likeness(one: str, other: str) -> float:
    learned = learn_vectors(KNEE + FEES, [], dimensions=6)
    first, second = (learned.matrix[learned.vocabulary[word]].astype(float) for word in (one, other))
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def test_words_in_like_company_have_like_vectors() -> None:
    assert likeness("heal", "mend") > likeness("heal", "fee")
    assert likeness("fee", "bill") > likeness("fee", "mend")


def test_rare_words_get_no_vector_and_the_rest_stand_in_order() -> None:
    learned = learn_vectors([*KNEE, *FEES, *["a singular word"] * (FEWEST - 1)], [], dimensions=4)
    assert "singular" not in learned.vocabulary
    assert list(learned.vocabulary) == sorted(learned.vocabulary)
    assert list(learned.vocabulary.values()) == list(range(len(learned.vocabulary)))
    assert learned.matrix.shape == (len(learned.vocabulary), 4)


def test_too_little_text_gives_no_vectors() -> None:
    learned = learn_vectors(["a few words"], [], dimensions=4)
    assert (learned.vocabulary, learned.matrix.shape) == ({}, (0, 1))


def test_the_background_is_folded_and_counts_like_the_texts() -> None:
    assert "knee" in learn_vectors(FEES, [text.upper() for text in KNEE], dimensions=4).vocabulary


def test_the_same_texts_give_the_same_vectors() -> None:
    texts = [sentence.text for article in pages() for sentence in article.sentences]
    one, other = (learn_vectors(texts, [], dimensions=16) for _ in range(2))
    assert one.vocabulary == other.vocabulary
    assert one.matrix.tobytes() == other.matrix.tobytes()
    assert np.isfinite(one.matrix).all()
