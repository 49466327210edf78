"""Sentences are cut where a reader would cut them."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pytest

from service.classifier.text.document import read
from service.classifier.text.markup import Format, extract
from service.classifier.text.sentences import cut
from tests.costs import is_linear, takes_less
from tests.data.sentence_boundaries import CASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


MARK = "‖"


class Figures(NamedTuple):
    """Boundaries found, missed and invented, and cases that are wholly right."""

    found: int
    missed: int
    invented: int
    whole: int

    @property
    def right(self) -> float:
        """Right boundaries over right, missed and invented ones."""
        return self.found / (self.found + self.missed + self.invented)


def _boundaries(sentences: Iterable[str]) -> set[int]:
    """Count the characters, space apart, before each boundary: cutters differ in what they do to space."""
    counts = [len("".join(sentence.split())) for sentence in sentences]
    return {sum(counts[: i + 1]) for i in range(len(counts) - 1)}


def _figures(cutter: Callable[[str], Iterable[str]]) -> Figures:
    found = missed = invented = whole = 0
    for case in CASES:
        wanted = _boundaries(case.split(MARK))
        got = _boundaries(cutter(case.replace(MARK, "")))
        found += len(wanted & got)
        missed += len(wanted - got)
        invented += len(got - wanted)
        whole += wanted == got
    return Figures(found, missed, invented, whole)


def _ours(text: str) -> list[str]:
    """Cut by our rules; what stands between two sentences (space, bullets) goes with the second."""
    ends = [0, *(sentence.end for sentence in read(text, Format.PLAIN).sentences)]
    return [text[start:end] for start, end in pairwise(ends)]


def _pysbd(text: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has invalid escapes in its patterns
        import pysbd  # noqa: PLC0415 - the warnings are raised by the import

        return list(pysbd.Segmenter(language="en", clean=False).segment(text))


def _syntok(text: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        from syntok import segmenter  # noqa: PLC0415 - the warnings are raised by the import

        paragraphs = segmenter.process(text)
    return [
        "".join(t.spacing + t.value for t in sentence) for paragraph in paragraphs for sentence in paragraph
    ]


def test_at_least_ninety_seven_in_a_hundred_boundaries_are_right_and_more_than_two_libraries_get() -> None:
    table = {"overclaim": _figures(_ours), "pysbd": _figures(_pysbd), "syntok": _figures(_syntok)}
    rows = [f"{name:12}{got.right:8.3f} {got}" for name, got in table.items()]
    print("", *rows, sep="\n")  # noqa: T201 - the table that the module's docstring quotes
    assert len(CASES) >= 200
    assert table["overclaim"].right >= 0.97
    assert table["overclaim"].right > max(table["pysbd"].right, table["syntok"].right)


@pytest.mark.parametrize("case", [case for case in CASES if "\n" not in case and "\r" not in case])
def test_markup_around_a_sentence_changes_no_boundary(case: str) -> None:
    text = case.replace(MARK, "")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    plain = [sentence.prose for sentence in read(text, Format.PLAIN).sentences]
    html = [sentence.prose for sentence in read(f"<p><b>{escaped}</b></p>", Format.HTML).sentences]
    assert " ".join(html).endswith(" ".join(plain))
    assert len(plain) == len(html)


def test_no_sentence_is_empty_or_has_space_around_it() -> None:
    for case in CASES:
        prose = extract(case, Format.PLAIN)
        for span in cut(prose):
            sentence = prose.text[span.start : span.end]
            assert sentence
            assert sentence == sentence.strip()


@pytest.mark.parametrize(
    "piece", [". ", "Dr. ", "a.", "...", "! ", '." ', "[1] ", "\n", "1. ", "A", ".\u00b9", "(. "]
)
def test_cutting_takes_linear_time(piece: str) -> None:
    prose = {size: extract(piece * (size // len(piece)), Format.HTML) for size in (25_000, 100_000)}
    assert is_linear(lambda size: cut(prose[size]), up_to=100_000)
    assert takes_less(1, lambda: cut(prose[100_000]))
