"""A fitted model, before it is an artifact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.classifier.compiled import Compiled
from service.classifier.decide import decide
from training.compiling import compiled
from training.predictions import Prediction
from training.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.classifier.decide import Biases
    from service.classifier.pipeline import ArticlePipeline
    from training.examples import LabelledArticle


@dataclass(frozen=True, slots=True)
class FittedModel:
    """The pipeline, and what is added to log-probabilities before the largest is taken."""

    pipeline: ArticlePipeline
    biases: Biases

    def predict(self, articles: Sequence[LabelledArticle]) -> list[Prediction]:
        """Predict each article, in order, by the compiled form."""
        return predict(Compiled(compiled(self.pipeline)), self.biases, articles)


def predict(model: Compiled, biases: Biases, articles: Sequence[LabelledArticle]) -> list[Prediction]:
    """Predict articles whose sentences are given."""
    predictions = []
    for article in articles:
        found = model.predict(
            [prose_of(sentence.text) for sentence in article.sentences], title=prose_of(article.title)
        )
        decided = decide(found, biases)
        predictions.append(
            Prediction(
                sentences=found.sentences,
                labels=decided.labels,
                categories=decided.categories,
                article=found.verdict,
                verdict=decided.verdict,
                severity=decided.severity,
            )
        )
    return predictions
