"""The model card: facts about use, filled in from report.json files and a list of known failures."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final

from service.classifier.results import Label
from training.evaluate import GENRE_MEASURES
from training.metrics import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

Report = dict[str, Any]
Row = tuple[str, ...]

ABSENT: Final = "n/a"
NUMBERS: Final = ("precision", "precision_lower", "recall", "recall_lower", "match_rate")
POINT_HEADS: Final = ("of", "asked for", "threshold", *NUMBERS, "support")


class CardError(Exception):
    """A report that the card cannot be made from; the message names the file."""


def read(file: Path) -> Report:
    """Read a report.json. Raises CardError when it is missing or not one."""
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CardError(f"{file}: cannot be read as a report") from error
    needed = {"model", "how", "corpus", "measures", "genres", "operating_points", "reliability"}
    if not isinstance(report, dict) or not needed <= set(report):
        raise CardError(f"{file}: is not a report of `overclaim-train evaluate`")
    return report


def card(
    reports: Mapping[str, Report], *, failures: str, commands: Sequence[str], elsewhere: str = ""
) -> str:
    """Render the card, in Markdown.

    `reports` are named by what sets them apart ("embedded corpus alone"); the first is the model's
    own, from which genres, operating points and calibration are taken. `failures` is Markdown,
    written by hand, and so is `elsewhere`: what was measured on other text. `commands` gave the figures.
    """
    own = next(iter(reports.values()))
    template = Template(files("training").joinpath("card.md").read_text(encoding="utf-8"))
    return template.substitute(
        model=own["model"],
        data=_listing(_data(reports)),
        measures=_table(("measure", *reports), _measures(reports.values())),
        genres=_table(("genre", "articles", "publishers", *GENRE_MEASURES), _genres(own)),
        operating_points=_table(POINT_HEADS, _operating_points(own)),
        calibration=_table(("of", "score", "promised", "came"), _calibration(own)),
        elsewhere=f"\n## On other text\n\n{elsewhere.strip()}\n" if elsewhere else "",
        failures=failures.strip(),
        reproduce="\n".join(("```", *commands, "```")),
    )


def _data(reports: Mapping[str, Report]) -> Iterator[str]:
    for name, report in reports.items():
        corpus = report["corpus"]
        labels = ", ".join(f"{corpus['sentence_labels'][label]:,} {label}" for label in Label)
        yield (
            f"**{name}**: {report['how']} {corpus['articles']:,} articles of {corpus['publishers']:,} "
            f"publishers, {corpus['sentences']:,} sentences ({labels}); corpus `{corpus['sha256'][:16]}`."
        )
        if agreement := report.get("agreement"):
            yield (
                f"A second annotator, on {agreement['sentences']:,} of these sentences: macro-F1 "
                f"{agreement['macro_f1']:.3f}, kappa {agreement['kappa']:.3f} against the first."
            )


def _measures(reports: Iterable[Report]) -> Iterator[Row]:
    reports = list(reports)
    for name in MEASURES:
        yield (f"`{name}`", *(_estimate(report["measures"].get(name)) for report in reports))


def _genres(report: Report) -> Iterator[Row]:
    for genre in report["genres"]:
        measures = (_estimate(genre["measures"][name]) for name in GENRE_MEASURES)
        yield (genre["genre"], str(genre["articles"]), str(genre["publishers"]), *measures)


def _operating_points(report: Report) -> Iterator[Row]:
    for wanted in report["operating_points"]:
        asked = (f"{wanted['of']}, {wanted['label']}", wanted["wish"])
        if (point := wanted["point"]) is None:
            yield (*asked, "none", *[ABSENT] * (len(NUMBERS) + 1))
        else:
            numbers = (_number(point[name]) for name in NUMBERS)
            yield (*asked, f"{point['threshold']:.4f}", *numbers, f"{point['support']:,}")


def _calibration(report: Report) -> Iterator[Row]:
    for diagram in report["reliability"]:
        for each in diagram["bins"]:
            yield (diagram["of"], diagram["score"], _number(each["promised"]), _number(each["came"]))


def _estimate(found: Mapping[str, float | None] | None) -> str:
    if found is None or found["value"] is None:
        return ABSENT
    if found["low"] is None:
        return _number(found["value"])
    return f"{_number(found['value'])} ({_number(found['low'])} to {_number(found['high'])})"


def _number(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.3f}"


def _table(heads: Sequence[str], rows: Iterable[Row]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def _listing(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
