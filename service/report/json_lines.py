"""Findings for programs: one JSON object an article, each on a line of its own."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.classifier.results import SentenceScore
    from service.report.finding import Checked


def render(checked: Checked) -> str:
    """The article's score as one line of JSON; offsets are code points of the body as submitted."""
    score = checked.score
    article: dict[str, Any] = {
        "path": checked.path,
        "verdict": score.verdict,
        "severity": score.severity,
        "scores": score.scores._asdict(),
        "model": score.model,
        "sentences": [_sentence(sentence) for sentence in score.sentences],
    }
    if score.reason is not None:
        article["reason"] = score.reason
    return json.dumps(article, ensure_ascii=False, allow_nan=False) + "\n"


def _sentence(sentence: SentenceScore) -> dict[str, Any]:
    return {
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "label": sentence.label,
        "scores": sentence.scores._asdict(),
        "category": sentence.category,
        "cues": [asdict(cue) for cue in sentence.cues],
        "contributions": [asdict(contribution) for contribution in sentence.contributions],
        "advice": None if sentence.advice is None else asdict(sentence.advice),
    }
