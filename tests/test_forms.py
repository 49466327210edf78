from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import forms
from tests.small import HOSTILE, pages

# Made of what forms are made of, so that they come up, and of what only looks like it.
parts = st.sampled_from(
    (*'".:%!?)([-=<>@,pPnN \n', "percent", "PERCENT", "et al", "http:", "www.", ".com", "555", "(2019)")
) | st.sampled_from(("\u0665", "\u2022", "\u0130", "\u017f", "19", "0", "a", "Be ", "1)"))
made = st.lists(parts, max_size=14).map("".join)


def searched(text: str) -> int:
    """Give what the patterns say when each is sought, without any of the short cuts."""
    text = text.strip()
    held = [name for name, pattern in forms.FORMS.items() if pattern.search(text)]
    return forms.bits(*held, *(["capitals"] if text.isupper() and len(text) > 3 else []))


@given(made | st.text(st.characters(exclude_categories=())))
@settings(max_examples=2_000, deadline=None)
def test_short_cuts_change_no_form(text: str) -> None:
    assert forms.of(text) == searched(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_short_cuts_change_no_form_of_hostile_text(text: str) -> None:
    assert forms.of(text) == searched(text)


def test_short_cuts_change_no_form_of_the_corpus() -> None:
    for article in pages():
        for sentence in article.sentences:
            assert forms.of(sentence.text) == searched(sentence.text)


def test_a_form_has_a_bit_of_its_own() -> None:
    assert len({forms.bits(name) for name in forms.NAMES}) == len(forms.NAMES)
