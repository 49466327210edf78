"""Findings as a SARIF 2.1.0 log, which code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service.classifier.results import Category, Verdict
from service.report.finding import STANDARD_INPUT
from service.report.words import CATEGORIES, REASONS, UNCATEGORISED, Explanation, explanation, reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.classifier.results import Advice, SentenceScore
    from service.report.finding import Checked

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = ("note", "warning", "warning", "error")
_RULES = (*Category, None)


def log(articles: Sequence[Checked]) -> str:
    """One log with one run: a rule for each category, a result for each overstated sentence."""
    run = {
        "tool": {
            "driver": {
                "name": "Overclaim",
                "version": version("overclaim"),
                "rules": [_rule(category) for category in _RULES],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(checked)}, "encoding": "UTF-8"} for checked in articles],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    _undetermined(checked, index)
                    for index, checked in enumerate(articles)
                    if checked.score.verdict is Verdict.UNDETERMINED
                ],
            }
        ],
        "results": [
            _result(checked, index, sentence)
            for index, checked in enumerate(articles)
            for sentence in checked.overstated
        ],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(category: Category | None) -> dict[str, Any]:
    told: Explanation = UNCATEGORISED if category is None else CATEGORIES[category]
    return {
        "id": _rule_id(category),
        "name": f"Overstated{(category or '').capitalize()}",
        "shortDescription": {"text": f"The sentence {told.why}."},
        "help": {
            "text": f"The sentence {told.why}. {told.instead}",
            "markdown": f"The sentence {told.why}.\n\n**Instead:** {told.instead}",
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["health", "regenerative-medicine", "overstatement"]},
    }


def _result(checked: Checked, index: int, sentence: SentenceScore) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _rule_id(sentence.category),
        "ruleIndex": _RULES.index(sentence.category),
        "level": _LEVELS[checked.score.severity],
        "rank": round(100 * sentence.scores.overstated, 1),
        "message": {"text": _message(sentence)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _location(checked, index),
                    "region": {
                        **_region(checked, sentence.start, sentence.end),
                        "snippet": {"text": sentence.text},
                    },
                }
            }
        ],
        # Hosts match a result across commits by this, so that a line added above raises no new alert.
        "partialFingerprints": {"sentence/v1": hashlib.sha256(sentence.text.encode()).hexdigest()},
        "properties": {"model": checked.score.model, "severity": checked.score.severity},
    }
    if sentence.advice is not None:
        result["fixes"] = [_fix(checked, index, sentence.advice)]
    return result


def _message(sentence: SentenceScore) -> str:
    told = f"This sentence {explanation(sentence.category).why}."
    return f"{told} Write instead: {sentence.advice.rewrite}" if sentence.advice else told


def _fix(checked: Checked, index: int, advice: Advice) -> dict[str, Any]:
    return {
        "description": {"text": reasons(advice)},
        "artifactChanges": [
            {
                "artifactLocation": _location(checked, index),
                "replacements": [
                    {
                        "deletedRegion": _region(checked, change.start, change.end),
                        "insertedContent": {"text": change.replacement},
                    }
                    for change in advice.changes
                ],
            }
        ],
    }


def _undetermined(checked: Checked, index: int) -> dict[str, Any]:
    reason = checked.score.reason
    why = f": {REASONS[reason]}" if reason else ""
    return {
        "level": "note",
        "message": {"text": f"No verdict on this text{why}."},
        "locations": [{"physicalLocation": {"artifactLocation": _location(checked, index)}}],
    }


def _region(checked: Checked, start: int, end: int) -> dict[str, int]:
    first, last = checked.place(start), checked.place(end)
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
        "charOffset": start,
        "charLength": end - start,
    }


def _location(checked: Checked, index: int) -> dict[str, Any]:
    return {"uri": _uri(checked), "index": index}


def _uri(checked: Checked) -> str:
    """A relative path stays relative: hosts resolve it against the root of the repository."""
    if checked.path == STANDARD_INPUT:
        return "stdin"
    path = PurePath(checked.path)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _rule_id(category: Category | None) -> str:
    return f"overstated/{category or 'other'}"
