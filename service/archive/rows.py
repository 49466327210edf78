"""Rows of output, gathered in columns: one of each article, one of each sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from service.archive.options import Kept
from service.classifier.results import Label

if TYPE_CHECKING:
    import numpy.typing as npt

    from service.article import Article
    from service.classifier.model import Classifier, Inner
    from service.classifier.results import Category

    Floats = npt.NDArray[np.float64]

# Column and kind, in order: "text", "whole" (an integer), "score" (a probability) or "word" (one of few).
ARTICLES: Final = {
    "id": "text",
    "source": "whole",
    "position": "whole",
    "model": "word",
    "verdict": "word",
    "reason": "word",
    "severity": "whole",
    "overstated": "score",
    "hedged": "score",
    "neutral": "score",
    "code_points": "whole",
    "sentences": "whole",
    "overstated_sentences": "whole",
    "hedged_sentences": "whole",
    "neutral_sentences": "whole",
}
SENTENCES: Final = {
    "id": "text",
    "source": "whole",
    "position": "whole",
    "sentence": "whole",
    "start": "whole",
    "end": "whole",
    "label": "word",
    "overstated": "score",
    "hedged": "score",
    "neutral": "score",
    "category": "word",
}
FULL: Final = 16_384  # sentences, or articles, that are held before they are written
DIGITS: Final = 6


@dataclass(slots=True)
class Columns:
    """Rows of one table, a list a column; `scores` is an array of three columns a row, in pieces."""

    lists: dict[str, list[object]]
    scores: list[Floats] = field(default_factory=list)

    def table(self) -> tuple[dict[str, list[object]], Floats]:
        """Give the lists, and the scores in one array (rows, 3), rounded to 6 digits."""
        scores = np.vstack(self.scores) if self.scores else np.zeros((0, 3))
        return self.lists, scores.round(DIGITS)


def columns(kinds: dict[str, str]) -> Columns:
    """Make an empty table."""
    return Columns({name: [] for name, kind in kinds.items() if kind != "score"})


class Rows:
    """Rows that wait to be written, with what was counted of them."""

    def __init__(self, classifier: Classifier, kept: Kept) -> None:
        self.classifier = classifier
        self.kept = kept
        self.articles = columns(ARTICLES)
        self.sentences = columns(SENTENCES)
        self.verdicts: dict[str, int] = {}
        self.labels: dict[str, int] = dict.fromkeys(Label, 0)

    def add(self, article: Article, *, source: int, position: int) -> None:
        """Score an article."""
        judged = self.classifier.judge(article.body, title=article.title, format=article.format)
        places = judged.document.sentences
        labels = judged.inner.decided.labels if judged.inner else ()
        counts = {label: labels.count(label) for label in Label}
        scores = judged.scores
        row = (
            article.article_id,
            source,
            position,
            self.classifier.version,
            judged.verdict,
            judged.reason,
            judged.severity,
            len(article.body),
            len(places),
            *counts.values(),
        )
        for column, value in zip(self.articles.lists.values(), row, strict=True):
            column.append(value)
        self.articles.scores.append(np.array([[scores.overstated, scores.hedged, scores.neutral]]))
        self.verdicts[judged.verdict] = self.verdicts.get(judged.verdict, 0) + 1
        for label, count in counts.items():
            self.labels[label] += count
        if judged.inner:
            spans = [(place.start, place.end) for place in places]
            self._tell(spans, judged.inner, (article.article_id, source, position))

    def full(self) -> bool:
        """Tell whether it is time to write."""
        return max(len(self.articles.lists["id"]), len(self.sentences.lists["id"])) >= FULL

    def taken(self) -> tuple[Columns, Columns]:
        """Give the rows of articles and of sentences, and begin anew."""
        taken = self.articles, self.sentences
        self.articles, self.sentences = columns(ARTICLES), columns(SENTENCES)
        return taken

    def _tell(self, spans: list[tuple[int, int]], inner: Inner, key: tuple[str, int, int]) -> None:
        if self.kept is Kept.NONE:
            return
        decided, chosen = inner.decided, range(len(spans))
        scores = inner.found.sentences
        if self.kept is Kept.OVERSTATED:
            over = [place for place in chosen if decided.labels[place] is Label.OVERSTATED]
            scores, chosen = scores[over], over  # type: ignore[assignment] # either is a sequence of places
        lists = self.sentences.lists
        for name, value in zip(("id", "source", "position"), key, strict=True):
            lists[name] += [value] * len(chosen)
        lists["sentence"] += chosen
        lists["start"] += [spans[place][0] for place in chosen]
        lists["end"] += [spans[place][1] for place in chosen]
        lists["label"] += [decided.labels[place] for place in chosen]
        categories: list[Category | None] = [decided.categories[place] for place in chosen]
        lists["category"] += categories
        self.sentences.scores.append(scores)
