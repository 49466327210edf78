"""The `overclaim-train` command: makes a model of labelled articles, measures it, describes it.

Exit status: 0 done, 2 bad input, 3 a gate refused the model.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from training import (
    card,
    corpus_check,
    corpus_options,
    engines,
    evaluation,
    fit,
    promotion,
    report,
    results_table,
    signing,
    space,
    studies,
)
from training.crossvalidation import cross_validate, learning_curve
from training.evaluate import evaluate
from training.examples import CorpusError, load
from training.operating import ExpressionError
from training.progress import displayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluation import Evaluation
    from training.examples import LabelledArticle

BAD_INPUT: Final = 2
REFUSED: Final = 3
INPUT_ERRORS: Final = (
    CorpusError,
    ExpressionError,
    card.CardError,
    fit.ModelError,
    engines.EngineError,
    results_table.ResultsError,
    space.SpaceError,
)
FAILURES: Final = Path(__file__).with_name("failures.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments)
    options.arguments = sys.argv[1:] if arguments is None else arguments
    try:
        status: int = options.run(options, Console(stderr=True))
    except INPUT_ERRORS as error:
        print(f"overclaim-train: {error}", file=sys.stderr)
        return BAD_INPUT
    return status


def fit_model(options: argparse.Namespace, console: Console) -> int:
    """Cross-validate, for figures, operating points and the card; then fit on everything, and save."""
    # Read first: to learn after the fitting that there is no key would be late.
    key = signing.private_key(options.key) if options.key else None
    articles, also = corpus_options.articles(options, console)
    recipe = corpus_options.recipe(options)
    others = {name: card.read(file) for name, file in options.beside}
    with displayed(console) as progress:
        predictions = cross_validate(
            recipe,
            articles,
            folds=options.folds,
            seed=options.seed,
            also=also,
            jobs=options.jobs,
            progress=progress,
        )
        found = evaluate(
            articles,
            predictions,
            model=options.name or options.out.name,
            how=_crossed(options, options.folds),
            progress=progress,
        )
        fitted = recipe.fit([*articles, *also], progress=progress)
    text = card.card(
        {"this model": evaluation.plain(found), **others},
        failures=_read(options.failures),
        commands=["overclaim-train " + shlex.join(options.arguments)],
        elsewhere=_read(options.elsewhere) if options.elsewhere else "",
    )
    print(fit.save(fitted, options.out, evaluation=found, card=text, key=key))
    if options.report is not None:
        _report(found, articles, options.report)
    _show(found, console)
    return 0


def evaluate_model(options: argparse.Namespace, console: Console) -> int:
    """Write report.json and report.html; compare and judge as asked."""
    gates = [promotion.parse_gate(text) for text in options.gate]
    articles, also = corpus_options.articles(options, console)
    learning = []
    with displayed(console) as progress:
        if options.model is None:
            folds = options.cross_validate
            model, how = "recipe", _crossed(options, folds)
            crossing = {
                "folds": folds,
                "seed": options.seed,
                "also": also,
                "jobs": options.jobs,
                "progress": progress,
            }
            predictions = cross_validate(corpus_options.recipe(options), articles, **crossing)
            if options.learning_curve:
                learning = learning_curve(corpus_options.recipe(options), articles, **crossing)
        else:
            model, how = options.model.name, "A fitted model, on articles that it must not have seen."
            predictions = fit.load(options.model).predict(articles)
        found = evaluate(articles, predictions, model=model, how=how, progress=progress)
        found = replace(found, learning=learning)
        if options.against is not None:
            old = fit.load(options.against).predict(articles)
            compared = promotion.compare(articles, new=predictions, old=old, old_model=options.against.name)
            found = replace(found, comparison=compared)
    found = replace(found, gates=promotion.judge(gates, found.measures, found.comparison))
    _report(found, articles, options.out)
    _show(found, console)
    print(options.out / "report.html")
    refused = [each for each in found.gates if not each.passed]
    for each in refused:
        print(f"refused: {each.gate}, but it is {each.value:.4f}", file=sys.stderr)
    return REFUSED if refused else 0


def write_card(options: argparse.Namespace, console: Console) -> int:
    """Render the card from reports and the failures known by hand."""
    reports = {name: card.read(file) for name, file in options.report}
    text = card.card(
        reports,
        failures=_read(options.failures),
        commands=options.command_line,
        elsewhere=_read(options.elsewhere) if options.elsewhere else "",
    )
    options.out.write_text(text, encoding="utf-8")
    console.print(f"A card of {len(reports)} reports.")
    print(options.out)
    return 0


def check_corpus(options: argparse.Namespace, console: Console) -> int:
    """Tell what a corpus holds, and what in it breaks the rules of form."""
    articles = load(options.corpus)
    print("\n".join(corpus_check.counts(articles)))
    found = list(corpus_check.check(articles))
    for each in found:
        print(each, file=sys.stderr)
    console.print(f"{len(found)} to mend." if found else "Sound.")
    return BAD_INPUT if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="overclaim-train", description="Make, measure and describe models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fitting = commands.add_parser("fit", help="make a model of labelled articles")
    corpus_options.add(fitting)
    fitting.add_argument("--out", type=Path, required=True, help="the directory to make, for the model")
    fitting.add_argument(
        "--folds", type=corpus_options.folds, default=5, help="folds to measure it by (%(default)s)"
    )
    fitting.add_argument("--name", default="", help="what its version begins with (the directory's name)")
    fitting.add_argument(
        "--key",
        type=Path,
        metavar="PEM",
        help="an Ed25519 private key to sign the model with; `sign` does it later",
    )
    fitting.add_argument("--report", type=Path, help="a directory for report.json and report.html")
    fitting.add_argument(
        "--failures", type=Path, default=FAILURES, help="Markdown: failures known by hand, for the card"
    )
    fitting.add_argument(
        "--elsewhere", type=Path, help="Markdown: what was measured on other text, for the card"
    )
    fitting.add_argument(
        "--beside",
        type=_named_file,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a report.json of another model to stand beside it in the card; may be given again",
    )
    fitting.set_defaults(run=fit_model)

    measuring = commands.add_parser("evaluate", help="measure a model, or its recipe by cross-validation")
    corpus_options.add(measuring)
    which = measuring.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path, help="the model's directory")
    which.add_argument(
        "--cross-validate", type=corpus_options.folds, metavar="K", help="fit anew for each of K folds"
    )
    measuring.add_argument("--out", type=Path, required=True, help="a directory for report.json and .html")
    measuring.add_argument("--against", type=Path, metavar="OLD", help="compare with this model")
    measuring.add_argument(
        "--gate",
        action="append",
        default=[],
        metavar="EXPRESSION",
        help='refuse, with exit status 3, unless this holds: "sentence.macro_f1 >= 0.75", or with '
        '--against "gain.article.accuracy >= 0"; may be given again',
    )
    measuring.add_argument("--learning-curve", action="store_true", help="with --cross-validate: fit on less")
    measuring.set_defaults(run=evaluate_model)

    checking = commands.add_parser("check-corpus", help="count a corpus, and hold it to its rules of form")
    checking.add_argument(
        "--corpus", type=Path, nargs="+", required=True, metavar="PATH", help="as for fit; the whole corpus"
    )
    checking.set_defaults(run=check_corpus)

    describing = commands.add_parser("card", help="write the model card from reports")
    describing.add_argument(
        "--report",
        type=_named_file,
        action="append",
        required=True,
        metavar="NAME=FILE",
        help="a report.json, and what sets it apart; the first is the model's own",
    )
    describing.add_argument("--failures", type=Path, required=True, help="Markdown: failures known by hand")
    describing.add_argument("--elsewhere", type=Path, help="Markdown: what was measured on other text")
    describing.add_argument(
        "--command-line", action="append", default=[], help="a command that gave a report"
    )
    describing.add_argument("--out", type=Path, required=True, help="the card's file")
    describing.set_defaults(run=write_card)

    signing.add(commands)
    studies.add(commands)
    return parser


def _named_file(text: str) -> tuple[str, Path]:
    name, separator, file = text.partition("=")
    if not (name and separator and file):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE")
    return name, Path(file)


def _report(found: Evaluation, articles: Sequence[LabelledArticle], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    evaluation.save(found, folder / "report.json")
    (folder / "report.html").write_text(report.page(found, articles), encoding="utf-8")


def _read(failures: Path) -> str:
    try:
        return failures.read_text(encoding="utf-8")
    except OSError as error:
        raise card.CardError(f"{failures}: {error.strerror}") from error


def _crossed(options: argparse.Namespace, folds: int) -> str:
    more = f" Each fold is also fitted on {', '.join(map(str, options.also))}." if options.also else ""
    return f"Cross-validated: {folds} folds that keep each publisher on one side, seed {options.seed}.{more}"


def _show(found: Evaluation, console: Console) -> None:
    table = Table("measure", "value", "95 %", title=f"{found.model}: {found.how}")
    for name, each in found.measures.items():
        table.add_row(
            name, f"{each.value:.3f}", "" if isnan(each.low) else f"{each.low:.3f} to {each.high:.3f}"
        )
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
