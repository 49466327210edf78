from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import cues, signs
from service.classifier.words import split
from tests.costs import is_linear, takes_less
from tests.small import HOSTILE, pages

anything = st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)


def named(sentence: str) -> dict[str, float]:
    return {signs.NAMES[position]: value for position, value in signs.of(sentence).items()}


def test_names_stand_once_since_weights_hang_on_them() -> None:
    assert len(set(signs.NAMES)) == len(signs.NAMES)
    assert all(name == name.strip() and name for name in signs.NAMES)


@given(anything)
@settings(max_examples=300, deadline=None)
def test_any_text_has_signs_of_small_finite_size(text: str) -> None:
    found = signs.of(text)
    assert all(0 <= position < len(signs.NAMES) for position in found)
    assert all(0 < value <= 4 and math.isfinite(value) for value in found.values())
    assert bool(found) == bool(split(text))


def test_signs_read_from_given_cues_are_the_signs_of_the_sentence() -> None:
    for article in pages():
        for sentence in article.sentences:
            words = split(sentence.text)
            if words:
                assert signs.read(sentence.text, words, cues.find(words)) == signs.of(sentence.text)


def test_every_sign_of_the_corpus_is_a_sign_that_is_named() -> None:
    seen = {position for article in pages() for s in article.sentences for position in signs.of(s.text)}
    assert len(seen) > len(signs.NAMES) / 2


@pytest.mark.parametrize(
    ("bare", "held"),
    [
        ("Stem cells repair damaged cartilage.", "Stem cells may repair damaged cartilage."),
        ("PRP heals your tendon.", "PRP is being studied to see whether it heals your tendon."),
        ("Exosomes restore hair growth.", "It is unclear that exosomes restore hair growth."),
    ],
)
def test_a_claim_that_is_held_to_evidence_has_other_signs_than_the_bare_one(bare: str, held: str) -> None:
    unhedged = {name for name in named(bare) if "unhedged" in name}
    assert unhedged
    assert not unhedged & named(held).keys()


def test_a_cue_far_from_the_claim_does_not_govern_it() -> None:
    near, far = named("They may well heal the knee."), named(f"They may {'well and ' * 9}heal the knee.")
    assert "modal > claim" in near
    assert "modal > claim" not in far


def test_the_order_of_therapy_effect_and_object_is_told() -> None:
    agent = named("Stem cells repair cartilage.")
    patient = named("Cartilage repair after stem cells.")
    assert "therapy > effect > object" in agent
    assert "therapy > effect > object" not in patient


def test_counts_of_a_family_are_bounded() -> None:
    few, many = named("may " * 4), named("may " * 400)
    assert few["count hedge.modal"] == many["count hedge.modal"]


def test_case_and_ending_are_told() -> None:
    assert named("AMAZING RESULTS")["capitals"]
    assert "capitals" not in named("PRP")
    assert named("Regrow Your Hair")["title case"]
    assert named("It heals!")["ends with an exclamation mark"]
    assert named("Will it heal?")["ends with a question mark"]
    assert named("What Heals You")["ends openly"]


def test_reading_signs_takes_linear_time() -> None:
    sentence = "stem cells may repair no damaged cartilage and (p = 0.05) A1 "

    assert is_linear(lambda times: signs.of(sentence * times), up_to=2_000)
    assert takes_less(1, lambda: signs.of(sentence * 1_000))
