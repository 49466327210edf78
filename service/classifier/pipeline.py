"""The fitted scikit-learn pipeline of an artifact: sentence, surroundings, category, verdict, severity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.classifier import context
from service.classifier.passages import ALONE, Passage, passages
from service.classifier.probabilities import Probabilities, title_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from sklearn.pipeline import Pipeline

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArticlePipeline:
    """Six fitted scikit-learn pipelines in a row; each is linear.

    `sentence` reads passages, and `alone` those of articles of at most ALONE sentences; `surroundings` its
    logits and those of the neighbours; `category` reads passages again; `verdict` and `severity` read what
    the sentences add up to.
    """

    sentence: Pipeline
    alone: Pipeline
    surroundings: Pipeline
    category: Pipeline
    verdict: Pipeline
    severity: Pipeline

    def predict(self, sentences: Sequence[str], *, title: str = "") -> Probabilities:
        """Score the folded sentences of one article; there is at least one."""
        placed = passages(sentences)
        logits = self.sentence.decision_function([*placed, Passage(title)])
        if len(sentences) <= ALONE:
            final = self.alone.predict_proba(placed)
        else:
            final = self.surroundings.predict_proba(beside(logits[:-1]))
        categories = self.category.predict_proba(placed)
        total = context.whole(final, title_score(title, logits[-1:]))[None]
        return Probabilities(
            final, categories, self.verdict.predict_proba(total)[0], self.severity.predict_proba(total)[0]
        )


def beside(logits: Floats) -> Floats:
    """Give what the surroundings' model reads, from an article's first logits."""
    others, around = context.surroundings(context.softmax(logits))
    return np.hstack([context.own(logits, others), around])
