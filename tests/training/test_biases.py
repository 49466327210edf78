from __future__ import annotations

import numpy as np
import pytest

from training.biases import STEPS, best_bias


def macro_f1(said: np.ndarray, classes: np.ndarray) -> float:
    scores = []
    for label in range(3):
        both = (said == label).sum() + (classes == label).sum()
        scores.append(2 * ((said == label) & (classes == label)).sum() / both if both else 0)
    return float(np.mean(scores))


def seldom(seed: int, number: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Make calibrated probabilities of classes of which two are rare."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([0.3, 0.15, 1.5], number)
    return probabilities, np.array([rng.choice(3, p=each) for each in probabilities])


@pytest.mark.parametrize("seed", range(3))
def test_a_bias_raises_macro_f1_where_classes_are_rare(seed: int) -> None:
    probabilities, classes = seldom(seed)
    bias = best_bias(probabilities, classes, np.ones(len(classes)))
    said = (np.log(np.clip(probabilities, 1e-12, 1)) + bias).argmax(axis=1)
    assert macro_f1(said, classes) >= macro_f1(probabilities.argmax(axis=1), classes)


def test_neutral_keeps_no_bias_and_the_others_stay_within_bounds() -> None:
    for seed in range(5):
        probabilities, classes = seldom(seed, 50)
        bias = best_bias(probabilities, classes, np.ones(50))
        assert bias[2] == 0
        assert (bias[:2] >= STEPS[0]).all()
        assert (bias[:2] <= STEPS[-1]).all()


def test_rows_without_weight_do_not_count() -> None:
    probabilities, classes = seldom(0, 200)
    weight = np.ones(400)
    weight[200:] = 0
    doubled = best_bias(
        np.vstack([probabilities, probabilities[::-1]]), np.concatenate([classes, (classes + 1) % 3]), weight
    )
    assert doubled.tolist() == best_bias(probabilities, classes, np.ones(200)).tolist()


def test_impossible_probabilities_and_missing_classes_are_borne() -> None:
    probabilities = np.eye(3)[[0, 2, 2, 2]]
    assert np.isfinite(best_bias(probabilities, np.array([2, 2, 2, 2]), np.ones(4))).all()
