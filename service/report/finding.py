"""What every form of report needs: an article with its score, its findings, and where they stand."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from service.classifier.results import ArticleScore, Label, SentenceScore, Verdict
from service.report.visible import visible

STANDARD_INPUT = "-"


class Place(NamedTuple):
    """A line and a column of a body, both counted from 1; columns are code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Checked:
    """An article that was scored: where it came from, its text, and what was found."""

    path: str
    body: str
    score: ArticleScore

    @property
    def name(self) -> str:
        """The path as a reader should see it."""
        return "<stdin>" if self.path == STANDARD_INPUT else visible(self.path).replace("\n", "\u240a")

    @cached_property
    def overstated(self) -> tuple[SentenceScore, ...]:
        """The sentences that are overstated, in the order of the text."""
        return self.labelled(Label.OVERSTATED)

    def labelled(self, label: Label) -> tuple[SentenceScore, ...]:
        """The sentences with this label, in the order of the text."""
        return tuple(sentence for sentence in self.score.sentences if sentence.label is label)

    def place(self, offset: int) -> Place:
        """Where a code point of the body stands. Lines end with LF or CRLF, as in SARIF and in editors."""
        line = bisect_right(self._line_starts, offset)
        return Place(line, offset - self._line_starts[line - 1] + 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        while (newline := self.body.find("\n", starts[-1])) >= 0:
            starts.append(newline + 1)
        return starts


def is_overstated(score: ArticleScore, min_severity: int) -> bool:
    """Whether a check fails: something is overstated, the article or a sentence, at or above this severity.

    Severity is the article's. One of severity 0 passes with its loose sentences, which are still shown.
    """
    overstated = score.verdict is Verdict.OVERSTATED or any(
        sentence.label is Label.OVERSTATED for sentence in score.sentences
    )
    return overstated and score.severity >= min_severity
