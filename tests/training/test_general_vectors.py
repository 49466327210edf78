from __future__ import annotations

import numpy as np

from training.general_vectors import FILE, joined, load
from training.vectors import Vectors

OWN = Vectors({"exosomes": 0, "knee": 1}, np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32))


def test_words_of_like_meaning_are_near_each_other() -> None:
    general = load()
    found = {word: general.matrix[general.vocabulary[word]] for word in ("cure", "remedy", "ladder")}
    assert found["cure"] @ found["remedy"] > found["cure"] @ found["ladder"] + 0.2


def test_every_vector_is_of_length_one_and_the_file_is_small() -> None:
    assert np.allclose(np.linalg.norm(load().matrix, axis=1), 1, atol=0.02)
    assert FILE.stat().st_size < 2_000_000


def test_a_word_has_its_own_vector_and_then_its_general_one_and_zeros_for_what_it_lacks() -> None:
    found = joined(OWN, ["the knee"] * 3 + ["the fee"], ["a ladder"])
    width = load().matrix.shape[1]
    assert found.matrix.shape == (len(found.vocabulary), 2 + width)
    assert list(found.vocabulary) == sorted(found.vocabulary)
    knee, ladder = (found.matrix[found.vocabulary[word]] for word in ("knee", "ladder"))
    assert knee[:2].tolist() == [3, 4]
    assert ladder[:2].tolist() == [0, 0]
    assert np.abs(ladder[2:]).sum() > 0


def test_a_rare_word_s_general_vector_is_longer_than_a_common_one_s() -> None:
    found = joined(OWN, ["the knee", "the knee", "the knee", "the fee"], [])
    common, rare = (np.linalg.norm(found.matrix[found.vocabulary[word], 2:]) for word in ("knee", "fee"))
    assert rare > common > 0
