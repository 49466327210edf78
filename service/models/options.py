"""What `overclaim models` can be told. Imports nothing heavy: every command of ours reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from service.flags import add_tls

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


KINDS = ("shadow", "canary")
TARGET = "a model's version, or the directory of one that the server has too"
EXITS = "Exits with 0 when done, 1 when it was refused and nothing has changed, 2 when it could not be asked."


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `models` and its parts to the command line."""
    parser = commands.add_parser(
        "models",
        help="list, try, activate, roll back and prune models",
        description="List, try, activate and roll back the models of a running server, and prune those of a"
        " directory. The key of an ML engineer or an administrator stands in OVERCLAIM_KEY; pruning needs"
        " none.",
        epilog=EXITS,
    )
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    activate = parts.add_parser("activate", help="serve with a model, once it has passed its self-test")
    activate.add_argument("target", metavar="VERSION|DIR", help=TARGET)
    activate.add_argument("--again", action="store_true", help="though it is retired")
    _add_asking(
        (
            ("list", parts.add_parser("list", help="print which models there are, and what each is")),
            ("activate", activate),
            ("roll-back", parts.add_parser("roll-back", help="serve with the model before this one")),
        )
    )
    _add_trial(parts.add_parser("trial", help="begin, show, end and promote trials"))
    _add_prune(parts)


def _add_trial(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    start = parts.add_parser(
        "start",
        help="begin a shadow or a canary, or change its share",
        description="Begin a shadow, which is compared and never answers, or a canary, which answers a share"
        " of all tenants; or change the share of the one that goes on.",
        epilog=EXITS,
    )
    end = parts.add_parser("end", help="end a shadow or a canary")
    for part in (start, end):
        part.add_argument("kind", choices=KINDS)
    start.add_argument("target", metavar="VERSION|DIR", help=TARGET)
    start.add_argument(
        "--percent",
        type=int,
        metavar="N",
        help="of all articles for a shadow (default: 100), of all tenants for a canary (no default)",
    )
    _add_asking(
        (
            ("trial start", start),
            ("trial show", parts.add_parser("show", help="print how the models on trial compare")),
            ("trial end", end),
            ("trial promote", parts.add_parser("promote", help="serve all tenants with the canary")),
        )
    )


def _add_asking(named: Sequence[tuple[str, argparse.ArgumentParser]]) -> None:
    for name, part in named:
        add = part.add_argument
        add("--server", default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s")
        add_tls(part)
        add("--timeout", type=float, default=60.0, metavar="SECONDS", help="default: %(default)s")
        _add_format(part)
        part.set_defaults(run=_ask, part=name)


def _add_prune(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    prune = parts.add_parser(
        "prune",
        help="remove retired models from the disk",
        description="Remove the models of a directory that served once and since which three others have."
        " What serves, is on trial, is one of the last three or has not served yet is kept. For whoever runs"
        " the server, on the machine that has the directory.",
    )
    add = prune.add_argument
    add("--models", type=Path, metavar="DIR", help="as for serve [OVERCLAIM_MODELS]")
    add(
        "--model",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="keep what a server is begun with; may be given again [OVERCLAIM_MODEL]",
    )
    add("--database", default="", help="as for serve [OVERCLAIM_DATABASE]")
    add(
        "--also",
        action="append",
        default=[],
        metavar="VERSION",
        help="remove this one too, which has never served; may be given again",
    )
    add("--dry-run", action="store_true", help="remove nothing; print what would be")
    _add_format(prune)
    prune.set_defaults(run=_prune)


def _add_format(part: argparse.ArgumentParser) -> None:
    part.add_argument("--format", default="text", choices=["text", "json"], help="default: %(default)s")


def _ask(options: argparse.Namespace) -> int:
    from service.models.asking import run  # noqa: PLC0415 - other commands need no gRPC

    return run(options)


def _prune(options: argparse.Namespace) -> int:
    from service.models.prune import run  # noqa: PLC0415 - other commands need no database

    return run(options)
