from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import context
from service.classifier.context import NEIGHBOURS, WINDOW

NUMBERS = (1, 2, 3, 4, 11, 40)


def made(number: int, seed: int = 0) -> context.Floats:
    """Make the probabilities of an article of so many sentences."""
    return np.random.default_rng(seed).dirichlet(np.ones(3), number)


@given(st.lists(st.tuples(*[st.floats(-1e300, 1e300)] * 3), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_probabilities_add_up_to_one_however_large_the_logits(logits: list[tuple[float, ...]]) -> None:
    found = context.softmax(np.array(logits))
    assert np.allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_pages_mean_leaves_the_sentence_out(number: int) -> None:
    first = made(number)
    others, _ = context.surroundings(first)
    for place in range(number):
        rest = np.delete(first, place, axis=0)
        assert np.allclose(others[place], rest.mean(axis=0) if number > 1 else 0)


@pytest.mark.parametrize("number", NUMBERS)
def test_neighbours_stand_at_their_distance_and_are_marked_where_the_page_ends(number: int) -> None:
    first = made(number)
    _, around = context.surroundings(first)
    for place in range(number):
        for column, step in enumerate(NEIGHBOURS):
            beside = around[place, 4 * column : 4 * column + 4]
            if 0 <= place + step < number:
                assert np.allclose(beside, [*first[place + step], 0])
            else:
                assert beside.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_window_is_the_mean_of_those_within_five_sentences(number: int) -> None:
    first = made(number)
    _, around = context.surroundings(first)
    start = 4 * len(NEIGHBOURS)
    for place in range(number):
        near = [first[i] for i in range(number) if i != place and abs(i - place) <= WINDOW]
        expected = np.mean(near, axis=0) if near else np.zeros(3)
        assert np.allclose(around[place, start : start + 3], expected)


def test_surroundings_have_as_many_columns_whatever_the_articles_length() -> None:
    assert len({context.surroundings(made(number))[1].shape[1] for number in NUMBERS}) == 1
    assert all(np.isfinite(context.surroundings(made(number))[1]).all() for number in NUMBERS)


def test_what_is_a_sentences_own_is_linear_in_its_logits() -> None:
    rng = np.random.default_rng(1)
    one, two, others = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), made(4)
    both = context.own(one + 2 * two, others)
    assert np.allclose(both, context.own(one, others) + 2 * context.own(two, others))


def whole(final: context.Floats) -> context.Floats:
    kinds = np.full((len(final), 10), 0.1)
    return context.whole(final, kinds, np.full(3, 1 / 3), np.zeros(4))


def test_an_article_adds_up_to_as_many_numbers_whatever_its_length() -> None:
    assert len({whole(made(number)).shape for number in NUMBERS}) == 1
    assert all(np.isfinite(whole(made(number))).all() for number in NUMBERS)


def test_one_dangerous_sentence_is_seen_in_a_long_honest_article() -> None:
    honest = np.tile([0.01, 0.9, 0.09], (200, 1))
    spoilt = honest.copy()
    spoilt[120] = [0.98, 0.01, 0.01]
    assert np.abs(whole(spoilt) - whole(honest)).max() > 0.5


def test_sentences_in_the_middle_count_alike_in_any_order() -> None:
    final = made(40)
    shuffled = final.copy()
    shuffled[5:35] = final[5:35][::-1]
    assert np.allclose(whole(final), whole(shuffled))


def test_a_title_that_overstates_is_told_apart() -> None:
    final = made(10)
    assert np.abs(context.likely(final, 0.9) - context.likely(final, 0.1)).max() > 1


def test_what_is_likely_counts_sentences_alike_in_any_order() -> None:
    final = made(40)
    assert np.allclose(context.likely(final, 1 / 3), context.likely(final[::-1], 1 / 3))
