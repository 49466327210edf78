"""Labelled articles made for tests, and a stand-in model that reads two words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.classifier.results import Category, Label, Verdict
from training.examples import LabelledArticle, LabelledSentence
from training.predictions import Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.progress import Progress

WORDS = {Label.OVERSTATED: "cures", Label.HEDGED: "may", Label.NEUTRAL: "is"}


def article(
    number: int, label: Label = Label.NEUTRAL, *, publisher: str = "", text: str = ""
) -> LabelledArticle:
    """Make an article whose sentences are one of its label and two neutral ones, unlike any other's."""
    own = LabelledSentence(
        text=text
        or f"Treatment {number} {WORDS[label]} joint {number} of patient {number} in week {number}.",
        label=label,
        category=Category.EFFICACY if label is Label.OVERSTATED else None,
        second_label=label,
    )
    plain = [
        LabelledSentence(f"Room {number} is on floor {i}, door {number} of {i}.", Label.NEUTRAL)
        for i in (1, 2)
    ]
    return LabelledArticle(
        id=f"a{number}",
        publisher=publisher or f"p{number}",
        genre="clinic" if number % 2 else "news",
        topic="knee",
        title=f"Title <{number}> & more",
        label=label,
        severity=2 if label is Label.OVERSTATED else 0,
        sentences=(own, *plain),
        origin=f"made:{number}",
    )


def corpus(articles: int = 30) -> list[LabelledArticle]:
    """Make articles of all three labels in turn, two to a publisher."""
    labels = list(Label)
    return [article(i, labels[i % 3], publisher=f"p{i // 2}") for i in range(articles)]


@dataclass
class TwoWords:
    """A recipe and its own fitted model: knows two words, and has every `wrong`-th article wrong."""

    wrong: int = 7

    def fit(self, articles: Sequence[LabelledArticle], *, progress: Progress) -> TwoWords:
        """Learn nothing."""
        progress("reading", len(articles), len(articles))
        return self

    def predict(self, articles: Sequence[LabelledArticle]) -> list[Prediction]:
        """Look for the words."""
        return [self._one(each) for each in articles]

    def _one(self, article: LabelledArticle) -> Prediction:
        number = int(article.id[1:])
        mistaken = number % self.wrong == self.wrong - 1
        labels = tuple(
            Label.NEUTRAL
            if mistaken
            else next((label for label, word in WORDS.items() if f" {word} " in sentence.text), Label.NEUTRAL)
            for sentence in article.sentences
        )
        sentences = np.array([[0.8 if label is column else 0.1 for column in Label] for label in labels])
        sentences[:, 0] += number / 10_000
        sentences /= sentences.sum(axis=1, keepdims=True)
        strongest = min(labels, key=list(Label).index)
        return Prediction(
            sentences=sentences,
            labels=labels,
            categories=tuple(Category.EFFICACY if label is Label.OVERSTATED else None for label in labels),
            article=sentences.max(axis=0) / sentences.max(axis=0).sum(),
            verdict=Verdict(strongest),
            severity=2 if strongest is Label.OVERSTATED else 0,
        )


def written(articles: Sequence[LabelledArticle], file: Path) -> Path:
    """Write a corpus file as `training.examples.load` reads it."""
    lines = []
    for article in articles:
        fields = asdict(article)
        del fields["origin"]
        lines.append(json.dumps(fields))
    file.write_text("\n".join(lines), encoding="utf-8")
    return file
