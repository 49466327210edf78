"""Texts of odd size and shape, and claims under padding."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.hostile.articles import CLAIM, CLEAN, DULL, as_html, as_markdown
from tests.hostile.kinds import HTML, MARKDOWN, Group, Outcome, rejected, text

if TYPE_CHECKING:
    from collections.abc import Callable

S, P = Group.SHAPE, Group.PADDING
REVIEW, TWIN, CLAIMS = Outcome.REVIEW, Outcome.TWIN, Outcome.CLAIMS
ARTICLE: Final = frozenset(pb.Article.DESCRIPTOR.fields_by_name)


def sent(**fields: Any) -> bytes:  # noqa: ANN401 - any field of the article or the request
    """Give the clean article with some fields set otherwise."""
    article = {"body": CLEAN} | {name: fields.pop(name) for name in list(fields) if name in ARTICLE}
    return pb.ScoreArticleRequest(article=pb.Article(**article), **fields).SerializeToString()


def batch(size: int) -> bytes:
    """Give a batch of the clean article."""
    one = pb.ScoreArticleRequest(article=pb.Article(body=CLAIM))
    return pb.BatchScoreArticlesRequest(requests=[one] * size).SerializeToString()


def padded(before: str) -> Callable[[str], str]:
    """Put so much before the clean article."""
    return lambda clean: before + clean


SHAPES: Final = (
    rejected(S, "no body", "article.body", partial(sent, body="")),
    rejected(S, "no article", "article.body", pb.ScoreArticleRequest().SerializeToString),
    rejected(S, "a body of 200,001 code points", "article.body", partial(sent, body="a" * 200_001)),
    rejected(
        S, "a body beyond both limits at once", "article.body", partial(sent, body="\U0001f600" * 300_000)
    ),
    rejected(S, "10,001 sentences", "article.body", partial(sent, body="It may.\n" * 10_001)),
    rejected(
        S, "50,000 items of a list", "article.body", partial(sent, body="- a\n" * 50_000, format=MARKDOWN)
    ),
    rejected(S, "a title of 1,001 code points", "article.title", partial(sent, title="a" * 1_001)),
    rejected(
        S, "an id of 257 code points", "article.article_id", partial(sent, article_id="\U0001f600" * 257)
    ),
    rejected(S, "a publisher of 257 code points", "article.publisher", partial(sent, publisher="a" * 257)),
    rejected(S, "a language of 36 characters", "article.language", partial(sent, language="en-" + "a" * 33)),
    rejected(S, "a language that is no tag", "article.language", partial(sent, language="en GB; q=1")),
    rejected(S, "a key of 129 characters", "idempotency_key", partial(sent, idempotency_key="k" * 129)),
    rejected(S, "a key with a space", "idempotency_key", partial(sent, idempotency_key="a key")),
    rejected(S, "a key with a line feed", "idempotency_key", partial(sent, idempotency_key="a\nkey")),
    rejected(S, "a key in another script", "idempotency_key", partial(sent, idempotency_key="ключ")),
    rejected(S, "a format that is none", "article.format", partial(sent, format=99)),
    rejected(S, "an offset unit that is none", "offset_unit", partial(sent, offset_unit=-1)),
    rejected(S, "a way to keep that is none", "keep", partial(sent, keep=7)),
    rejected(S, "an empty batch", "requests", partial(batch, 0), method="BatchScoreArticles"),
    rejected(S, "a batch of 101", "requests", partial(batch, 101), method="BatchScoreArticles"),
    text(S, "nothing but spaces", REVIEW, lambda _: " " * 5_000),
    text(
        S, "nothing but line breaks of every kind", REVIEW, lambda _: "\r\n\n\r\x0b\x0c\x85\u2028\u2029" * 500
    ),
    text(S, "one letter", REVIEW, lambda _: "a"),
    text(S, "one full stop", REVIEW, lambda _: "."),
    text(S, "four words", REVIEW, lambda _: "Stem cells cure knees."),
    text(S, "one word of 200,000 letters", REVIEW, lambda _: "a" * 200_000),
    text(S, "200,000 full stops", REVIEW, lambda _: "." * 200_000),
    text(S, "4,000 lines of one letter", REVIEW, lambda _: "x\n" * 4_000),
    text(S, "numbers alone", REVIEW, lambda _: "3.14 159 2,653 58-97 " * 400),
    text(S, "every sentence on a line of its own", CLAIMS, lambda clean: clean.replace(". ", ".\n\n")),
    text(S, "line breaks of old Macintoshes", TWIN, lambda clean: clean.replace("\n", "\r")),
    text(S, "line breaks of Windows", TWIN, lambda clean: clean.replace("\n", "\r\n")),
    text(S, "paragraph separators of Unicode", TWIN, lambda clean: clean.replace("\n", "\u2029")),
    text(S, "spaces doubled a hundredfold", TWIN, lambda clean: clean.replace(" ", " " * 100)),
    text(
        S,
        "two thousand levels of quotation",
        TWIN,
        lambda clean: "\n\n".join(f"{'>' * 2_000} {each}" for each in as_markdown(clean).split("\n\n")),
        MARKDOWN,
    ),
    text(
        S,
        "ten thousand levels of tags",
        TWIN,
        lambda clean: "<div>" * 10_000 + as_html(clean) + "</div>" * 10_000,
        HTML,
    ),
    text(
        S, "fifty thousand tags that never close", TWIN, lambda clean: as_html(clean) + "<b>" * 50_000, HTML
    ),
    text(
        S,
        "an attribute of 100,000 characters",
        TWIN,
        lambda clean: f"<div title='{'x' * 100_000}'>{as_html(clean)}</div>",
        HTML,
    ),
)

PADDING: Final = (
    text(P, "spaces before it", TWIN, padded(" " * 190_000)),
    text(P, "blank lines before it", TWIN, padded("\n" * 190_000)),
    text(P, "zero-width spaces before it", TWIN, padded("\u200b" * 190_000)),
    text(P, "marks before it", CLAIMS, padded("o" + "\u0301" * 150_000 + "\n\n")),
    text(P, "a comment before it", TWIN, lambda clean: f"<!-- {DULL * 1_800} -->{as_html(clean)}", HTML),
    text(
        P, "a script before it", TWIN, lambda clean: f"<script>{DULL * 1_800}</script>{as_html(clean)}", HTML
    ),
    text(
        P,
        "hidden prose before it",
        TWIN,
        lambda clean: f"<div hidden>{DULL * 1_800}</div>{as_html(clean)}",
        HTML,
    ),
    text(
        P,
        "a style sheet before it",
        TWIN,
        lambda clean: f"<style>{'p{color:red}' * 10_000}</style>{as_html(clean)}",
        HTML,
    ),
    text(
        P,
        "front matter before it",
        TWIN,
        lambda clean: f"---\nnote: {'x' * 50_000}\n---\n{as_markdown(clean)}",
        MARKDOWN,
    ),
    text(
        P,
        "an encoded picture before it",
        TWIN,
        lambda clean: f"<img src='data:image/png;base64,{'iVBO' * 40_000}'>{as_html(clean)}",
        HTML,
    ),
    text(P, "thirty dull sentences before it", CLAIMS, padded(DULL * 15 + "\n\n")),
    text(P, "180,000 code points of dull prose before it", CLAIMS, padded((DULL * 10 + "\n\n") * 180)),
    text(P, "dull prose around it", CLAIMS, lambda clean: f"{DULL * 100}\n\n{clean}\n\n{DULL * 100}"),
    text(P, "a long list before it", CLAIMS, padded("- Monday, from nine to five\n" * 1_000 + "\n")),
    text(P, "one word of 100,000 letters before it", CLAIMS, padded("ha" * 50_000 + "\n\n")),
    text(P, "emoji before it", CLAIMS, padded("\U0001f600" * 50_000 + "\n\n")),
    text(
        P,
        "in the last cell of a table",
        CLAIMS,
        lambda clean: f"<table>{'<tr><td>Knee<td>No' * 2_000}<tr><td>{as_html(clean)}</table>",
        HTML,
    ),
    text(
        P,
        "in a footnote",
        CLAIMS,
        lambda clean: f"{DULL * 50}[^1]\n\n[^1]: {CLAIM}\n\n{as_markdown(clean)}",
        MARKDOWN,
    ),
    text(
        P,
        "in a closed fold",
        CLAIMS,
        lambda clean: f"<p>{DULL * 50}</p><details><summary>More</summary>{as_html(clean)}</details>",
        HTML,
    ),
)
