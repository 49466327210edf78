"""The `overclaim-train` command: makes a model of labelled articles, measures it, describes it.

Exit status: 0 done, 2 bad input, 3 a gate refused the model.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from training import card, evaluation, fit, promotion, report
from training.crossvalidation import cross_validate, learning_curve
from training.evaluate import evaluate
from training.examples import CorpusError, LabelledArticle, deduplicate, load, load_texts
from training.operating import ExpressionError
from training.progress import displayed
from training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluation import Evaluation

BAD_INPUT: Final = 2
REFUSED: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options, Console(stderr=True))
    except (CorpusError, ExpressionError, card.CardError, fit.ModelError) as error:
        print(f"overclaim-train: {error}", file=sys.stderr)
        return BAD_INPUT
    return status


def fit_model(options: argparse.Namespace, console: Console) -> int:
    """Cross-validate, for the figures and operating points; then fit on everything, and save."""
    articles = _articles(options.corpus, console)
    recipe = Recipe(seed=options.seed)
    with displayed(console) as progress:
        predictions = cross_validate(
            recipe, articles, folds=options.folds, seed=options.seed, progress=progress
        )
        how = _crossed(options.folds, options.seed)
        found = evaluate(articles, predictions, model=options.out.name, how=how, progress=progress)
        fitted = recipe.fit(articles, progress=progress)
    fit.save(fitted, options.out, evaluation=found)
    _show(found, console)
    print(options.out)
    return 0


def evaluate_model(options: argparse.Namespace, console: Console) -> int:
    """Write report.json and report.html; compare and judge as asked."""
    gates = [promotion.parse_gate(text) for text in options.gate]
    articles, also = _articles(options, console)
    learning = []
    with displayed(console) as progress:
        if options.model is None:
            folds = options.cross_validate
            model, how = "recipe", _crossed(options, folds)
            crossing = {"folds": folds, "seed": options.seed, "also": also, "progress": progress}
            predictions = cross_validate(_recipe(options), articles, **crossing)
            if options.learning_curve:
                learning = learning_curve(_recipe(options), articles, **crossing)
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
    options.out.mkdir(parents=True, exist_ok=True)
    evaluation.save(found, options.out / "report.json")
    (options.out / "report.html").write_text(report.page(found, articles), encoding="utf-8")
    _show(found, console)
    print(options.out / "report.html")
    refused = [each for each in found.gates if not each.passed]
    for each in refused:
        print(f"refused: {each.gate}, but it is {each.value:.4f}", file=sys.stderr)
    return REFUSED if refused else 0


def write_card(options: argparse.Namespace, console: Console) -> int:
    """Render the card from reports and the failures known by hand."""
    reports = {name: card.read(file) for name, file in options.report}
    try:
        failures = options.failures.read_text(encoding="utf-8")
    except OSError as error:
        raise card.CardError(f"{options.failures}: {error.strerror}") from error
    text = card.card(reports, failures=failures, commands=options.command_line)
    options.out.write_text(text, encoding="utf-8")
    console.print(f"A card of {len(reports)} reports.")
    print(options.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="overclaim-train", description="Make, measure and describe models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fitting = commands.add_parser("fit", help="make a model of labelled articles")
    _add_corpus(fitting)
    fitting.add_argument("--out", type=Path, required=True, help="the directory to make, for the model")
    fitting.add_argument("--folds", type=_folds, default=5, help="folds to measure it by (%(default)s)")
    fitting.set_defaults(run=fit_model)

    measuring = commands.add_parser("evaluate", help="measure a model, or its recipe by cross-validation")
    _add_corpus(measuring)
    which = measuring.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path, help="the model's directory")
    which.add_argument("--cross-validate", type=_folds, metavar="K", help="fit anew for each of K folds")
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
    describing.add_argument(
        "--command-line", action="append", default=[], help="a command that gave a report"
    )
    describing.add_argument("--out", type=Path, required=True, help="the card's file")
    describing.set_defaults(run=write_card)
    return parser


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="JSON Lines of labelled articles, or directories of them",
    )
    parser.add_argument(
        "--also",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="articles to fit on besides, but not to measure on",
    )
    parser.add_argument(
        "--background",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help='JSON Lines with a "text" each, without labels, to learn from what words are like',
    )
    parser.add_argument(
        "--trust",
        type=_trusted,
        action="append",
        default=[],
        metavar="PATH=WEIGHT",
        help="the weight of articles whose file's path holds PATH; 1 for all others",
    )
    parser.add_argument("--seed", type=int, default=0, help="of splits and fitting (%(default)s)")


def _folds(text: str) -> int:
    folds = int(text)
    if folds < 2:  # noqa: PLR2004 -- one fold has nothing to fit on
        raise argparse.ArgumentTypeError("at least 2 folds")
    return folds


def _named_file(text: str) -> tuple[str, Path]:
    name, separator, file = text.partition("=")
    if not (name and separator and file):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FILE")
    return name, Path(file)


def _recipe(options: argparse.Namespace) -> Recipe:
    background = [text for path in options.background for text in load_texts(path)]
    return Recipe(seed=options.seed, trust=tuple(options.trust), background=background)


def _articles(
    options: argparse.Namespace, console: Console
) -> tuple[list[LabelledArticle], list[LabelledArticle]]:
    """Give the articles to measure on, and those only to fit on, without near-duplicates in either or both."""
    articles = load(options.corpus)
    also = load(options.also) if options.also else []
    kept = deduplicate([*articles, *also])
    if left_out := len(articles) + len(also) - len(kept):
        console.print(f"{left_out} near-duplicates left out.")
    measured = {article.origin for article in articles}
    return (
        [article for article in kept if article.origin in measured],
        [article for article in kept if article.origin not in measured],
    )


def _crossed(options: argparse.Namespace, folds: int) -> str:
    more = f" Each fold is also fitted on {', '.join(map(str, options.also))}." if options.also else ""
    return f"Cross-validated: {folds} folds that keep each publisher on one side, seed {options.seed}.{more}"


def _trusted(text: str) -> tuple[str, float]:
    part, separator, weight = text.rpartition("=")
    try:
        if part and separator and float(weight) > 0:
            return part, float(weight)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not PATH=WEIGHT with a weight above 0")


def _show(found: Evaluation, console: Console) -> None:
    table = Table("measure", "value", "95 %", title=f"{found.model}: {found.how}")
    for name, each in found.measures.items():
        table.add_row(
            name, f"{each.value:.3f}", "" if isnan(each.low) else f"{each.low:.3f} to {each.high:.3f}"
        )
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
