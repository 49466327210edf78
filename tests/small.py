"""A small model, fitted once for all tests: every kind of page of the corpus, in seconds."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.classifier.compiled import Compiled
from service.classifier.model import Classifier
from training.compiling import compiled
from training.examples import LabelledArticle, load
from training.recipe import Recipe

if TYPE_CHECKING:
    from training.fitted import FittedModel

CORPUS: Final = Path(__file__).parents[1] / "training" / "corpus"
BUNDLED: Final = Path(__file__).parents[1] / "service" / "bundled"
RECIPE: Final = Recipe(folds=2, meaning_dimensions=16)
PAGES_OF_A_GENRE: Final = 2

# What no honest article holds, and a model must score all the same.
HOSTILE: Final = (
    *("", " ", ".", "!!!", "cures", "5", "%", '"', "---", "\u2026", "It's", "n't", "'", "''s", "\x00"),
    *(
        "\u202ecures\u202c all",
        "c\u200bures a\u0301ll pa\u0301\u0301\u0301in",
        "\U0001f9ec\U0001f489 stem cells",
    ),
    *(
        "\u0130stanbul heals",
        "STRA\u00dfE",
        "\ufb01brin",
        "\u4e2d\u6587\u5e72\u7ec6\u80de",
        "\u0441ures",
        "\ud800 lone",
    ),
    *("1,000.50,3", "p = 0.05", "100 % 100% 10\u2076 \u00bd", "a" * 5_000, "cure " * 2_000, "is it ? " * 300),
    *("\u0301" * 500, "x\u0336" * 200, "<b>cures</b> &amp; heals", "\t\r\n", "Who? What? Why?", "PRP" * 300),
)


@cache
def pages() -> tuple[LabelledArticle, ...]:
    """Give a few pages of each genre of the embedded corpus, and some contrasts."""
    taken: Counter[str] = Counter()
    chosen = []
    for article in load([CORPUS]):
        most = 20 if article.genre == "contrast" else PAGES_OF_A_GENRE
        if taken[article.genre] < most and len(article.sentences) < 50:
            taken[article.genre] += 1
            chosen.append(article)
    return tuple(chosen)


@cache
def fitted() -> FittedModel:
    """Fit the recipe on `pages`."""
    return RECIPE.fit(pages())


@cache
def classifier() -> Classifier:
    """Compile what was fitted, as the service would have it loaded."""
    model = fitted()
    scorer = Compiled(compiled(model.pipeline))
    return Classifier("small", scorer, model.biases, (), scorer)
