"""The served form of the pipeline: flat arrays and the arithmetic over them. Data only: nothing in it runs.

Equal to `pipeline.py` within 1e-6. Each linear step has its scaling folded into its weights, and a word has
one row: what it adds by itself and by its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from service.classifier import context
from service.classifier.passages import ALONE, leads
from service.classifier.probabilities import Probabilities, title_score
from service.classifier.weighing import weigher
from service.classifier.weights import Weighed, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LABELS: Final = 3
OWN: Final = 9  # columns of `context.own`


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

    Where columns come in two sets, the second is for articles of at most ALONE sentences. `terms` names the
    rows of `term_weights` (terms, 2 x 3): words first, then pairs. `word_categories` (words, 10) and
    `word_page` (words, 2 x 3), what a word says of the sentences round it, have a row for the words alone.
    Signs weigh by where they stand: in the sentence, in the one before, in the heading above;
    `sign_weights` is (signs, 2 x 3 x 3), and `sign_categories` (signs, 2 x 10) for sentence and heading.
    `intercept` is (2, 3).
    """

    terms: tuple[str, ...]
    term_weights: npt.NDArray[np.float32]
    word_categories: npt.NDArray[np.float32]
    word_page: npt.NDArray[np.float32]
    sign_weights: Floats
    sign_categories: Floats
    intercept: Floats
    category_intercept: Floats
    surroundings: Linear
    verdict: Linear
    severity: Linear


class Columns(NamedTuple):
    """Where in what `weigh` gives each part of one sentence model stands.

    `terms` in the sums of terms; `worded` and `page` in those of words; the others in those of signs.
    """

    terms: slice
    worded: slice
    page: slice
    own: slice
    previous: slice
    heading: slice
    kind: slice
    heading_kind: slice


@dataclass(frozen=True, slots=True)
class Reading:
    """An article on its way through the model: what explanations are made of.

    `alone` tells by which sentence model: its logits are `first`, and where it is alone `final` as well, with
    nothing `around`. `page` what the words of the page's other sentences add to
    them, `before` and `above` what the signs of the sentence before and of the heading do,
    `others` the page's mean probabilities without each sentence,
    `around` the surroundings' columns, `final` the final logits.
    """

    alone: bool
    first: Floats
    page: Floats
    before: Floats
    above: Floats
    others: Floats
    around: Floats
    final: Floats
    probabilities: Probabilities


class Compiled:
    """Scores articles from tables."""

    def __init__(self, tables: Tables) -> None:
        """Index the terms."""
        self.tables = tables
        words = np.hstack([tables.word_categories, tables.word_page])
        signed = np.hstack([tables.sign_weights, tables.sign_categories])
        self.weights = Weights(tables.terms, tables.term_weights, words, signed)
        self._weigher = weigher(self.weights)
        self.columns = {alone: _columns(tables, alone=alone) for alone in (False, True)}

    def predict(self, sentences: Sequence[str], *, title: str = "") -> Probabilities:
        """Score the folded sentences of one article; there is at least one."""
        return self.read(sentences, title=title).probabilities

    def read(self, sentences: Sequence[str], *, title: str = "") -> Reading:
        """Score, and keep what the scores are made of."""
        tables = self.tables
        number = len(sentences)
        weighed = self._weigher.weigh([*sentences, title, ""])  # the last: what stands before the first
        alone = number <= ALONE
        columns, titled = self.columns[alone], self.columns[False]
        title_logits = (
            tables.intercept[0] + weighed.terms[-2:-1, titled.terms] + weighed.signs[-2:-1, titled.own]
        )
        under = _headings(sentences)
        before = np.empty((number, LABELS))
        before[0] = weighed.signs[-1, columns.previous]
        before[1:] = weighed.signs[: number - 1, columns.previous]
        above = weighed.signs[under, columns.heading]
        page = context.mean_of_others(weighed.words[:number, columns.page])
        first = weighed.terms[:number, columns.terms] + weighed.signs[:number, columns.own]
        first += tables.intercept[int(alone)] + before + above + page
        categories = weighed.words[:number, columns.worded] + weighed.signs[:number, columns.kind]
        categories += tables.category_intercept + weighed.signs[under, columns.heading_kind]

        others, around = context.surroundings(context.softmax(first))
        final = first if alone else tables.surroundings(np.hstack([context.own(first, others), around]))
        probabilities = context.softmax(final)
        kind = context.softmax(categories)
        total = context.whole(probabilities, title_score(title, title_logits))[None]
        return Reading(
            alone,
            first,
            page,
            before,
            above,
            others,
            around,
            final,
            Probabilities(
                probabilities,
                kind,
                context.softmax(tables.verdict(total))[0],
                context.softmax(tables.severity(total))[0],
            ),
        )

    def weights_of(self, terms: Sequence[str], *, alone: bool = False) -> Floats:
        """Give what terms add to the first logits, (terms, 3), before a sentence shares it by its length."""
        rows = [self._weigher.row(term) for term in terms]
        known = np.array([row is not None for row in rows], dtype=bool)
        weights = np.zeros((len(rows), LABELS))
        weights[known] = _set(self.tables.term_weights, alone)[[row for row in rows if row is not None]]
        return weights

    def signs_of(self, reading: Reading) -> Floats:
        """Give what a sign adds to the first logits of its own sentence, (signs, 3)."""
        return _set(self.tables.sign_weights, reading.alone)[:, :LABELS]

    def rescored(self, reading: Reading, wordings: Sequence[tuple[int, str]]) -> Floats:
        """Give the probability of `overstated` of other wordings of sentences, (wordings,).

        Each is a sentence's place and what might stand there, all else being as it was read.
        """
        places = np.array([place for place, _ in wordings], dtype=int)
        weighed = self._weigher.weigh([wording for _, wording in wordings])
        columns = self.columns[reading.alone]
        fixed = self.tables.intercept[int(reading.alone)] + reading.page + reading.before + reading.above
        first = fixed[places] + weighed.terms[:, columns.terms] + weighed.signs[:, columns.own]
        shift = np.einsum("wi,wji->wj", first - reading.first[places], self.effective(reading)[places])
        return context.softmax(reading.final[places] + shift)[:, 0]

    def effective(self, reading: Reading) -> Floats:
        """Give what each first logit of a sentence adds to each of its final ones, (sentences, 3, 3).

        The final ones come first of the two.
        """
        if reading.alone:
            return np.broadcast_to(np.eye(LABELS), (len(reading.first), LABELS, LABELS))
        plain, *times = (each.T for each in np.split(self.tables.surroundings.weights[:OWN], LABELS))
        return np.asarray(plain + np.tensordot(reading.others[:, :2], np.stack(times), axes=1))

    def weigh(self, texts: Sequence[str]) -> Weighed:
        """Add up what the terms and signs of folded texts weigh, in the columns that `columns` lays out."""
        return self._weigher.weigh(texts)


def _columns(tables: Tables, *, alone: bool) -> Columns:
    """Lay out one of the two sentence models, as `Compiled` puts the weights side by side."""
    which = int(alone)
    categories = len(tables.category_intercept)
    labels = [slice(place * LABELS, (place + 1) * LABELS) for place in range(2 * LABELS)]
    own, previous, heading = labels[which * LABELS : (which + 1) * LABELS]
    kinds = tables.sign_weights.shape[1]
    return Columns(
        terms=labels[which],
        worded=slice(categories),
        page=slice(categories + which * LABELS, categories + (which + 1) * LABELS),
        own=own,
        previous=previous,
        heading=heading,
        kind=slice(kinds, kinds + categories),
        heading_kind=slice(kinds + categories, None),
    )


def _set(columns: npt.NDArray[Any], alone: bool) -> npt.NDArray[Any]:  # noqa: FBT001 - which of two
    """Give the columns of one of the two sentence models."""
    half = columns.shape[1] // 2
    return columns[:, half:] if alone else columns[:, :half]


def _headings(sentences: Sequence[str]) -> npt.NDArray[np.int_]:
    """Give the place of the heading above each sentence; -1 where there is none."""
    above = np.full(len(sentences), -1)
    heading = -1
    for place, sentence in enumerate(sentences):
        above[place] = heading
        if leads(sentence):
            heading = place
    return above
