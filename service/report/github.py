"""Findings as GitHub workflow commands, which a run shows beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.classifier.results import Verdict
from service.report.finding import STANDARD_INPUT
from service.report.words import REASONS, explanation

if TYPE_CHECKING:
    from service.classifier.results import SentenceScore
    from service.report.finding import Checked

_LEVELS = ("notice", "warning", "warning", "error")


def render(checked: Checked) -> str:
    """A command for each overstated sentence; one notice where no verdict could be reached."""
    lines = [_command(checked, sentence) for sentence in checked.overstated]
    if checked.score.verdict is Verdict.UNDETERMINED and checked.score.reason is not None:
        message = f"No verdict on this text: {REASONS[checked.score.reason]}."
        lines.append(f"::notice {_properties(_file(checked))}::{_message(message)}")
    return "".join(f"{line}\n" for line in lines)


def _command(checked: Checked, sentence: SentenceScore) -> str:
    start, end = checked.place(sentence.start), checked.place(sentence.end)
    properties = {**_file(checked), "line": str(start.line), "endLine": str(end.line)}
    properties["col"] = str(start.column)
    if start.line == end.line:
        properties["endColumn"] = str(end.column)
    properties["title"] = f"Overstated ({sentence.category})" if sentence.category else "Overstated"
    message = f"This sentence {explanation(sentence.category).why}."
    if sentence.advice is not None:
        message += f"\nWrite instead: {sentence.advice.rewrite}"
    return f"::{_LEVELS[checked.score.severity]} {_properties(properties)}::{_message(message)}"


def _file(checked: Checked) -> dict[str, str]:
    return {} if checked.path == STANDARD_INPUT else {"file": checked.path}


def _properties(properties: dict[str, str]) -> str:
    return ",".join(f"{name}={_property(value)}" for name, value in properties.items())


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
