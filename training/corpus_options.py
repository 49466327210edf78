"""The options by which commands are told of their corpus, and what these stand for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from training.examples import LabelledArticle, deduplicate, load, load_texts
from training.recipe import Recipe, Trust
from training.single_labels import Labelled
from training.single_labels import load as load_labelled

if TYPE_CHECKING:
    from rich.console import Console


def add(parser: argparse.ArgumentParser) -> None:
    """Let a command be told of its corpus."""
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
        "--careful",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help='JSON Lines with a "text" each, sentences of journals, every second taken to overstate nothing',
    )
    parser.add_argument(
        "--labels",
        type=_labelled,
        action="append",
        default=[],
        metavar="LABELS=TEXT",
        help="labels of single sentences by id, and the JSON Lines with their text, to fit on besides; "
        "may be given again",
    )
    parser.add_argument(
        "--trust",
        type=_trusted,
        action="append",
        default=[],
        metavar="PATH=WORDS:PAGES:ALONE",
        help="weights of the articles whose file's path holds PATH: for words, for all that is of pages, and "
        "for sentences that are sent alone; 1 for others",
    )
    parser.add_argument("--jobs", type=int, default=-1, help="folds fitted at once (all cores)")
    parser.add_argument("--seed", type=int, default=0, help="of splits and fitting (%(default)s)")


def folds(text: str) -> int:
    """Read a number of folds."""
    number = int(text)
    if number < 2:  # noqa: PLR2004 -- one fold has nothing to fit on
        raise argparse.ArgumentTypeError("at least 2 folds")
    return number


def recipe(options: argparse.Namespace) -> Recipe:
    """Give the recipe as it is by default, with what the command line adds."""
    background = [text for path in options.background for text in load_texts(path)]
    labelled = {article.sentences[0].text for each in options.labels for article in load_labelled(each)}
    careful = [text for path in options.careful for text in load_texts(path)[::2] if text not in labelled]
    return Recipe(seed=options.seed, trust=tuple(options.trust), background=background, careful=careful)


def articles(
    options: argparse.Namespace, console: Console
) -> tuple[list[LabelledArticle], list[LabelledArticle]]:
    """Give the articles to measure on, and those only to fit on, with no near-duplicate in either or both."""
    measured = load(options.corpus)
    also = load(options.also) if options.also else []
    also += [article for each in options.labels for article in load_labelled(each)]
    kept = deduplicate([*measured, *also])
    if left_out := len(measured) + len(also) - len(kept):
        console.print(f"{left_out} near-duplicates left out.")
    own = {article.origin for article in measured}
    return (
        [article for article in kept if article.origin in own],
        [article for article in kept if article.origin not in own],
    )


def _labelled(text: str) -> Labelled:
    labels, _, texts = text.partition("=")
    if not (labels and texts):
        raise argparse.ArgumentTypeError(f"{text!r} is not LABELS=TEXT")
    return Labelled(Path(labels), Path(texts))


def _trusted(text: str) -> Trust:
    part, _, weights = text.rpartition("=")
    try:
        sentences, pages, alone = (float(weight) for weight in weights.split(":"))
    except ValueError:
        sentences = pages = alone = 0.0
    if not part or min(sentences, pages, alone) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not PATH=WORDS:PAGES:ALONE with weights above 0")
    return Trust(part, sentences, pages, alone)
