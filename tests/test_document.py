"""A body is read into sentences that quote it exactly, whatever is sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier.text.document import Document, read, read_bare
from service.classifier.text.language import undetermined
from service.classifier.text.markup import Format
from tests.costs import is_linear, takes_less

PIECES = (
    *("It cures all pain. ", "Smith et al. found (p = 0.05) none. ", "Dr. Lee said: \u201cNo!\u201d "),
    *("2.5 mg i.v. ", "\r\n", "\n", "\n\n", "  ", "\t", "\u00a0", "\u2028", "\x85", "\x0b", "\x00"),
    *("...", "\u2026", ".", "! ", "?\u00b9 ", "e\u0301", "\u0301", "\u200b", "\u202e", "\ufeff"),
    *("\U0001f389", "\U0001f468\u200d\u2695\ufe0f", "\U0001f1fa\U0001f1f8", "\ufb01", "\ufdfa"),
    *("\u0430", "\u4e2d\u6587\u3002", "\ud800", "\udfff", "10\u2076", "\u00bd", "c u r e s "),
    *("curesss ", "m1racle ", "<p>", "</p>", "<b>", "</b>", "<div hidden>", "</div>", "<br>", "<li>"),
    *("<td>", "<script>", "</script>", "<pre>", "</pre>", "<!--", "-->", "<a href='x>y'>", "</a>"),
    *("<sup>2</sup>", "&amp;", "&rsquo;", "&#x1F600;", "&nbsp;", "&", "<", ">", "# ", "- ", "1. "),
    *("> ", "| a | b |\n|---|---|\n", "```\n", "`", "**", "_", "~~", "[", "](x)", "![", "[^1]"),
    *("[^1]: ", "---\n"),
)

articles = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)
anything = st.text(st.characters(exclude_categories=()), max_size=80)


def _check(document: Document) -> None:
    """Hold every promise that a document makes."""
    body = document.body
    before = 0
    for sentence in document.sentences:
        assert before <= sentence.start < sentence.end <= len(body)
        assert sentence.text == body[sentence.start : sentence.end]
        offsets = list(sentence.offsets)
        assert len(offsets) == len(sentence.prose) + 1
        assert offsets == sorted(offsets)
        assert (offsets[0], offsets[-1]) == (sentence.start, sentence.end)
        assert sentence.prose == sentence.prose.strip()
        assert sentence.prose
        assert "  " not in sentence.prose
        assert "\n" not in sentence.prose
        before = sentence.end


@pytest.mark.parametrize("format", Format)
@given(body=articles)
@settings(max_examples=700, deadline=None)
def test_two_thousand_articles_are_quoted_exactly(body: str, format: Format) -> None:  # noqa: A002 - the contract's word
    document = read(body, format)
    _check(document)
    assert read(body, format) == document


@pytest.mark.parametrize("format", Format)
@given(body=anything)
@settings(max_examples=200, deadline=None)
def test_any_text_whatever_is_read(body: str, format: Format) -> None:  # noqa: A002 - as above
    _check(read(body, format))


def test_a_span_of_prose_leads_to_the_tightest_place_in_the_body() -> None:
    body = "<p>It <b>cu<i>re</i>s</b>, we&rsquo;re told, <em>all</em> pain.</p>"
    (sentence,) = read(body, Format.HTML).sentences
    assert sentence.prose == "It cures, we're told, all pain."
    for words, place in (("cures", "cu<i>re</i>s"), ("we're", "we&rsquo;re"), ("all", "all")):
        start = sentence.prose.index(words)
        assert body[slice(*sentence.offsets.span(start, start + len(words)))] == place


@pytest.mark.parametrize(
    "tricked",
    [
        "It cu\u200bres \u0430ll pain.\u200b W\u0435 know it.",
        "It cures all pain\u2024 We know it.",
        "It\u00a0cures\u2003all \u200b pain. \ufeffWe know it.",
        "\uff29\uff54 cures all pain\uff0e We know it.",
        "It c\u0301ures all pain. We k\u0336now it.",
    ],
)
def test_unicode_tricks_change_neither_boundaries_nor_prose(tricked: str) -> None:
    for format in Format:  # noqa: A001 - the contract's own word for it
        clean = [sentence.prose for sentence in read("It cures all pain. We know it.", format).sentences]
        assert [sentence.prose for sentence in read(tricked, format).sentences] == clean


def test_a_sentence_that_is_broken_by_markup_reads_like_its_clean_twin() -> None:
    clean = [sentence.prose for sentence in read("It cures all pain.", Format.PLAIN).sentences]
    html = "<p>It <b>cu</b>res<!-- x --> <span hidden>may </span>a<i>l</i>l<br>pain.</p>"
    markdown = "It **cu**res<!-- x --> <span hidden>may </span>a*l*l\npain."
    assert [sentence.prose for sentence in read(html, Format.HTML).sentences] == clean
    assert [sentence.prose for sentence in read(markdown, Format.MARKDOWN).sentences] == clean


@pytest.mark.parametrize("format", Format)
def test_reading_takes_linear_time_up_to_the_longest_article(format: Format) -> None:  # noqa: A002 - as above
    paragraph = "Smith <b>et al.</b> found &amp; **said** it \u201ccures\u201d pain (p = 0.05). Is it so?\n\n"

    def work(size: int) -> None:
        read(paragraph * (size // len(paragraph)), format)

    assert is_linear(work, up_to=200_000)
    assert takes_less(1, lambda: work(200_000))


@given(articles | anything, st.sampled_from(Format))
@settings(max_examples=300, deadline=None)
def test_what_is_read_bare_is_what_is_read(body: str, form: Format) -> None:
    whole, bare = read(body, form), read_bare(body, form)
    assert (bare.body, bare.prose, bare.texts) == (whole.body, whole.prose, whole.texts)
    assert bare.starts == [sentence.start for sentence in whole.sentences]
    assert bare.ends == [sentence.end for sentence in whole.sentences]
    assert undetermined(bare) is undetermined(whole)
