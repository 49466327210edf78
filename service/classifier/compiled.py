"""The served form of the pipeline: flat arrays and the arithmetic over them. Data only: nothing in it runs.

Equal to `pipeline.py` within 1e-6. Each linear step has its scaling folded into its weights, and a word has
one row: what it adds by itself and by its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier import context, signs
from service.classifier.passages import leads
from service.classifier.probabilities import Probabilities, title_score
from service.classifier.words import share, split, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LABELS: Final = 3
OWN: Final = 9  # columns of `context.own`
BLOCK: Final = 2048  # sentences whose signs are held at once: a bound on memory


@dataclass(frozen=True, slots=True)
class Linear:
    """An affine step: `inputs @ weights + intercept`."""

    weights: Floats
    intercept: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """Give the logits of inputs of shape (rows, n)."""
        return np.asarray(inputs @ self.weights + self.intercept)


@dataclass(frozen=True, slots=True)
class Tables:
    """All weights of a model.

    `terms` names the rows of `term_weights` (terms, 3): words first, then pairs. `word_categories` (words,
    10) has a row for the words alone. Signs weigh by where they stand: in the sentence, in the one before,
    in the heading above; `sign_weights` is (signs, 3 x 3) and `sign_categories` (signs, 2 x 10), for
    sentence and heading.
    """

    terms: tuple[str, ...]
    term_weights: npt.NDArray[np.float32]
    word_categories: npt.NDArray[np.float32]
    sign_weights: Floats
    sign_categories: Floats
    intercept: Floats
    category_intercept: Floats
    surroundings: Linear
    verdict: Linear
    severity: Linear


@dataclass(frozen=True, slots=True)
class Reading:
    """An article on its way through the model: what explanations are made of.

    `first` are the sentence model's logits, `effective` (sentences, 3, 3) what each of them adds to each
    final logit, `around` the surroundings' columns, `final` the final logits.
    """

    first: Floats
    effective: Floats
    around: Floats
    final: Floats
    probabilities: Probabilities


class Compiled:
    """Scores articles from tables."""

    def __init__(self, tables: Tables) -> None:
        """Index the terms."""
        self.tables = tables
        self._row = {term: row for row, term in enumerate(tables.terms)}

    def predict(self, sentences: Sequence[str], *, title: str = "") -> Probabilities:
        """Score the folded sentences of one article; there is at least one."""
        return self.read(sentences, title=title).probabilities

    def read(self, sentences: Sequence[str], *, title: str = "") -> Reading:
        """Score, and keep what the scores are made of."""
        tables = self.tables
        projected, page = self._signs(sentences)
        above = _headings(sentences)
        before = np.arange(-1, len(sentences) - 1)
        words = [split(sentence) for sentence in sentences]
        first = tables.intercept + self._terms(words)
        first += projected[:-1, :LABELS]
        first += projected[before, LABELS : 2 * LABELS] + projected[above, 2 * LABELS : 3 * LABELS]
        categories = tables.category_intercept + self._word_categories(words)
        kinds = projected[:, 3 * LABELS :]
        half = kinds.shape[1] // 2
        categories += kinds[:-1, :half] + kinds[above, half:]

        others, around = context.surroundings(context.softmax(first))
        final = tables.surroundings(np.hstack([context.own(first, others), around]))
        probabilities = context.softmax(final)
        kind = context.softmax(categories)
        total = context.whole(probabilities, kind, title_score(title, self._alone(title)), page)[None]
        return Reading(
            first,
            self._effective(others),
            around,
            final,
            Probabilities(
                probabilities,
                kind,
                context.softmax(tables.verdict(total))[0],
                context.softmax(tables.severity(total))[0],
            ),
        )

    def weight_of(self, term: str) -> Floats:
        """Give what a word or pair adds to the first logits, (3,), before the sentence's length shares it."""
        row = self._row.get(term)
        return np.zeros(LABELS) if row is None else self.tables.term_weights[row].astype(np.float64)

    def rescored(
        self, reading: Reading, place: int, candidates: Sequence[str], *, around: Sequence[str]
    ) -> Floats:
        """Give the probability of `overstated` of other wordings of a sentence, all else as it was read.

        `around` is the sentence before and the heading above (empty where there is none).
        """
        previous, heading = (signs.of(text) for text in around)
        fixed = self.tables.intercept + _weigh(previous, self.tables.sign_weights[:, LABELS : 2 * LABELS])
        fixed = fixed + _weigh(heading, self.tables.sign_weights[:, 2 * LABELS :])
        own = np.array([_weigh(signs.of(text), self.tables.sign_weights[:, :LABELS]) for text in candidates])
        first = fixed + own + self._terms([split(text) for text in candidates])
        shift = (first - reading.first[place]) @ reading.effective[place].T
        return context.softmax(reading.final[place] + shift)[:, 0]

    def _alone(self, title: str) -> Floats:
        own = _weigh(signs.of(title), self.tables.sign_weights[:, :LABELS])
        return np.asarray(self.tables.intercept + self._terms([split(title)]) + own)

    def _effective(self, others: Floats) -> Floats:
        """Fold what is linear in the sentence's own logits into one 3 x 3 matrix a sentence."""
        plain, times_over, times_hedged = np.split(self.tables.surroundings.weights[:OWN], LABELS)
        over, hedged = others[:, 0, None, None], others[:, 1, None, None]
        return np.asarray((plain + over * times_over + hedged * times_hedged).transpose(0, 2, 1))

    def _signs(self, sentences: Sequence[str]) -> tuple[Floats, Floats]:
        """Weigh each sentence's signs, (sentences + 1, n) with a last row of nothing; and give their mean."""
        weights = np.hstack([self.tables.sign_weights, self.tables.sign_categories])
        projected = np.zeros((len(sentences) + 1, weights.shape[1]))
        total = np.zeros(len(signs.NAMES))
        for start in range(0, len(sentences), BLOCK):
            block = sentences[start : start + BLOCK]
            found = np.zeros((len(block), len(signs.NAMES)))
            for row, sentence in enumerate(block):
                for position, value in signs.of(sentence).items():
                    found[row, position] = value
            projected[start : start + len(block)] = found @ weights
            total += found.sum(axis=0)
        return projected, total / len(sentences)

    def _terms(self, sentences: Sequence[Sequence[str]]) -> Floats:
        known = ([self._row[term] for term in terms(words) if term in self._row] for words in sentences)
        return _summed(known, self.tables.term_weights, sentences)

    def _word_categories(self, sentences: Sequence[Sequence[str]]) -> Floats:
        known = ([self._row[word] for word in words if word in self._row] for words in sentences)
        return _summed(known, self.tables.word_categories, sentences)


def _summed(
    rows: Iterable[Sequence[int]], weights: npt.NDArray[np.float32], sentences: Sequence[Sequence[str]]
) -> Floats:
    """Add up the weights of each sentence's rows, each times the share of a term in its sentence."""
    summed = np.zeros((len(sentences), weights.shape[1]))
    for place, (known, words) in enumerate(zip(rows, sentences, strict=True)):
        if known:
            summed[place] = weights[known].sum(axis=0, dtype=np.float64) * share(words)
    return summed


def _weigh(found: dict[int, float], weights: Floats) -> Floats:
    return np.asarray(
        sum((value * weights[position] for position, value in found.items()), np.zeros(weights.shape[1]))
    )


def _headings(sentences: Sequence[str]) -> npt.NDArray[np.int_]:
    """Give the place of the heading above each sentence; -1 where there is none."""
    above = np.full(len(sentences), -1)
    heading = -1
    for place, sentence in enumerate(sentences):
        above[place] = heading
        if leads(sentence):
            heading = place
    return above
