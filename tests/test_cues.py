from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import cues
from service.classifier.cues import FAMILY_NAMES, families_of, find
from service.classifier.lexicon import FAMILIES
from service.classifier.words import split

vocabulary = st.sampled_from(
    sorted({word for entries in FAMILIES.values() for each in entries for word in split(each)})
)


def named(sentence: str) -> set[tuple[str, str]]:
    """Give the cues of a sentence as (family, words)."""
    words = split(sentence)
    return {(FAMILY_NAMES[family], " ".join(words[first:last])) for first, last, family in find(words)}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_entry_of_a_lexicon_is_found_where_it_stands(family: str) -> None:
    for entry in FAMILIES[family]:
        standing = split(entry.replace("*", "").replace("_", "word"))
        found = find(["so", *standing, "it"])
        assert (1, 1 + len(standing), FAMILY_NAMES.index(family)) in found, entry


def test_no_lexicon_has_an_entry_twice_or_an_empty_one() -> None:
    for entries in FAMILIES.values():
        assert len(set(entries)) == len(entries)
        assert all(split(entry.replace("*", "")) for entry in entries)


def test_a_phrase_is_found_whole_or_not_at_all() -> None:
    assert ("hedge.research", "more research") in named("There is more research to do.")
    assert ("hedge.research", "more research") not in named("More and more people research it.")
    assert ("hedge.research", "more research") not in named("They want more")


def test_a_stem_stands_for_every_word_that_begins_so_and_a_word_for_itself() -> None:
    assert ("boost.hype", "miraculously") not in named("It healed.")
    assert ("boost.hype", "revolutionised") in named("It revolutionised care.")
    assert not {family for family, _ in named("mayor mayonnaise")} & {"hedge.modal"}


def test_a_word_may_bear_cues_of_several_families() -> None:
    assert len({family for family, word in named("clinical trials") if word == "clinical trials"}) > 1


@pytest.mark.parametrize(
    ("family", "bearing", "bare"),
    [
        ("boost.turned", "The cells not only numb the knee.", "The cells did not numb the knee."),
        ("boost.denial", "Nobody is too old for cells.", "Nobody knows whether cells work."),
        ("hedge.null", "The dogs fared no better than dogs without cells.", "The dogs fared well."),
        ("hedge.debunk", "Don't be fooled by such adverts.", "Don't be late for your drip."),
        ("hedge.degree", "For a time it hurt somewhat less.", "For good it hurts no more."),
        ("voice.seller", "The brochure calls it a cure.", "The nurse brings coffee."),
    ],
)
def test_turns_of_negation_attack_and_degree_are_told_apart(family: str, bearing: str, bare: str) -> None:
    assert family in {each for each, _ in named(bearing)}
    assert family not in {each for each, _ in named(bare)}


def test_families_of_a_word_are_those_in_which_it_stands_alone() -> None:
    assert FAMILY_NAMES.index("hedge.modal") in families_of("may")
    assert families_of("research") == tuple(match.family for match in find(["research"]))


@given(st.lists(vocabulary | st.text("abc'", min_size=1), max_size=40))
@settings(max_examples=300, deadline=None)
def test_cues_are_within_the_sentence_and_in_order_of_place(words: list[str]) -> None:
    found = find(words)
    assert all(0 <= match.first < match.last <= len(words) for match in found)
    assert [match.first for match in found] == sorted(match.first for match in found)
    assert len(set(found)) == len(found)


@given(st.lists(vocabulary, max_size=20), st.lists(vocabulary, max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_cue_is_found_whatever_stands_round_it(before: list[str], after: list[str]) -> None:
    shifted = {
        (first - len(before), last - len(before), family) for first, last, family in find([*before, *after])
    }
    assert set(find(after)) <= shifted


def test_finding_is_linear_and_remembers_a_bounded_number_of_words() -> None:
    began = time.process_time()
    find(["no", "significant"] * 50_000)
    find([f"word{number}" for number in range(60_000)])
    assert time.process_time() - began < 3
    assert cues._begun_by.cache_info().currsize <= cues.WORDS_REMEMBERED


@given(st.lists(vocabulary | st.text("abc'", min_size=1), max_size=40))
@settings(max_examples=300, deadline=None)
def test_where_cues_begin_is_where_they_are_found(words: list[str]) -> None:
    masks: dict[int, int] = {}
    for first, _, family in find(words):
        masks[first] = masks.get(first, 0) | 1 << family
    assert cues.begun(words) == list(masks.items())
