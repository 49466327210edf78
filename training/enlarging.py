"""A corpus as large as asked, made of another: for measuring what fitting costs, and for nothing else.

Sentences are spliced: the beginning of one and the end of another with the same label, category and genre.
So no two need be alike, words keep their frequencies, and new pairs of words come with new sentences, as
they do in text that was written. A model of such text is worth nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.examples import LabelledArticle, LabelledSentence
    from training.progress import Progress

ARTICLE: Final = 40  # sentences
ARTICLES_OF_A_PUBLISHER: Final = 20


def enlarge(articles: Sequence[LabelledArticle], *, sentences: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield articles in the corpus's form until they hold so many sentences; the same for the same seed.

    Each follows a real one: its genre, title, verdict and severity, and its labels in their order, over and
    over, until it has 40 sentences; so a short one becomes a page as well.
    """
    chance = np.random.default_rng(seed)
    alike: defaultdict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for article in articles:
        for sentence in article.sentences:
            alike[_kind(article, sentence)].append(sentence.text.split())
    for number, left in enumerate(range(sentences, 0, -ARTICLE)):
        model = articles[int(chance.integers(len(articles)))]
        rows = []
        for place in range(min(ARTICLE, left)):
            sentence = model.sentences[place % len(model.sentences)]
            pool = alike[_kind(model, sentence)]
            first, second = (pool[each] for each in chance.integers(len(pool), size=2))
            row = {"text": _spliced(first, second, chance), "label": sentence.label}
            rows.append(row | ({"category": sentence.category} if sentence.category else {}))
        yield {
            "id": f"enlarged-{number}",
            "publisher": f"enlarged-{number // ARTICLES_OF_A_PUBLISHER}",
            "genre": model.genre,
            "title": model.title,
            "label": model.label,
            "severity": model.severity,
            "sentences": rows,
        }


def write(
    file: Path, articles: Sequence[LabelledArticle], *, sentences: int, seed: int, progress: Progress
) -> None:
    """Write an enlarged corpus as JSON Lines."""
    done = 0
    with file.open("w", encoding="utf-8") as out:
        for article in enlarge(articles, sentences=sentences, seed=seed):
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
            done += len(article["sentences"])
            progress("sentences", done, sentences)


def _kind(article: LabelledArticle, sentence: LabelledSentence) -> tuple[str, ...]:
    return article.genre, sentence.label, sentence.category or ""


def _spliced(first: Sequence[str], second: Sequence[str], chance: np.random.Generator) -> str:
    """Join the beginning of one to the end of the other, cut at the same share of their words."""
    share = chance.uniform(0.2, 0.8)
    return " ".join([*first[: max(1, round(share * len(first)))], *second[round(share * len(second)) :]])
