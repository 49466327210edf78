from __future__ import annotations

import math
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier.text.normalise import fold
from service.classifier.words import places, share, split, terms
from tests.small import HOSTILE

anything = st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)


def test_words_are_lower_case_and_keep_their_apostrophe() -> None:
    assert split("It's PROVEN that they don't") == ["it's", "proven", "that", "they", "don't"]


def test_a_number_keeps_its_decimals_and_a_sentence_its_stop() -> None:
    assert split("In 1,200 of 2.5 cases, 40%.") == ["in", "1,200", "of", "2.5", "cases", "40", "%"]


def test_a_hyphen_parts_words() -> None:
    assert split("double-blind stem-cell") == ["double", "blind", "stem", "cell"]


@given(anything)
@settings(max_examples=500, deadline=None)
def test_every_word_of_any_text_has_its_place(text: str) -> None:
    for prose in (text, fold(text).text):
        assert [prose[start:end].lower() for start, end in places(prose)] == split(prose)


def test_a_letter_that_grows_in_lower_case_shifts_no_place() -> None:
    prose = "\u0130\u0130 cures \u0130 pain"
    assert [prose[start:end] for start, end in places(prose)] == ["cures", "pain"]
    assert split(prose) == ["cures", "pain"]


def test_terms_are_the_words_and_then_the_pairs() -> None:
    assert terms(["it", "cures", "pain"]) == ["it", "cures", "pain", "it cures", "cures pain"]
    assert terms(["cures"]) == ["cures"]
    assert terms([]) == []


def test_a_long_sentence_says_more_but_not_in_proportion() -> None:
    assert share([]) == share(["one"]) == 1
    assert math.isclose(4 * share(["word"] * 4), 2)


def test_splitting_takes_linear_time() -> None:
    began = time.process_time()
    split("a'" * 200_000)
    split("1.," * 200_000)
    list(places("\u0130" * 200_000))
    assert time.process_time() - began < 2
