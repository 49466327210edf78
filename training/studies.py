"""The commands that look into a recipe or a model: search, public, claims, enlarge."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from training import claims, corpus_options, engines, enlarging, fit, public_comparison, public_sets, space
from training.examples import load, load_texts
from training.progress import displayed
from training.search import TOLD, search

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add(commands: Any) -> None:  # noqa: ANN401 - argparse does not publish the type
    """Add the four commands to a parser's."""
    searching = commands.add_parser(
        "search", help="try other values of the recipe's fields, by cross-validation"
    )
    corpus_options.add(searching)
    searching.add_argument(
        "--space",
        default=space.BUILT_IN,
        metavar="FILE",
        help="TOML of fields and values to try, or %(default)s, which is the default",
    )
    searching.add_argument("--folds", type=corpus_options.folds, default=5, help="folds (%(default)s)")
    searching.add_argument("--out", type=Path, required=True, help="a directory for results.json and .csv")
    searching.add_argument(
        "--engine",
        type=engines.Engine,
        choices=list(engines.Engine),
        default=engines.Engine.JOBLIB,
        help="what computes (%(default)s, on this machine)",
    )
    searching.add_argument("--scheduler", metavar="ADDRESS", help="of a running Dask or Ray cluster")
    searching.set_defaults(run=search_recipe)

    comparing = commands.add_parser("public", help="hold the features against tf-idf on public research sets")
    comparing.add_argument("--data", type=Path, required=True, help="JSON Lines of labelled claims")
    comparing.add_argument(
        "--background", type=Path, nargs="+", default=[], metavar="PATH", help="as for fit"
    )
    comparing.add_argument("--folds", type=corpus_options.folds, default=5, help="folds (%(default)s)")
    comparing.add_argument("--ideas", action="store_true", help="also measure the features without a part")
    comparing.add_argument("--seed", type=int, default=0, help="of splits (%(default)s)")
    comparing.add_argument("--jobs", type=int, default=-1, help="folds computed at once (all cores)")
    comparing.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    comparing.set_defaults(run=compare_on_public_sets)

    judging = commands.add_parser("claims", help="count the claims flagged where careful text is spared")
    judging.add_argument("--model", type=Path, required=True, help="the model's directory")
    judging.add_argument("--claims", type=Path, required=True, help="JSON Lines: what ought to be flagged")
    judging.add_argument("--careful", type=Path, required=True, help="JSON Lines: what ought to be spared")
    judging.add_argument(
        "--false-alarms", type=float, default=claims.FALSE_ALARMS, help="share not spared (%(default)s)"
    )
    judging.add_argument(
        "--unseen",
        action="store_true",
        help="of the careful texts take those that `fit --careful` leaves out",
    )
    judging.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    judging.set_defaults(run=judge_claims)

    growing = commands.add_parser("enlarge", help="make a corpus of any size, to measure what fitting costs")
    growing.add_argument(
        "--corpus", type=Path, nargs="+", required=True, metavar="PATH", help="what to make it of"
    )
    growing.add_argument("--sentences", type=int, required=True, help="how many it is to have")
    growing.add_argument("--seed", type=int, default=0, help="of chance (%(default)s)")
    growing.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON Lines to write")
    growing.set_defaults(run=enlarge_corpus)


def search_recipe(options: argparse.Namespace, console: Console) -> int:
    """Compute the rows that the table lacks, and name the best."""
    candidates = space.load(options.space)
    articles, also = corpus_options.articles(options, console)
    running = engines.running(options.engine, jobs=options.jobs, scheduler=options.scheduler)
    with displayed(console) as progress, running:
        found = search(
            corpus_options.recipe(options),
            candidates,
            articles,
            folds=options.folds,
            out=options.out,
            also=also,
            progress=progress,
        )
    table = Table("measure", "best mean", "of", title=f"{len(found.rows)} candidates")
    for measure in TOLD:
        if best := found.best(measure):
            table.add_row(measure, f"{best.means[measure]:.4f}", best.candidate.name)
    console.print(table)
    sys.stdout.write(f"{options.out / 'results.csv'}\n")
    return 0


def compare_on_public_sets(options: argparse.Namespace, console: Console) -> int:
    """Print the table in Markdown."""
    read = public_sets.load(options.data)
    background = [text for path in options.background for text in load_texts(path)]
    named = public_comparison.readers(read, background, ideas=options.ideas)
    with displayed(console) as progress:
        results = public_comparison.compare(
            read, named, folds=options.folds, seed=options.seed, jobs=options.jobs, progress=progress
        )
    if options.out:
        public_comparison.save(results, options.out)
    sys.stdout.write(public_comparison.table(results) + "\n")
    return 0


def enlarge_corpus(options: argparse.Namespace, console: Console) -> int:
    """Write the larger corpus."""
    articles = load(options.corpus)
    with displayed(console) as progress:
        enlarging.write(
            options.out, articles, sentences=options.sentences, seed=options.seed, progress=progress
        )
    sys.stdout.write(f"{options.out}\n")
    return 0


def judge_claims(options: argparse.Namespace, console: Console) -> int:
    """Print what is flagged by each score, and the claims' scores, without text."""
    cited, careful = claims.load(options.claims), claims.load(options.careful)
    if options.unseen:
        careful = careful[1::2]
    classifier = fit.load(options.model).classifier
    with displayed(console) as progress:
        judged = claims.judge(
            classifier, cited, careful, false_alarms=options.false_alarms, progress=progress
        )
    if options.out:
        claims.save(judged, options.out)
    table = Table("score", "threshold", "careful flagged", "claims flagged", "missed", title=judged.model)
    for each in judged.results:
        flagged = f"{each.flagged} of {each.claims}"
        missed = ", ".join(each.missed)
        table.add_row(each.score, f"{each.threshold:.4f}", f"{each.false_alarms:.2%}", flagged, missed)
    scores = Table(*(field.name for field in dataclasses.fields(claims.Score)))
    for score in judged.scores:
        scores.add_row(score.id, f"{score.served:.4f}", f"{score.sentence:.4f}")
    console.print(table, scores)
    return 0
