"""Two ways to read a claim on the public sets: tf-idf with logistic regression, and the features that serve.

Each scores the claims that it is asked for, once for each of the options that the comparison chooses from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from service.classifier.passages import Passage
from training.public_sets import Claim, splits
from training.vectors import learn_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.predictions import Floats

    Ints = npt.NDArray[np.int_]

INNER_FOLDS: Final = 3
CONTEXT_C: Final = 3.0
WORD_WEIGHT: Final = 0.4
SIGN_WEIGHT: Final = 0.25
MEANING_WEIGHT: Final = 0.1
DIMENSIONS: Final = 64

Option: TypeAlias = "tuple[float, ...]"


class Reader(Protocol):
    """A way to score claims; `options` are the settings that inner folds choose from, for each set."""

    @property
    def options(self) -> Sequence[Option]:
        """Give the settings."""

    def scores(
        self, claims: Sequence[Claim], train: Ints, test: Ints, options: Iterable[Option]
    ) -> dict[Option, Floats]:
        """Fit on the claims at `train`; give, by option, the log-odds of overstated of those at `test`."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Tf-idf of words and word pairs, and balanced logistic regression, on each set by itself.

    With `context`, what is known of the study stands behind the text.
    """

    context: bool = False

    @property
    def options(self) -> Sequence[Option]:
        """Give regularisations."""
        return [(0.3,), (1.0,), (5.0,), (30.0,)]

    def scores(
        self, claims: Sequence[Claim], train: Ints, test: Ints, options: Iterable[Option]
    ) -> dict[Option, Floats]:
        """Fit one model a set."""
        texts = [f"{claim.text} {claim.context}" if self.context else claim.text for claim in claims]
        sources = np.array([claim.source for claim in claims])
        given = {option: np.zeros(len(claims)) for option in options}
        for source in np.unique(sources[test]):
            fit, ask = train[sources[train] == source], test[sources[test] == source]
            vectors = TfidfVectorizer(ngram_range=(1, 2))
            known = vectors.fit_transform([texts[i] for i in fit])
            unknown = vectors.transform([texts[i] for i in ask])
            for (c,), scores in given.items():
                model = _logistic(c, balanced=True).fit(known, _truth(claims)[fit])
                scores[ask] = model.decision_function(unknown)
        return {option: scores[test] for option, scores in given.items()}


@dataclass(frozen=True, slots=True)
class Features:
    """What serves (words, signs, meaning) and logistic regression, learned on all sets together.

    `fixed` are the columns that learn nothing from these claims, by claim (see `fixed_columns`). A set has
    weights of its own beside those that all share (Daume 2007); an option is the regularisation and how much
    the shared ones count. With `context`, a second model joins the first one's score with the facets.
    """

    fixed: sparse.csr_matrix
    shared: bool = True
    context: bool = False

    @property
    def options(self) -> Sequence[Option]:
        """Give regularisations, each with the weights of what the sets share."""
        return [(c, share) for share in ((0.2, 1.0) if self.shared else (0.0,)) for c in (0.1, 0.4)]

    def scores(
        self, claims: Sequence[Claim], train: Ints, test: Ints, options: Iterable[Option]
    ) -> dict[Option, Floats]:
        """Fit one model for all sets, and with `context` one more for each."""
        words = WordFeatures(weight=WORD_WEIGHT).fit([Passage(claims[i].prose) for i in train])
        read = words.transform([Passage(claim.prose) for claim in claims])
        matrix = sparse.csr_matrix(sparse.hstack([read, self.fixed]))
        return {
            (c, share): self._scores(claims, matrix, train, test, c=c, share=share) for c, share in options
        }

    def _scores(
        self,
        claims: Sequence[Claim],
        matrix: Any,  # noqa: ANN401 - scipy's types know no product of a sparse matrix by columns
        train: Ints,
        test: Ints,
        *,
        c: float,
        share: float,
    ) -> Floats:
        sources = np.array([claim.source for claim in claims])
        own = np.unique(sources)[None, :] == sources[:, None]
        parts = [sparse.csr_matrix(matrix.multiply(column[:, None])) for column in own.T]
        shared = [matrix * share] if self.shared else []
        rows = sparse.csr_matrix(sparse.hstack([*shared, *parts, sparse.csr_matrix(own, dtype=float)]))
        if not self.context:
            return _said(claims, rows, train, test, c)
        learned = np.zeros(len(claims))
        part = [claims[i] for i in train]
        for fit, ask in splits(part, INNER_FOLDS, 1):
            learned[train[ask]] = _said(claims, rows, _open(claims, train[fit]), train[ask], c)
        learned[test] = _said(claims, rows, _open(claims, train), test, c)
        return _with_facets(claims, learned, train, test)


def fixed_columns(
    claims: Sequence[Claim], background: Sequence[str], *, signs: bool = True, meaning: bool = True
) -> sparse.csr_matrix:
    """Give each claim's signs and its meaning, by vectors learned from the background alone."""
    read = [Passage(claim.prose) for claim in claims]
    columns = [sparse.csr_matrix((len(claims), 0))]
    if signs:
        columns.append(SignFeatures(weight=SIGN_WEIGHT).transform(read))
    if meaning:
        vectors = learn_vectors([], background, dimensions=DIMENSIONS)
        columns.append(
            MeaningFeatures(vectors.vocabulary, vectors.matrix, weight=MEANING_WEIGHT).transform(read)
        )
    return sparse.csr_matrix(sparse.hstack(columns))


def _said(claims: Sequence[Claim], rows: sparse.csr_matrix, train: Ints, test: Ints, c: float) -> Floats:
    model = _logistic(c).fit(rows[train], _truth(claims)[train], sample_weight=_even(claims, train))
    return np.asarray(model.decision_function(rows[test]))


def _open(claims: Sequence[Claim], train: Ints) -> Ints:
    """Leave out what is appropriate whatever it says, by its facets: it teaches nothing of wording."""
    able = {_known(claims[i]) for i in train if claims[i].overstated}
    return np.array([i for i in train if _known(claims[i]) in able])


def _known(claim: Claim) -> tuple[str, str]:
    return claim.source, claim.facets[-1] if claim.facets else ""


def _with_facets(claims: Sequence[Claim], learned: Floats, train: Ints, test: Ints) -> Floats:
    """Join the score of the text with what is known of the study, set by set."""
    sources = np.array([claim.source for claim in claims])
    given = np.zeros(len(claims))
    for source in np.unique(sources[test]):
        fit, ask = train[sources[train] == source], test[sources[test] == source]
        names = sorted({facet for i in fit for facet in claims[i].facets})
        known = np.array([[name in claim.facets for name in names] for claim in claims], dtype=float)
        inputs = np.hstack([learned[:, None], known.reshape(len(claims), len(names))])
        if names:
            model = _logistic(CONTEXT_C, balanced=True).fit(inputs[fit], _truth(claims)[fit])
            given[ask] = model.decision_function(inputs[ask])
        else:
            given[ask] = learned[ask]
    return given[test]


def _even(claims: Sequence[Claim], train: Ints) -> Floats:
    """Weigh the labels of a set alike, and a set by its size."""
    sources = np.array([claims[i].source for i in train])
    truth = _truth(claims)[train]
    weights = np.zeros(len(train))
    for source in np.unique(sources):
        for label in (False, True):
            chosen = (sources == source) & (truth == label)
            weights[chosen] = (sources == source).sum() / 2 / max(1, chosen.sum())
    return weights


def _truth(claims: Sequence[Claim]) -> npt.NDArray[np.bool_]:
    return np.array([claim.overstated for claim in claims])


def _logistic(c: float, *, balanced: bool = False) -> Any:  # noqa: ANN401 - scikit-learn has no types
    weight = "balanced" if balanced else None
    return LogisticRegression(C=c, class_weight=weight, solver="liblinear", random_state=0)
