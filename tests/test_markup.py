"""What a reader sees is read, what nobody sees is not, and hostile markup costs linear time."""

from __future__ import annotations

import pytest

from service.classifier.text.markup import Format, Kind, extract
from tests.costs import is_linear, takes_less


def _blocks(source: str, format: Format) -> list[str]:  # noqa: A002 - the contract's own word for it
    prose = extract(source, format)
    return [prose.text[block.start : block.end].strip() for block in prose.blocks]


def _html(source: str) -> list[str]:
    return _blocks(source, Format.HTML)


def _markdown(source: str) -> list[str]:
    return _blocks(source, Format.MARKDOWN)


def _plain(source: str) -> list[str]:
    return _blocks(source, Format.PLAIN)


def test_headings_items_and_cells_are_blocks_of_their_own() -> None:
    source = "<h2>Knees</h2><p>We treat.</p><ul><li>One<li>Two</ul><table><tr><td>A<td>B</table>"
    assert _html(source) == ["Knees", "We treat.", "One", "Two", "A", "B"]
    kinds = [block.kind for block in extract(source, Format.HTML).blocks]
    assert kinds == [Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM, Kind.ITEM, Kind.CELL, Kind.CELL]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("It cu<b>re</b>s <i>all</i>.", ["It cures all."]),
        ("It cu<!-- x -->res", ["It cures"]),
        ("It cu<wbr>res<img alt='no'>", ["It cures"]),
        ("a<br>b<hr>c", ["a\nb", "c"]),
        ("a  \n\t b&nbsp; c", ["a b c"]),
        ("x &lt; 5 &amp; y &#62; 3 &rsquo; &xyzzy; AT&T", ["x < 5 & y > 3 ’ &xyzzy; AT&T"]),
        ("&#x63;ures &#99ures", ["cures cures"]),
        ("5 < 6 and a <3 b", ["5 < 6 and a <3 b"]),
        ("<a title='x > y' href=z>link</a>", ["link"]),
        ('<b ">seen</b>', ["seen"]),
        ('<p title="a>b">seen', ["seen"]),
        ("<svg><title>no</title></svg>yes", ["yes"]),
        ("<?php x ?>yes<!doctype html><![CDATA[no]]></ x>", ["yes"]),
        ("a<!-->b<!--->c<!-- --><!-- - -->d", ["abcd"]),
        ("<script>if (a<b) cures()</script>yes<style>p{}</style><template>no</template>", ["yes"]),
        ("<SCRIPT>no</ScRiPt >yes", ["yes"]),
        ("<noscript>seen</noscript><div aria-hidden=true>too</div>", ["seen", "too"]),
        ("10<sup>6</sup> cells, CO<sub>2</sub>, 1<sup>st</sup>", ["10⁶ cells, CO₂, 1st"]),
        ("10<sup>-6</sup>", ["10⁻⁶"]),
        ("<pre>def f(x): return {x: y}</pre>yes", ["yes"]),
        ("<pre>It cures everything that ails you.</pre>", ["It cures everything that ails you."]),
    ],
)
def test_html_is_read_as_a_browser_shows_it(source: str, seen: list[str]) -> None:
    assert _html(source) == seen


@pytest.mark.parametrize(
    "hidden",
    [
        "<div hidden>no</div>",
        "<div hidden>no<div>no</div>no</div>",
        "<p hidden>no<p>",
        "<ul><li hidden>no<li></ul>",
        "<p style='display:none'>no</p>",
        '<p style="color:red; DISPLAY : none !important">no</p>',
        "<span style=visibility:hidden>no</span>",
        "<span style='font-size:0px'>no</span>",
        "<span style='opacity:0.0'>no</span>",
        "<p style='display&#58;none'>no</p>",
    ],
)
def test_what_is_hidden_is_not_read(hidden: str) -> None:
    assert _html(f"<p>a</p>{hidden}<p>b</p>") == ["a", "b"]


@pytest.mark.parametrize(
    "shown",
    [
        "<div><span hidden>x</div>yes",
        "<p style='display:none'>x<div>yes</div>",
        "<p style='display:none;display:block'>yes</p>",
        "<p style='display:none !important;display:none' title=x>x</p>yes",
        "<p title='hidden'>yes</p>",
        "<p class='hidden'>yes</p>",
        "<p data-hidden=1>yes</p>",
        "<br hidden>yes",
        "<div style='font-size:0'><span style='font-size:16px'>yes</span></div>",
        "<!-- yes",
        "<p title='yes",
        "<script>yes",
    ],
)
def test_what_may_be_seen_is_read(shown: str) -> None:
    assert "yes" in " ".join(_html(shown))


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("# Head #\n\ntext\nmore", ["Head", "text more"]),
        ("Head\n====\ntext", ["Head", "text"]),
        ("- one\n  more\n- two\n\n1. three", ["one more", "two", "three"]),
        ("> quote\n> more\n>> deep", ["quote more deep"]),
        ("It cu**re**s *all* __pain__ ~~now~~.", ["It cures all pain now."]),
        ("snake_case 5 * 3 * 2 a*", ["snake_case 5 * 3 * 2 a*"]),
        ("`It` cures ``a`b``", ["It cures a`b"]),
        ("a \\*b\\* \\&amp; &amp;", ["a *b* &amp; &"]),
        ("[link](http://x.y 'title') ![alt](i.png) [ref][r] [r] [no]\n\n[r]: http://x", ["link ref r [no]"]),
        ("[![alt](i.png)](x) after", ["after"]),
        ("<https://x.org> <a@b.org>", ["https://x.org a@b.org"]),
        ("note[^1]\n\n[^1]: The note.", ["note", "The note."]),
        ("---\ntitle: no\n---\nyes", ["yes"]),
        ("---\nyes\n\n---", ["yes"]),
        ("```python\nx = {}\n```\nyes", ["yes"]),
        ("~~~\nIt cures all that ails you.\n~~~", ["It cures all that ails you."]),
        ("| a | b |\n|---|:-:|\n| 1 | c\\|d |\n\nafter", ["a", "b", "1", "c|d", "after"]),
        ("a<br>b  \nc\\\nd", ["a\nb\nc\nd"]),
        ("<div style='display:none'>\n\nno\n\n</div>\n\nyes", ["yes"]),
        ("a <!-- no\nno --> b", ["a b"]),
        ("<!-- no\n\nno -->\nyes", ["yes"]),
        ("<script>\n\nno()\n\n</script>\n\nyes", ["yes"]),
        ("<b>It</b> cu<b>re</b>s", ["It cures"]),
        ("It was\n1986. Great.", ["It was 1986. Great."]),
        ("* * *\n\nyes\n\n***", ["yes"]),
        ("a\r\nb\r\n\r\nc", ["a b", "c"]),
    ],
)
def test_markdown_is_read_as_it_is_shown(source: str, seen: list[str]) -> None:
    assert _markdown(source) == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("HEAD\n\none\n\ntwo", ["HEAD", "one", "two"]),
        ("- one\n- two", ["one", "two"]),
        ("Arthritis\nBack pain\nLupus", ["Arthritis", "Back pain", "Lupus"]),
        ("It cures\nall pain.", ["It cures all pain."]),
        ("one\u200b\n\u200b\ntwo", ["one\u200b", "two"]),
        ("<b>not</b> &amp; markup", ["<b>not</b> &amp; markup"]),
        ("a\u2028\u2028b", ["a", "b"]),
    ],
)
def test_plain_text_is_parted_where_its_writer_parted_it(source: str, seen: list[str]) -> None:
    assert _plain(source) == seen


def test_wrapped_lines_are_joined() -> None:
    line = "these are words that fill a line of mail up to its very end so that it\n"
    assert len(_plain(line * 4 + "ends here.")) == 1


def test_offsets_lead_from_prose_to_source() -> None:
    source = "<p>It cu<b>re</b>s &amp; more</p>"
    prose = extract(source, Format.HTML)
    at = prose.text.index("cures")
    assert source[slice(*prose.offsets.span(at, at + 5))] == "cu<b>re</b>s"
    at = prose.text.index("&")
    assert source[slice(*prose.offsets.span(at, at + 1))] == "&amp;"


HOSTILE = (
    *("<b>", "<a href=", "<div ", "<div hidden>", "<p>", "<!-- ", "<", "&", "&amp;", "<script>", "<a b='"),
    *('<a b=">">', "<!", "</", "</b>", "<ul><li>", "<sup>1", "<pre>", "<style", "<p style='display:none'>"),
    *(
        "[",
        "![",
        "](",
        '[a](b "',
        "*",
        "*a ",
        "a* ",
        "_a ",
        "`",
        "` `` ",
        "- ",
        ">",
        "> a\n",
        "- a\n",
        "|-\n",
    ),
    *(
        "~~a",
        "[x]: a\n",
        "[^a]",
        "```\n",
        "\\",
        "[[a]]",
        "a|b\n|-|-\n",
        "<!--\n\n",
        "<script>\n\n",
        "+++\na: b\n",
    ),
    *("[a](((((", "   a", "=\"'"),
)


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_markup_costs_linear_time(piece: str, format: Format) -> None:  # noqa: A002 - as above
    def work(size: int) -> None:
        extract(piece * (size // len(piece)), format)

    assert is_linear(work, up_to=60_000)
    assert takes_less(1, lambda: work(60_000))


@pytest.mark.parametrize("piece", ["<b>", "<p>", "<div ", "<!-- ", "<", "&", "<script>", "<a href="])
def test_fifty_thousand_unclosed_tags_are_read_at_once(piece: str) -> None:
    source = piece * 50_000
    # A tenth of a second on a quiet machine; a busy one is given three times as much.
    assert takes_less(0.3, lambda: extract(source, Format.HTML))
