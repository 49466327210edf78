"""Findings for a reader at a terminal: the article with its passages marked, then each finding."""

from __future__ import annotations

import io
import shutil
import unicodedata
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from service.classifier.results import Label, Verdict
from service.report.words import REASONS, SEVERITIES, explanation, reasons

if TYPE_CHECKING:
    from service.classifier.results import SentenceScore
    from service.report.finding import Checked

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
    width = min(shutil.get_terminal_size().columns, 110)
    console = Console(
        file=out,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        width=width,
        highlight=False,
        emoji=False,
        markup=False,
    )

    def tell(part: Text, indent: str = "") -> None:
        # Folded by words at a terminal; whole without colour, for programs that read lines.
        lines = part.wrap(console, width - len(indent)) if colour else part.split(allow_blank=True)
        console.print(Text("\n").join(Text(indent) + line for line in lines), soft_wrap=True)

    tell(_article(checked))
    for number, sentence in enumerate(checked.overstated, 1):
        console.print()
        tell(_finding(checked, number, sentence))
        for detail in (_contributions(sentence), *_advice(checked, sentence)):
            if detail:
                tell(detail, indent="    ")
    console.print()
    tell(_summary(checked))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().split("\n")[:-1])


def visible(text: str) -> str:
    """The text with what could command a terminal or reorder a line shown as a mark instead."""
    return "".join(_mark(character) for character in text.replace("\r\n", "\n"))


def _article(checked: Checked) -> Text:
    """The body as submitted. Marks, not colour alone, tell what is overstated or hedged."""
    shown = Text.assemble((checked.name, "bold"), (_LEGEND, "dim"), "\n\n")
    position = number = 0
    for sentence in checked.score.sentences:
        if sentence.label is Label.NEUTRAL:
            continue
        number += sentence.label is Label.OVERSTATED
        mark = f"[!{number} " if sentence.label is Label.OVERSTATED else "[~ "
        shown.append(visible(checked.body[position : sentence.start]))
        shown.append(f"{mark}{visible(sentence.text)}]", style=_STYLES[sentence.label])
        position = sentence.end
    shown.append(visible(checked.body[position:]).rstrip("\n"))
    return shown


def _finding(checked: Checked, number: int, sentence: SentenceScore) -> Text:
    place = checked.place(sentence.start)
    kind = f"overstated ({sentence.category})" if sentence.category else "overstated"
    return Text.assemble(
        (f"{checked.name}:{place.line}:{place.column}", "bold"),
        ": ",
        (f"!{number} {kind}", _STYLES[Label.OVERSTATED]),
        f" {sentence.scores.overstated:.0%}: it {explanation(sentence.category).why}",
    )


def _contributions(sentence: SentenceScore) -> Text:
    told = Text()
    words = [each for each in sentence.contributions if each.start is not None]
    words.sort(key=lambda each: -abs(each.weight))
    for each in words[:_MOST_WORDS]:
        if abs(each.weight) >= _LEAST_WEIGHT:
            told.append(", " if told else "words: ")
            style = _STYLES[Label.OVERSTATED] if each.weight > 0 else _STYLES[Label.HEDGED]
            told.append(f"{visible(each.feature)} {each.weight:+.2f}", style=style)
    return told


def _advice(checked: Checked, sentence: SentenceScore) -> tuple[Text, ...]:
    """The advice as a small diff: what goes is struck out, what comes is underlined."""
    if sentence.advice is None:
        return ()
    old, new = Text("- ", style="red"), Text("+ ", style="green")
    position = sentence.start
    for change in sentence.advice.changes:
        same = visible(checked.body[position : change.start])
        old.append(same)
        new.append(same)
        old.append(visible(checked.body[change.start : change.end]), style="bold strike")
        new.append(visible(change.replacement), style="bold underline")
        position = change.end
    rest = visible(checked.body[position : sentence.end])
    old.append(rest)
    new.append(rest)
    return Text.assemble(("advice: ", "bold"), reasons(sentence.advice)), old, new


def _summary(checked: Checked) -> Text:
    score = checked.score
    told = Text.assemble((checked.name, "bold"), ": ", (score.verdict, _STYLES[score.verdict]))
    if score.verdict is Verdict.UNDETERMINED:
        return told.append(f" ({REASONS[score.reason]})" if score.reason else "")
    hedged = len(checked.labelled(Label.HEDGED))
    told.append(
        f", severity {score.severity} ({SEVERITIES[score.severity]});"
        f" of {len(score.sentences)} sentences {len(checked.overstated)} overstated, {hedged} hedged"
    )
    return told.append(f"  [model {score.model}]", style="dim")


def _mark(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}:
        return character
    if character in "\u200c\u200d\u00ad":  # joiners of scripts and emoji, soft hyphens: they only join
        return character
    if ord(character) < 0x20:  # noqa: PLR2004 - the C0 controls, which have pictures of their own
        return chr(0x2400 + ord(character))
    return "\ufffd"
