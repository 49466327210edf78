"""`overclaim score-archive`: scores files of articles here, on every core, or on a cluster."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.archive.options import Fields, Form, Kept, Options
from service.classifier.text.markup import Format

if TYPE_CHECKING:
    from service.archive.job import Job

BUNDLED_MODEL: Final = Path(__file__).parents[1] / "bundled"
DONE, SOME_BAD, INTERRUPTED = 0, 3, 130
MIB: Final = 1 << 20
LEAST_MIB, MOST_MIB = 0.001, 1024


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `score-archive` to the commands; its `run` is set as the parser's default."""
    parser = commands.add_parser(
        "score-archive",
        help="score archives of articles, on every core or a cluster",
        description="Score the articles of JSON Lines (also .gz and .zst) or Parquet files. What was cut off"
        " goes on when the same command is given again. Exits with 0 when every article was scored, with 3"
        " when some could not be, as errors.jsonl tells, and with 2 when nothing was done.",
    )
    fields = Fields()
    add = parser.add_argument
    add("inputs", nargs="+", type=Path, metavar="IN", help="a file, or a folder of them")
    add("--out", type=Path, required=True, metavar="DIR", help="a folder for the rows; new, or to go on with")
    add("--form", type=Form, choices=[*Form], default=Form.JSON_LINES, help="of rows; default: %(default)s")
    add(
        "--sentences",
        type=Kept,
        choices=[*Kept],
        default=Kept.ALL,
        help="which of them get a row; default: %(default)s",
    )
    for name in ("id", "body", "title", "format"):
        default = getattr(fields, name)
        add(f"--{name}-field", default=default, metavar="NAME", help="default: %(default)s")
    add(
        "--input-format",
        type=Format,
        choices=[*Format],
        default=Format.PLAIN,
        help="of bodies that do not say it; default: %(default)s",
    )
    add("--model", type=Path, default=BUNDLED_MODEL, metavar="DIR", help="default: the model that came along")
    add("--chunk-mib", type=_size, default=8.0, metavar="N", help="what is redone at most; %(default)s MiB")
    add("--jobs", type=_positive, metavar="N", help="processes here; default: one for each core")
    add("--engine", choices=["local", "dask"], default="local", help="what computes; default: %(default)s")
    add("--scheduler", metavar="ADDRESS", help="of a Dask cluster whose workers see the same paths")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Begin a job or go on with it, tell how far it has come, and return the exit status."""
    # Numpy and the weights are worth waiting for only when there is something to score.
    from rich.console import Console  # noqa: PLC0415 - as above

    from service.archive import finish, job  # noqa: PLC0415 - as above
    from service.archive.errors import BadArchive  # noqa: PLC0415 - as above

    if options.scheduler and options.engine != "dask":
        raise BadArchive("--scheduler goes with --engine dask")
    job.claim(options.out)
    asked = job.prepare(options.inputs, options.out, directory=options.model, options=_options(options))
    asked.work.folder.make()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with asked.work.folder.held():
        job.begin(asked)
        try:
            _work(asked, options, console)
        except KeyboardInterrupt:
            console.print("Stopped. The same command goes on from here.")
            return INTERRUPTED
        summary = finish.finish(asked)
    console.print(_told(summary))
    sys.stdout.write(f"{options.out}\n")
    return SOME_BAD if summary["errors"] else DONE


def _work(asked: Job, options: argparse.Namespace, console: Any) -> None:  # noqa: ANN401 - rich waits for its use
    from service.archive.engines import cores, dask, local  # noqa: PLC0415 - as in `run`
    from service.archive.telling import Pace, displayed  # noqa: PLC0415 - as in `run`

    folder = asked.work.folder
    done = sum(chunk.weight for chunk in asked.chunks() if folder.receipt(chunk))
    pace = Pace(done=done, total=asked.weight)
    left = (chunk for chunk in asked.chunks() if not folder.receipt(chunk))
    jobs = options.jobs or cores()
    if options.engine == "dask":
        receipts = dask(asked.work, left, jobs=jobs, scheduler=options.scheduler)
    else:
        receipts = local(asked.work, left, jobs=jobs)
    if done:
        console.print(
            f"Going on: {done / max(1, asked.weight):.0%} was done before.", highlight=False, soft_wrap=True
        )
    with displayed(console, pace) as show:
        for receipt in receipts:
            pace.add(receipt)
            show()
    console.print(f"{pace}.")


def _options(options: argparse.Namespace) -> Options:
    return Options(
        fields=Fields(options.id_field, options.body_field, options.title_field, options.format_field),
        markup=options.input_format,
        form=options.form,
        sentences=options.sentences,
        chunk_bytes=round(options.chunk_mib * MIB),
    )


def _told(summary: dict[str, Any]) -> str:
    verdicts = ", ".join(f"{number:,} {name}" for name, number in summary["verdicts"].items())
    told = f"{summary['articles']:,} articles of {summary['sentences']:,} sentences: {verdicts or 'none'}."
    if summary["errors"]:
        told += f" {summary['errors']:,} could not be scored: see errors.jsonl."
    return told


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _size(text: str) -> float:
    number = float(text)
    if not LEAST_MIB <= number <= MOST_MIB:
        raise argparse.ArgumentTypeError(f"from {LEAST_MIB} to {MOST_MIB}")
    return number
