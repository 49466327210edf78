"""What the classifier says of an article and of each sentence: values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Label(StrEnum):
    """What is true of a sentence. The order is the artifact's column order."""

    OVERSTATED = "overstated"
    HEDGED = "hedged"
    NEUTRAL = "neutral"


class Verdict(StrEnum):
    """What is said of an article as a whole."""

    OVERSTATED = "overstated"
    HEDGED = "hedged"
    NEUTRAL = "neutral"
    UNDETERMINED = "undetermined"


class Reason(StrEnum):
    """Why a verdict is undetermined."""

    LANGUAGE = "language"
    TOO_SHORT = "too_short"
    NO_WORDS = "no_words"


class Category(StrEnum):
    """Why a sentence is overstated (the strongest reason)."""

    EFFICACY = "efficacy"
    CERTAINTY = "certainty"
    SAFETY = "safety"
    SCOPE = "scope"
    CAUSATION = "causation"
    STANDING = "standing"
    TESTIMONIAL = "testimonial"
    HYPE = "hype"
    COMPARISON = "comparison"
    PRESSURE = "pressure"


class Scores(NamedTuple):
    """Calibrated probabilities of the three labels; they add up to 1."""

    overstated: float
    hedged: float
    neutral: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase that hedges or boosts.

    `start` and `end` are code points in the submitted body, half-open; `family` is the
    lexicon it stands in, such as "hedge.modal" or "claim.efficacy".
    """

    start: int
    end: int
    text: str
    family: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part of the input added to the sentence's log-odds of `overstated`.

    `weight` is in nats. The contributions of a sentence and its `baseline` add up to
    `log(p_overstated / (1 - p_overstated))` within 1e-6. `start` and `end` are code points in the
    submitted body for a word or phrase of the sentence, and None for its surroundings
    (neighbouring sentences, the page, the place).
    """

    feature: str
    weight: float
    start: int | None = None
    end: int | None = None


class Step(StrEnum):
    """The kinds of change that advice may ask for; none of them hides a claim."""

    REMOVE = "remove"
    WEAKEN = "weaken"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: replace the body's code points `start` to `end` by `replacement`.

    An ASK has a slot for a missing fact in its replacement, such as "[number of patients]".
    """

    step: Step
    start: int
    end: int
    replacement: str
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write instead of an overstated sentence.

    `rewrite` is the sentence with every change applied; it scores lower than the sentence.
    """

    changes: tuple[Change, ...]
    rewrite: str


class SentenceScore(NamedTuple):
    """One sentence of an article; `text` is `body[start:end]` exactly as submitted."""

    start: int
    end: int
    text: str
    label: Label
    scores: Scores
    category: Category | None
    cues: tuple[Cue, ...]
    baseline: float
    contributions: tuple[Contribution, ...]
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """What the classifier says of an article; `reason` stands only with UNDETERMINED.

    `scores` are the calibrated probabilities of the three verdicts, severity is 0 to 3, `model`
    names the one model version that made all of it.
    """

    verdict: Verdict
    reason: Reason | None
    severity: int
    scores: Scores
    model: str
    sentences: tuple[SentenceScore, ...]
