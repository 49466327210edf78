from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.pipeline import make_union

from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from service.classifier.passages import Passage, passages
from training import tall
from training.tall import Part, Tall, transformed

VECTORS = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
WORDS = {word: row for row, word in enumerate(("cells", "may", "heal", "in", "all", "patients"))}
INPUTS = [
    *passages([f"Cells may heal {word} in {word} patients." for word in ("all", "some", "no", "ten")]),
    Passage("Cells heal."),
]


def made(*features: object) -> tuple[Tall, np.ndarray]:
    union = make_union(*features).fit(INPUTS)
    whole = union.transform(INPUTS)
    return transformed(union, INPUTS), whole.toarray()


def rows_of(matrix: Tall) -> np.ndarray:
    return matrix.times(np.eye(matrix.shape[1]), np.ones(matrix.shape[0], bool))


@pytest.mark.parametrize("block", [2, 3, 5, 100])
def test_features_made_some_at_a_time_are_those_made_at_once(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(tall, "BLOCK", block)
    matrix, whole = made(
        WordFeatures(min_df=1),
        MeaningFeatures(WORDS, VECTORS),
        MeaningFeatures(WORDS, VECTORS, part="page"),
        SignFeatures(),
    )
    assert matrix.shape == whole.shape
    assert np.abs(rows_of(matrix) - whole).max() < 1e-6


def test_what_is_full_is_dense_and_what_is_not_is_sparse_and_all_in_single_precision() -> None:
    matrix, _ = made(WordFeatures(min_df=1), SignFeatures(), MeaningFeatures(WORDS, VECTORS))
    signs_and_words, meaning = matrix.blocks[0]
    assert isinstance(signs_and_words.values, sparse.csr_matrix)
    assert isinstance(meaning.values, np.ndarray)
    assert meaning.columns().stop == matrix.shape[1]
    assert {signs_and_words.values.dtype, meaning.values.dtype} == {np.dtype(np.float32)}


def test_only_chosen_rows_are_given_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tall, "BLOCK", 2)
    matrix, whole = made(WordFeatures(min_df=1), MeaningFeatures(WORDS, VECTORS))
    weights = np.random.default_rng(1).normal(size=(matrix.shape[1], 3))
    for chosen in ([0, 4], [3], [], [0, 1, 2, 3, 4]):
        which = np.isin(np.arange(5), chosen)
        assert np.allclose(matrix.times(weights, which), whole[which] @ weights, atol=1e-6)
        assert len([*matrix.doubled(which)]) == len({row // 2 for row in chosen})


def test_rows_set_below_are_the_same_memory() -> None:
    matrix, whole = made(WordFeatures(min_df=1), MeaningFeatures(WORDS, VECTORS))
    higher = matrix.over(matrix)
    assert np.abs(rows_of(higher) - np.vstack([whole, whole])).max() < 1e-6
    assert higher.blocks[0][0].values is higher.blocks[1][0].values is matrix.blocks[0][0].values


def test_nothing_makes_a_matrix_without_rows() -> None:
    assert transformed(make_union(SignFeatures()), []).shape == (0, 0)


def test_it_is_told_how_many_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tall, "BLOCK", 2)
    told: list[tuple[str, int, int]] = []
    transformed(make_union(SignFeatures()), INPUTS, progress=lambda *each: told.append(each))
    assert told == [("sentences read", 2, 5), ("sentences read", 4, 5), ("sentences read", 5, 5)]


def test_blocks_may_differ_in_what_of_them_is_dense() -> None:
    full, few = np.ones((2, 3), np.float32), sparse.csr_matrix(np.eye(2, 5, dtype=np.float32))
    blocks = [[Part(0, full), Part(3, few)], [Part(0, np.ones((4, 8), np.float32))]]
    matrix = Tall(blocks, 8)
    expected = np.vstack([np.hstack([full, few.toarray()]), np.ones((4, 8))])
    assert np.array_equal(rows_of(matrix), expected)
    assert np.array_equal(rows_of(Tall(blocks[::-1], 8)), np.vstack([expected[2:], expected[:2]]))
