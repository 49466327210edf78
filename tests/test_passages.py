from __future__ import annotations

import pytest

from service.classifier.passages import Passage, leads, passages


def test_a_sentence_is_read_with_the_one_before_it_and_the_heading_above_it() -> None:
    page = ("Knee Pain", "It heals.", "It is safe.", "Who is it for?", "Everyone.")
    assert passages(page) == [
        Passage("Knee Pain", page=page, place=0),
        Passage("It heals.", "Knee Pain", "Knee Pain", page, 1),
        Passage("It is safe.", "It heals.", "Knee Pain", page, 2),
        Passage("Who is it for?", "It is safe.", "Knee Pain", page, 3),
        Passage("Everyone.", "Who is it for?", "Who is it for?", page, 4),
    ]


def test_an_article_without_sentences_has_no_passages() -> None:
    assert passages([]) == []


@pytest.mark.parametrize(
    "text", ["Knee Pain", "How does it work?", "it treats:", "  Prices  ", "PRP (2024) \u2013 facts"]
)
def test_titles_questions_and_lead_ins_head_what_follows(text: str) -> None:
    assert leads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "It heals.",
        "it heals",
        "It heals!",
        "A" * 90,
        "why " * 35 + "?",
        "3 sessions",
        "Knees, hips,",
    ],
)
def test_plain_sentences_head_nothing(text: str) -> None:
    assert not leads(text)
