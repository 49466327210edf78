"""Folding shows the scorer what a reader sees, and never touches a dose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier.text import normalise
from service.classifier.text.normalise import fold
from tests.costs import is_linear, takes_less


def test_plain_text_comes_back_as_it_is() -> None:
    text = "Pain fell from 7.2 to 3.1 (p = 0.05); see Fig. 2."
    assert fold(text).text is text


@pytest.mark.parametrize(
    ("tricked", "clean"),
    [
        ("cu\u200bres", "cures"),
        ("cu\u00adres", "cures"),
        ("c\ufe0fu\u2060r\ufeffe\u180es", "cures"),
        ("\u202ecures\u202c", "cures"),
        ("\u2067cures\u2069", "cures"),
        ("cu\U000e0041\U000e007fres", "cures"),
        ("cu\x00re\x08s", "cures"),
        ("it \u200b works", "it works"),
        ("c\u0337u\u0336r\u0335e\u0338s", "cures"),
        ("cu\u0301res na\u00efve", "cures naive"),
        ("\uff43\uff55\uff52\uff45\uff53", "cures"),
        ("\U0001d41c\U0001d42e\U0001d42b\U0001d41e\U0001d42c", "cures"),
        ("\u24d2\u24e4\u24e1\u24d4\u24e2", "cures"),
        ("\u1d04\u1d1c\u0280\u1d07", "cure"),
        ("\ufb01ne", "fine"),
        ("gu\u0430r\u0430nt\u0435\u0435", "guarantee"),
        ("c\u03c5re", "cure"),
        ("\u201cso\u201d, it\u2019s", '"so", it\'s'),
        ("10\u201320 \u2014 so", "10-20 - so"),
        ("a\u00a0b\u2003c", "a b c"),
        ("wait\u2026", "wait..."),
        ("Phase \u2162", "Phase III"),
        ("5\u338e", "5mg"),
        ("x\ud800y", "xy"),
        ("c\u05b0u\u064br\u0e31\u0301e\u200b\u3099s", "cures"),
        ("\u00e9\u05b0", "e"),
        ("\u249e\u24b0\u24ad\u24a0", "cure"),
        ("pain\U0001f525gone \u2764\ufe0f now", "pain gone now"),
        ("c\U0001f525u\U0001f525r\U0001f525e\U0001f525s", "cures"),
    ],
)
def test_what_looks_like_plain_letters_becomes_plain_letters(tricked: str, clean: str) -> None:
    assert fold(tricked).text == clean


@pytest.mark.parametrize(
    ("tricked", "clean"),
    [
        ("it c u r e s pain", "it cures pain"),
        ("it c.u.r.e.s pain", "it cures pain"),
        ("it c-u-r-e-s pain", "it cures pain"),
        ("H E A L now", "HEAL now"),
        ("curesss", "cures"),
        ("freeee", "free"),
        ("amazinggg", "amazing"),
        ("cooool", "cool"),
        ("m1racle", "miracle"),
        ("gu@r4ntee", "guarantee"),
        ("$afe", "safe"),
        ("c3ll", "cell"),
        ("it c u r e s p a i n now", "it cures pain now"),
        ("n o s i d e e f f e c t s", "no side effects"),
        ("t o m a t o", "tomato"),
        ("c\u00b7u\u00b7r\u00b7e\u00b7s", "cures"),
        ("c,u,r,e,s", "cures"),
        ("c._u-r*e~s", "cures"),
        ("(c)(u)(r)(e)(s)", "cures"),
        ("cu-res cu'res gua*ran*tees", "cures cures guarantees"),
    ],
)
def test_spelling_tricks_are_undone(tricked: str, clean: str) -> None:
    assert fold(tricked).text == clean


@pytest.mark.parametrize(
    "text",
    [
        "10\u2076 cells",
        "\u00bd a dose",
        "2\u00bd mg",
        "\u2460 \u2461",
        "5 mg/m\u00b2",
        "\u33a1",
        "H\u2082O and CO\u2082",
        "5mg 10ml 3x 2nd IL1b CD34 H2O B12 p53 wnt3a VEGF165 1g 0s 5s",
        "TNF\u03b1 5 \u03bcg IFN\u03b3 \u03b2-catenin A\u03b2",
        "p \u2260 0.05",
        "37 \u00baC",
        "StemCell\u2122",
        "e.g. i.v. U.S.A. J. K. R. T. A B C D",
        "VIII XXX www IEEE AAAA",
        "\u65e5\u672c\u8a9e \u043f\u0440\u0438\u0432\u0435\u0442 \u4e2d\u6587",
        "\u0663\u0664 \u09ea",
        "cell's patients' patient(s) patient/s heal.The cure a,b,c,d (a)(b)(c)",
        'well-being stem-cell-derived half-life "cures" (cures) <cures> [cures]',
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u0e01\u0e31\u0e19",
        "\u2640 mice \u2713 \u2611",
    ],
)
def test_what_means_something_stays_as_it_is(text: str) -> None:
    assert fold(text).text == text


def test_wide_digits_keep_value_and_place() -> None:
    assert fold("\uff15\uff10 mg, \U0001d7d3.\U0001d7d3 ml").text == "50 mg, 5.5 ml"


def test_a_word_wholly_of_look_alikes_is_folded_in_latin_text_alone() -> None:
    assert fold("this works \u043e\u043d a knee").text == "this works \u043e\u043d a knee".replace(
        "\u043d", "h"
    ).replace("\u043e", "o")
    assert (
        fold("\u043e\u043d \u0441\u043a\u0430\u0437\u0430\u043b").text
        == "\u043e\u043d \u0441\u043a\u0430\u0437\u0430\u043b"
    )


def test_offsets_lead_back_to_what_was_there() -> None:
    text = "it c\u200bu\u0301res \u2026 \ufb01ne"
    folded = fold(text)
    assert folded.text == "it cures ... fine"
    start = folded.text.index("cures")
    assert text[slice(*folded.offsets.span(start, start + 2))] == "c\u200bu"
    start = folded.text.index("...")
    assert text[slice(*folded.offsets.span(start, start + 3))] == "\u2026"
    start = folded.text.index("fine")
    assert text[slice(*folded.offsets.span(start, start + 4))] == "\ufb01ne"


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("e\u0301\u200b \u0430a1.")))
@settings(max_examples=500, deadline=None)
def test_any_text_is_folded_and_every_digit_keeps_its_value(text: str) -> None:
    folded = fold(text)
    offsets = list(folded.offsets)
    assert len(offsets) == len(folded.text) + 1
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)
    for place, character in enumerate(folded.text):
        if character in "0123456789":
            assert int(text[offsets[place]]) == int(character)


@pytest.mark.parametrize(
    "piece",
    [
        "\u0301",
        "e\u0301",
        "\u200b",
        "\u0430a",
        "a",
        "aaa b",
        "a.",
        "a b ",
        "1a",
        "\ufdfa",
        "\u4e2d",
        "\U0001f1e6",
        "\u03b1",
        "a\u05b0",
        "\u05b0",
        "\U0001f525",
        "cu-res",
        "(c)",
        "a-b*",
        "a'",
        "a b",
        " a a c",
    ],
)
def test_folding_takes_linear_time(piece: str) -> None:
    def work(size: int) -> None:
        fold(piece * (size // len(piece)))

    assert is_linear(work, up_to=100_000)
    assert takes_less(1, lambda: work(100_000))


@given(st.text("abZ \u0430\u043e\u4e2d\u00e9.1\ud800"))
def test_what_is_latin_is_told_the_same_by_its_letters_and_by_its_words(text: str) -> None:
    words = re.findall(r"[^\W\d_]+", text)
    latin = sum(len(word) for word in words if re.search("[A-Za-z]", word))
    assert normalise._is_latin(text) == (latin > 0.7 * sum(map(len, words)))
