"""The values that report.json holds of a model: figures, ids and positions, never an article's text."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from service.classifier.results import Category, Label
    from training.metrics import Bin
    from training.operating import OperatingPoint
    from training.resampling import Difference, Estimate


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was tested on; each article's labels and text go into the digest, in their order."""

    sha256: str
    articles: int
    sentences: int
    publishers: int
    article_labels: dict[str, int]
    sentence_labels: dict[str, int]


@dataclass(frozen=True, slots=True)
class Genre:
    """The measures on the articles of one genre."""

    genre: str
    articles: int
    sentences: int
    publishers: int
    measures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well a second annotator, taken as a model, does on the sentences that both labelled."""

    sentences: int
    kappa: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Found:
    """A category's overstated sentences: how many, the share found, the share of those named right."""

    category: Category
    sentences: int
    found: float
    named: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """An operating point asked for, of sentences or articles; `point` is None when no threshold gives it."""

    of: str
    label: Label
    wish: str
    point: OperatingPoint | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Recall and precision as the threshold falls."""

    of: str
    label: Label
    recall: list[float]
    precision: list[float]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Ten bars of what was promised and what came."""

    of: str
    score: str
    bins: list[Bin]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sentence (by its index) or an article (index None) that the model has wrong, without its text."""

    article: str
    index: int | None
    label: str
    predicted: str
    probability: float


@dataclass(frozen=True, slots=True)
class LearningStep:
    """The measures of models that were fitted on a share of the publishers, tested on the same articles."""

    articles: float
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Flip:
    """An article (index None) or a sentence of it that two models call differently."""

    article: str
    index: int | None
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new model against an old one, on the same articles."""

    old: str
    differences: dict[str, Difference]
    flips: list[Flip]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A gate, and whether the model passed it."""

    gate: str
    value: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's report; `how` says what the model had seen, `mistakes` are those it was surest of."""

    model: str
    how: str
    corpus: Corpus
    measures: dict[str, Estimate]
    genres: list[Genre]
    agreement: Agreement | None
    sentence_confusion: list[list[int]]
    article_confusion: list[list[int]]
    categories: list[Found]
    operating_points: list[Wanted]
    curves: list[Curve]
    reliability: list[Reliability]
    mistakes: list[Mistake]
    learning: list[LearningStep]
    comparison: Comparison | None
    gates: list[Judgement]


def plain(evaluation: Evaluation) -> dict[str, Any]:
    """Give what report.json holds; what is not defined is None."""
    return dict(_plain(asdict(evaluation)))


def save(evaluation: Evaluation, file: Path) -> None:
    """Write report.json; what is not defined is null."""
    text = json.dumps(plain(evaluation), indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:  # noqa: ANN401 -- JSON's values have no narrower type
    """Turn NaN, which JSON has no word for, into null."""
    match value:
        case float() if math.isnan(value):
            return None
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
