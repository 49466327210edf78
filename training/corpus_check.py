"""Holds the embedded corpus to its guideline's rules of form, its size, its shape and its independence.

What it finds is told in words for the corpus's authors, by article and place. Whether a label is right is
for people to judge (training/corpus/GUIDELINE.md), never for this.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier.results import Label
from training.metrics import accuracy, kappa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from training.examples import LabelledArticle

FEWEST_ARTICLES: Final = 500
FEWEST_SENTENCES: Final = 12_000
FEWEST_TOPICS: Final = 60
FEWEST_SECOND_LABELS: Final = 0.15
MOST_FROM_A_PUBLISHER: Final = 6

# One sentence each, in pairs that differ in a turn of phrase; they are no pages, so they are in no share.
CONTRAST: Final = "contrast"
GENRES: Final = frozenset(
    "bank blog clinic education forum hospital journal news press_release product regulator "
    "testimonial".split()
)
# Shares of overstated and hedged sentences on 449 real pages of 250 publishers (../shared/data/regen, 11,074
# sentences), for genres with at least 200 of them: `real_shares` gives them anew.
REAL_SHARES: Final = {
    "clinic": (0.313, 0.034),
    "education": (0.058, 0.088),
    "hospital": (0.026, 0.047),
    "journal": (0.047, 0.274),
    "news": (0.119, 0.257),
    "press_release": (0.159, 0.134),
    "product": (0.198, 0.105),
}
SHARE_WITHIN: Final = 0.08
FEWEST_FOR_A_SHARE: Final = 200

SHINGLE_WORDS: Final = 6
NEAR_INSIDE: Final = 0.4
NEAR_OUTSIDE: Final = 0.2
# A stock phrase of one six-word run tells nothing of where a sentence came from.
FEWEST_SHINGLES: Final = 3

_WORD: Final = re.compile(r"[a-z0-9']+")


def check(articles: Sequence[LabelledArticle]) -> Iterator[str]:
    """Tell all that is wrong within the corpus; nothing when it is sound."""
    pages = [article for article in articles if article.genre != CONTRAST]
    for article in articles:
        yield from _form(article)
    yield from _size(pages)
    yield from _shape(pages)
    yield from _near_inside(pages)


def counts(articles: Sequence[LabelledArticle]) -> Iterator[str]:
    """Tell the figures that the datasheet gives, a line each."""
    pages = [article for article in articles if article.genre != CONTRAST]
    sentences = [sentence for article in pages for sentence in article.sentences]
    yield f"{len(pages):,} articles of {len({article.publisher for article in pages}):,} publishers"
    yield f"{len(sentences):,} sentences, {sum(len(_WORD.findall(s.text)) for s in sentences):,} words"
    yield f"{len({article.topic for article in pages}):,} topics"
    yield f"{len(articles) - len(pages):,} contrasts"
    yield _listed("articles", Counter(article.label.value for article in pages))
    yield _listed("severity", Counter(str(article.severity) for article in pages))
    yield _listed("sentences", Counter(sentence.label.value for sentence in sentences))
    yield _listed("categories", Counter(s.category.value for s in sentences if s.category))
    yield _listed("genres", Counter(article.genre for article in pages))
    twice = [
        (list(Label).index(s.label), list(Label).index(s.second_label)) for s in sentences if s.second_label
    ]
    if twice:
        confusion = np.zeros((len(Label), len(Label)))
        np.add.at(confusion, tuple(np.transpose(twice)), 1)
        yield (
            f"{len(twice):,} sentences with second labels ({len(twice) / len(sentences):.1%}): "
            f"agreement {accuracy(confusion):.3f}, kappa {kappa(confusion):.3f}"
        )


def near_outside(articles: Iterable[LabelledArticle], texts: Iterable[str]) -> Iterator[str]:
    """Tell each sentence that shares 0.2 or more of its 6-word runs with texts that are not ours."""
    theirs = {shingle for text in texts for shingle in shingles(text)}
    for article, place, own in _sentences(articles):
        shared = len(own & theirs) / len(own)
        if shared >= NEAR_OUTSIDE:
            yield f"{_where(article, place)}: shares {shared:.0%} of its runs of words with text not ours"


def real_shares(articles: Sequence[LabelledArticle]) -> dict[str, tuple[float, float]]:
    """Give the shares of overstated and hedged sentences of each genre that has enough sentences."""
    counts = _counts(articles)
    return {
        genre: (of[Label.OVERSTATED] / of.total(), of[Label.HEDGED] / of.total())
        for genre, of in sorted(counts.items())
        if of.total() >= FEWEST_FOR_A_SHARE
    }


def shingles(text: str) -> set[tuple[str, ...]]:
    """Give the runs of six words of a text, letters and digits alone."""
    words = _WORD.findall(text.lower())
    return {tuple(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}


def _form(article: LabelledArticle) -> Iterator[str]:
    """Hold one article to the guideline's rules; `load` has held it to the schema."""
    if article.genre not in GENRES | {CONTRAST}:
        yield f"{article.origin}: genre: {article.genre!r} is none of the corpus's"
    if (article.label is Label.OVERSTATED) != (article.severity > 0) and not (
        article.label is Label.HEDGED and article.severity == 1
    ):
        yield f"{article.origin}: severity: {article.severity} does not go with {article.label}"
    labels = {sentence.label for sentence in article.sentences}
    if article.label is Label.NEUTRAL and Label.OVERSTATED in labels:
        yield f"{article.origin}: label: neutral, but a sentence is overstated"
    if article.label is not Label.NEUTRAL and labels == {Label.NEUTRAL}:
        yield f"{article.origin}: label: {article.label}, but every sentence is neutral"
    if article.genre == CONTRAST:
        if len(article.sentences) != 1 or labels != {article.label}:
            yield f"{article.origin}: a contrast is one sentence with the article's label"
    elif not (article.topic.strip() and article.title.strip()):
        yield f"{article.origin}: topic or title: empty"
    yield from _sentence_forms(article)


def _sentence_forms(article: LabelledArticle) -> Iterator[str]:
    standing: dict[str, int] = {}
    for place, sentence in enumerate(article.sentences):
        words = " ".join(sentence.text.lower().split())
        if sentence.text != sentence.text.strip() or "\n" in sentence.text:
            yield f"{_where(article, place)}: text: spaces round it or a line break in it"
        first = standing.setdefault(words, place)
        if first != place and len(shingles(words)):
            yield f"{_where(article, place)}: text: stands already at sentences[{first}]"


def _size(pages: Sequence[LabelledArticle]) -> Iterator[str]:
    sentences = [sentence for article in pages for sentence in article.sentences]
    second = sum(sentence.second_label is not None for sentence in sentences) / max(1, len(sentences))
    for what, number, fewest in (
        ("articles", len(pages), FEWEST_ARTICLES),
        ("sentences", len(sentences), FEWEST_SENTENCES),
        ("topics", len({article.topic for article in pages}), FEWEST_TOPICS),
    ):
        if number < fewest:
            yield f"the corpus: {number:,} {what}; it promises {fewest:,}"
    if second < FEWEST_SECOND_LABELS:
        yield f"the corpus: second labels on {second:.1%}; it promises {FEWEST_SECOND_LABELS:.0%}"
    for publisher, number in Counter(article.publisher for article in pages).items():
        if number > MOST_FROM_A_PUBLISHER:
            yield f"the corpus: {number} articles of {publisher!r}; at most {MOST_FROM_A_PUBLISHER}"


def _shape(pages: Sequence[LabelledArticle]) -> Iterator[str]:
    for genre, shares in real_shares(pages).items():
        for label, share, real in zip(
            ("overstated", "hedged"), shares, REAL_SHARES.get(genre, shares), strict=True
        ):
            if abs(share - real) > SHARE_WITHIN:
                yield f"the corpus: {genre}: {share:.1%} {label}; real pages have {real:.1%}"


def _near_inside(pages: Sequence[LabelledArticle]) -> Iterator[str]:
    """Tell sentences of one page that are most of the way in another's; a page may say a thing twice."""
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for article, place, own in _sentences(pages):
        common = Counter(holder for each in own for holder in holders[each] if holder != article.id)
        for other, number in common.most_common(1):
            shared = number / len(own)
            if shared >= NEAR_INSIDE:
                yield f"{_where(article, place)}: text: shares {shared:.0%} of its runs of words with {other}"
        for each in own:
            if article.id not in holders[each]:
                holders[each].append(article.id)


def _sentences(
    articles: Iterable[LabelledArticle],
) -> Iterator[tuple[LabelledArticle, int, set[tuple[str, ...]]]]:
    """Give each sentence that is long enough to be told apart from a stock phrase, with its runs."""
    for article in articles:
        for place, sentence in enumerate(article.sentences):
            own = shingles(sentence.text)
            if len(own) >= FEWEST_SHINGLES:
                yield article, place, own


def _counts(articles: Iterable[LabelledArticle]) -> dict[str, Counter[Label]]:
    counts: defaultdict[str, Counter[Label]] = defaultdict(Counter)
    for article in articles:
        counts[article.genre].update(sentence.label for sentence in article.sentences)
    return counts


def _listed(what: str, counted: Counter[str]) -> str:
    return f"{what}: " + ", ".join(f"{name} {number:,}" for name, number in counted.most_common())


def _where(article: LabelledArticle, place: int) -> str:
    return f"{article.origin}: {article.id}: sentences[{place}]"
