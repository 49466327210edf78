"""Findings for a reader at a terminal: the article with its passages marked, then each finding."""

from __future__ import annotations

import io
import re
import shutil
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from service.classifier.results import Label, Verdict
from service.report.visible import visible
from service.report.words import REASONS, SEVERITIES, explanation, reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.classifier.results import SentenceScore
    from service.report.finding import Checked

    Pieces = list[tuple[str, str]]  # what to print, and in which style

_WIDEST = 110
_MOST_WORDS = 6  # of the words that made a score, those worth a reader's time
_LEAST_WEIGHT = 0.05
_LEGEND = "   [!n ...] overstated, see below   [~ ...] hedged"
_STYLES = {
    Label.OVERSTATED: "bold red",
    Label.HEDGED: "green",
    Verdict.OVERSTATED: "bold red",
    Verdict.HEDGED: "bold green",
    Verdict.NEUTRAL: "bold",
    Verdict.UNDETERMINED: "bold yellow",
}


def render(checked: Checked, *, colour: bool) -> str:
    """The report on one article; without colour it says the same, and lines are as long as they come."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=False,
        highlight=False,
    )
    width = min(shutil.get_terminal_size().columns, _WIDEST) if colour else None

    def tell(pieces: Pieces, indent: str = "") -> None:
        for line in _folded(pieces, indent=indent, width=width):
            console.print(line, soft_wrap=True)

    tell(_article(checked))
    for number, sentence in enumerate(checked.overstated, 1):
        console.print()
        tell(_finding(checked, number, sentence))
        for detail in (_contributions(sentence), *_advice(checked, sentence)):
            tell(detail, indent="    ")
    console.print()
    tell(_summary(checked))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().split("\n")[:-1])


def _article(checked: Checked) -> Pieces:
    """The body as submitted. Marks, not colour alone, tell what is overstated or hedged."""
    pieces = [(checked.name, "bold"), (f"{_LEGEND}\n\n", "dim")]
    position = number = 0
    for sentence in checked.score.sentences:
        if sentence.label is Label.NEUTRAL:
            continue
        number += sentence.label is Label.OVERSTATED
        mark = f"!{number}" if sentence.label is Label.OVERSTATED else "~"
        pieces += [
            (visible(checked.body[position : sentence.start]), ""),
            (f"[{mark} {visible(sentence.text)}]", _STYLES[sentence.label]),
        ]
        position = sentence.end
    return [*pieces, (visible(checked.body[position:]).rstrip("\n"), "")]


def _finding(checked: Checked, number: int, sentence: SentenceScore) -> Pieces:
    place = checked.place(sentence.start)
    kind = f"overstated ({sentence.category})" if sentence.category else "overstated"
    return [
        (f"{checked.name}:{place.line}:{place.column}: ", "bold"),
        (f"!{number} {kind}", _STYLES[Label.OVERSTATED]),
        (f" {sentence.scores.overstated:.0%}: it {explanation(sentence.category).why}", ""),
    ]


def _contributions(sentence: SentenceScore) -> Pieces:
    words = [each for each in sentence.contributions if each.start is not None]
    words.sort(key=lambda each: -abs(each.weight))
    pieces: Pieces = []
    for each in words[:_MOST_WORDS]:
        if abs(each.weight) >= _LEAST_WEIGHT:
            style = _STYLES[Label.OVERSTATED if each.weight > 0 else Label.HEDGED]
            pieces += [
                (", " if pieces else "words: ", ""),
                (f"{visible(each.feature)} {each.weight:+.2f}", style),
            ]
    return pieces


def _advice(checked: Checked, sentence: SentenceScore) -> tuple[Pieces, ...]:
    """The advice as a small diff: what goes is struck out, what comes is underlined."""
    if sentence.advice is None:
        return ()
    old, new = [("- ", "red")], [("+ ", "green")]
    position = sentence.start
    for change in sentence.advice.changes:
        kept = visible(checked.body[position : change.start])
        old += [(kept, "red"), (visible(checked.body[change.start : change.end]), "bold red strike")]
        new += [(kept, "green"), (visible(change.replacement), "bold green underline")]
        position = change.end
    kept = visible(checked.body[position : sentence.end])
    why = [("advice: ", "bold"), (reasons(sentence.advice), "")]
    return why, [*old, (kept, "red")], [*new, (kept, "green")]


def _summary(checked: Checked) -> Pieces:
    score = checked.score
    pieces = [(f"{checked.name}: ", "bold"), (str(score.verdict), _STYLES[score.verdict])]
    if score.verdict is Verdict.UNDETERMINED:
        return [*pieces, (f" ({REASONS[score.reason]})" if score.reason else "", "")]
    hedged = len(checked.labelled(Label.HEDGED))
    counts = f"of {len(score.sentences)} sentences {len(checked.overstated)} overstated, {hedged} hedged"
    severity = f", severity {score.severity} ({SEVERITIES[score.severity]}); "
    return [*pieces, (severity + counts, ""), (f"  [model {score.model}]", "dim")]


def _folded(pieces: Pieces, *, indent: str, width: int | None) -> Iterator[Text]:
    """The lines of the pieces, folded between words to `width` cells; not folded when it is None.

    rich can fold too, but in time that grows with lines times passages.
    """
    line, column = Text(indent), 0
    for text, style in pieces:
        run = ""
        for word in re.findall(r"\n|[^\S\n]+|\S+", text):
            cells = cell_len(word)
            full = width is not None and column > 0 and len(indent) + column + cells > width
            if word == "\n" or (full and not word.isspace()):
                yield line.append(run, style)
                line, column, run = Text(indent), 0, ""
            if word != "\n":
                run += word
                column += cells
        line.append(run, style)
    if column:
        yield line
