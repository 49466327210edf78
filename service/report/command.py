"""`overclaim check`: scores files offline and prints what was found."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from service.article import MAX_SENTENCES
from service.classifier.text.markup import Format
from service.errors import InvalidArticle
from service.report import FORMATS, Checked, is_overstated, render
from service.report.inputs import BadInput, bad_input, read
from service.report.visible import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from service.article import Article
    from service.classifier import model
    from service.classifier.results import ArticleScore

BUNDLED_MODEL = Path(__file__).parents[1] / "bundled"
NOTHING_FOUND, FOUND, BAD_INPUT = 0, 1, 2


class Classifier(Protocol):
    """What scores an article."""

    def score(self, body: str, *, title: str, format: Format) -> ArticleScore:  # noqa: A002 - the house's word
        """Score a body within the contract's limits; raises InvalidArticle."""


@dataclass(frozen=True, slots=True)
class Here:
    """Scores with a model of this machine, within the limit of sentences that a server has by default."""

    model: model.Classifier

    def score(self, body: str, *, title: str, format: Format) -> ArticleScore:  # noqa: A002 - the house's word
        """Score one article; raises InvalidArticle."""
        return self.model.score(body, title=title, format=format, max_sentences=MAX_SENTENCES)


def _load(directory: Path) -> Classifier:
    # Numpy and the weights are worth waiting for only when there is something to score.
    from service.classifier import artifact  # noqa: PLC0415

    return Here(artifact.load(directory))


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` to the commands; its `run` is set as the parser's default."""
    parser = commands.add_parser(
        "check",
        help="score files here, without a server",
        description="Score files offline and show, sentence by sentence, what is overstated and what to"
        " write instead. Exits with 1 if anything is overstated in an article of at least the severity asked"
        " for, with 2 if an input is bad (the others are still checked), else with 0.",
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="FILE", help='a text in UTF-8, or "-" for standard input')
    add("--format", default="text", choices=FORMATS, help="of the report; default: %(default)s")
    add(
        "--input-format",
        choices=[*Format],
        help="default: by the file's ending",
    )
    add("--title", default="", help="the title of the article, where the text does not hold it")
    add(
        "--min-severity",
        type=int,
        default=1,
        choices=[1, 2, 3],
        help="of the article, to exit with 1: 1 loose wording, 2 misleading, 3 dangerous (%(default)s)",
    )
    add("--color", default="auto", choices=["auto", "always", "never"], help="default: %(default)s")
    add("--model", type=Path, default=BUNDLED_MODEL, metavar="DIR", help="default: the model that came along")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, load: Callable[[Path], Classifier] = _load) -> int:
    """Check every file, tell of the bad ones on standard error, and return the exit status."""
    _prepare_output(options.format)
    named = Format(options.input_format) if options.input_format else None
    classifier: Classifier | None = None
    checked: list[Checked] = []
    found = bad = False
    for path in options.paths:
        try:
            article = read(path, title=options.title, format=named)
            classifier = classifier or load(options.model)
            score = _score(article, classifier)
        except BadInput as fault:
            sys.stderr.write(f"overclaim: {visible(path)}: {fault}\n")
            bad = True
            continue
        found = found or is_overstated(score, options.min_severity)
        if options.format == "sarif":
            checked.append(Checked(path, article.body, score))
        else:
            colour = _in_colour(options.color)
            sys.stdout.write(render(path, article.body, score, format=options.format, colour=colour))
            sys.stdout.flush()
    if options.format == "sarif":
        from service.report import sarif  # noqa: PLC0415 - the other forms do not need it

        sys.stdout.write(sarif.log(checked))
    return BAD_INPUT if bad else FOUND if found else NOTHING_FOUND


def _score(article: Article, classifier: Classifier) -> ArticleScore:
    try:
        return classifier.score(article.body, title=article.title, format=article.format)
    except InvalidArticle as invalid:
        raise bad_input(invalid.violations[0]) from None


def _prepare_output(form: str) -> None:
    """Let no character of an article fail to be printed; what programs read is always UTF-8."""
    if isinstance(sys.stdout, TextIOWrapper):
        if form == "text":
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _in_colour(choice: str) -> bool:
    """As asked; by itself at a terminal that shows colours, unless NO_COLOR is set (no-color.org)."""
    if choice == "auto":
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return sys.stdout.isatty() and not plain
    return choice == "always"
