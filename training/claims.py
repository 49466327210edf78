"""Are claims flagged that careful text is not: the threshold that spares most of it, and who reaches it.

Each text is scored as an article of its own; of a text with several sentences the most overstated counts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier.context import softmax
from service.classifier.text.document import read
from service.classifier.text.markup import Format
from training.progress import Progress, silent
from training.records import load_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.classifier.model import Classifier
    from training.predictions import Floats

FALSE_ALARMS: Final = 0.05
# The display is told of progress this often, in texts.
STRIDE: Final = 250


@dataclass(frozen=True, slots=True)
class Text:
    """A text by itself; `id` names it where its words must not stand."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """A text's risk, 0 to 1: as `served`, and by the `sentence` model alone, which no surroundings temper."""

    id: str
    served: float
    sentence: float


@dataclass(frozen=True, slots=True)
class Flagged:
    """What one score flags at its threshold: whatever reaches it.

    `false_alarms` is the share of careful texts that do, at most as asked. `missed` are the ids of
    claims below, the nearest first.
    """

    score: str
    threshold: float
    false_alarms: float
    flagged: int
    claims: int
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A model's answer for claims and careful text; `scores` are the claims', the highest served first."""

    model: str
    careful: int
    results: tuple[Flagged, ...]
    scores: tuple[Score, ...]


def load(file: Path) -> list[Text]:
    """Read the "id" and "text" of each line of a JSON Lines file. Raises CorpusError."""
    return [Text(record.text("id"), record.text("text")) for record in load_records(file)]


def judge(
    classifier: Classifier,
    claims: Sequence[Text],
    careful: Sequence[Text],
    *,
    false_alarms: float = FALSE_ALARMS,
    progress: Progress = silent,
) -> Judged:
    """Score both, set the thresholds by the careful texts alone, and hold the claims to them."""
    cited = _scores(classifier, claims, "claims", progress)
    spared = _scores(classifier, careful, "careful texts", progress)
    return Judged(
        classifier.version,
        len(careful),
        tuple(_flagged(name, cited, spared, false_alarms) for name in ("served", "sentence")),
        tuple(sorted(cited, key=lambda each: -each.served)),
    )


def threshold(risks: Floats, *, share: float) -> float:
    """Give the lowest threshold that at most this share of risks reaches."""
    allowed = int(share * len(risks) + 1e-9)
    falling = np.sort(risks)[::-1]
    return float(np.nextafter(falling[allowed], np.inf)) if allowed < len(falling) else 0.0


def save(judged: Judged, file: Path) -> None:
    """Write the answer as JSON: ids and figures, no text."""
    file.write_text(json.dumps(asdict(judged), indent=1) + "\n", encoding="utf-8")


def _flagged(name: str, cited: Sequence[Score], spared: Sequence[Score], share: float) -> Flagged:
    risks = np.array([getattr(each, name) for each in spared])
    limit = threshold(risks, share=share)
    below = [each for each in cited if getattr(each, name) < limit]
    return Flagged(
        score=name,
        threshold=limit,
        false_alarms=float((risks >= limit).mean()),
        flagged=len(cited) - len(below),
        claims=len(cited),
        missed=tuple(each.id for each in sorted(below, key=lambda each: -getattr(each, name))),
    )


def _scores(classifier: Classifier, texts: Sequence[Text], step: str, progress: Progress) -> list[Score]:
    scores = []
    for number, each in enumerate(texts):
        if number % STRIDE == 0:
            progress(step, number, len(texts))
        scores.append(_score(classifier, each))
    progress(step, len(texts), len(texts))
    return scores


def _score(classifier: Classifier, text: Text) -> Score:
    found = classifier.score(text.text, explain=False)
    prose = [sentence.prose for sentence in read(text.text, Format.PLAIN).sentences]
    if not prose:
        return Score(text.id, 0.0, 0.0)
    return Score(
        text.id,
        served=max(each.scores.overstated for each in found.sentences),
        sentence=float(softmax(classifier.compiled.read(prose).first)[:, 0].max()),
    )
