"""Rows of output, gathered in columns: of each article one, and of each sentence.

Articles are read one by one, and scored and told of many at once, so that none of this makes an object of
Python for a sentence that could be a number in an array.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from service.archive.options import Kept
from service.classifier.decide import CATEGORIES, LABELS, VERDICTS, decide_all
from service.classifier.many import predict_all
from service.classifier.results import Label, Reason, Verdict
from service.classifier.text.document import read_bare
from service.classifier.text.language import undetermined
from service.classifier.text.normalise import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from service.article import Article
    from service.classifier.model import Classifier

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.intp]

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
SHARED: Final = ("id", "source", "position")  # come first in both tables, and are an article's
# Sentences, or articles, that are held before they are scored and written.
FULL: Final = 8_192
DIGITS: Final = 6
NONE: Final = -1
REASONS: Final = tuple(Reason)
EVERY_VERDICT: Final = (*VERDICTS, Verdict.UNDETERMINED)
UNDETERMINED: Final = len(VERDICTS)


class Words(NamedTuple):
    """A column of words that are few: of each row its place in `names`, or NONE where it has no word."""

    names: Sequence[str]
    places: Ints


Column: TypeAlias = "Words | Floats | Ints"


class Rows(NamedTuple):
    """Rows of one table, by the names of their columns.

    `articles` has the columns that are SHARED, a value an article, and `counts` tells how many rows each has;
    `own` has all others, in order.
    """

    articles: dict[str, list[Any]]
    counts: Ints
    own: dict[str, Column]


@dataclass(slots=True)
class _Held:
    """What was read and waits to be scored: articles, and all their sentences in a row."""

    keys: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in SHARED})
    titles: list[str] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    code_points: list[int] = field(default_factory=list)
    sentences: list[list[str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


class _Scored(NamedTuple):
    """What was found: of articles as of sentences the scores, (rows, 3), and what they were taken to say."""

    verdicts: Ints
    severities: Ints
    articles: Floats
    labels: Ints
    categories: Ints
    sentences: Floats


class Gathering:
    """Articles that wait to be told of, and what was counted of those that were."""

    def __init__(self, classifier: Classifier, kept: Kept) -> None:
        self.classifier = classifier
        self.kept = kept
        self.verdicts: Counter[str] = Counter()
        self.labels: Counter[str] = Counter(dict.fromkeys(Label, 0))
        self._held = _Held()

    def add(self, article: Article, *, source: int, position: int) -> None:
        """Read an article."""
        document = read_bare(article.body, article.format)
        reason = undetermined(document)
        held = self._held
        for name, value in zip(SHARED, (article.article_id, source, position), strict=True):
            held.keys[name].append(value)
        held.titles.append(fold(article.title).text)
        held.reasons.append(NONE if reason is None else REASONS.index(reason))
        held.code_points.append(len(article.body))
        held.sentences.append(document.prose)
        held.starts += document.starts
        held.ends += document.ends

    def full(self) -> bool:
        """Tell whether it is time to write."""
        return max(len(self._held.titles), len(self._held.starts)) >= FULL

    def taken(self) -> tuple[Rows, Rows]:
        """Score what waits, give the rows of its articles and of its sentences, and begin anew."""
        held, self._held = self._held, _Held()
        lengths = np.array([*map(len, held.sentences)], dtype=np.intp)
        found = self._scored(held, lengths)
        of = np.repeat(np.arange(len(lengths)), lengths)
        by_label = [np.bincount(of[found.labels == label], minlength=len(lengths)) for label in range(3)]
        self.verdicts.update({EVERY_VERDICT[each]: int(n) for each, n in _counted(found.verdicts)})
        self.labels.update({LABELS[each]: int(n) for each, n in _counted(found.labels)})
        articles: dict[str, Column] = {
            "model": Words([self.classifier.version], np.zeros(len(lengths), np.intp)),
            "verdict": Words(EVERY_VERDICT, found.verdicts),
            "reason": Words(REASONS, np.array(held.reasons, np.intp)),
            "severity": found.severities,
            **_scores(found.articles),
            "code_points": np.array(held.code_points, np.intp),
            "sentences": lengths,
            **{f"{label}_sentences": counts for label, counts in zip(LABELS, by_label, strict=True)},
        }
        chosen = _chosen(self.kept, found.labels)
        first = np.cumsum(lengths) - lengths
        sentences: dict[str, Column] = {
            "sentence": chosen - first[of[chosen]],
            "start": np.array(held.starts, np.intp)[chosen],
            "end": np.array(held.ends, np.intp)[chosen],
            "label": Words(LABELS, found.labels[chosen]),
            **_scores(found.sentences[chosen]),
            "category": Words(CATEGORIES, found.categories[chosen]),
        }
        return (
            Rows(held.keys, np.ones(len(lengths), np.intp), articles),
            Rows(held.keys, np.bincount(of[chosen], minlength=len(lengths)), sentences),
        )

    def _scored(self, held: _Held, lengths: Ints) -> _Scored:
        """Score the articles that have sentences; others are undetermined, and so is what has a reason."""
        number, some = len(lengths), np.flatnonzero(lengths)
        verdicts, severities = np.full(number, UNDETERMINED), np.zeros(number, np.intp)
        articles = np.full((number, 3), 1 / 3)
        if not len(some):
            nothing = np.zeros(0, np.intp)
            return _Scored(verdicts, severities, articles, nothing, nothing, np.zeros((0, 3)))
        found = predict_all(
            self.classifier.compiled,
            [held.sentences[each] for each in some],
            [held.titles[each] for each in some],
        )
        decided = decide_all(found, self.classifier.biases)
        sure = np.array(held.reasons)[some] == NONE
        verdicts[some[sure]] = decided.verdicts[sure]
        severities[some[sure]] = decided.severities[sure]
        articles[some] = found.verdicts
        over = decided.labels == LABELS.index(Label.OVERSTATED)
        categories = np.where(over, decided.categories, NONE)
        return _Scored(verdicts, severities, articles, decided.labels, categories, found.sentences)


def _chosen(kept: Kept, labels: Ints) -> Ints:
    """Give the places of the sentences that get a row."""
    if kept is Kept.ALL:
        return np.arange(len(labels))
    return np.flatnonzero((labels == LABELS.index(Label.OVERSTATED)) & (kept is not Kept.NONE))


def _scores(scores: Floats) -> dict[str, Column]:
    return dict(zip(LABELS, scores.round(DIGITS).T, strict=True))


def _counted(values: Ints) -> list[tuple[int, int]]:
    return [(value, number) for value, number in enumerate(np.bincount(values).tolist()) if number]
