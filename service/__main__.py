"""The `overclaim` command. Wires things together and decides nothing.

Each command imports what it needs when it runs: `check` must not wait for gRPC, nor `score` for a model.
"""

# ruff: noqa: PLC0415 - imports within commands, for the reason above

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import OverclaimError
from service.report import command as check
from service.settings import BadSetting, Settings, add_flags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.moderation import Classifier

BUNDLED_MODEL = Path(__file__).parent / "bundled"
BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 overstated text was found, 2 bad input."""
    parser = argparse.ArgumentParser(
        prog="overclaim",
        description="Find where articles on regenerative medicine promise more than the evidence carries.",
    )
    parser.add_argument("--version", action="version", version=f"overclaim {version('overclaim')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_score(commands)
    check.add_parser(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (OverclaimError, BadSetting) as error:
        print(f"overclaim: {error}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain when it flushes on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    import asyncio

    from service.rpc import log, server
    from service.rpc.welcome import welcome

    flags = {name: value for name, value in vars(options).items() if name != "run"}
    settings = Settings.read(os.environ, flags)
    log.configure(form=settings.log_format, level=settings.log_level)

    def load() -> Classifier:
        from service.classifier import artifact

        return artifact.load(settings.model or BUNDLED_MODEL)

    def announce(address: str) -> None:
        print(welcome(address, encrypted=settings.tls_certificate is not None), flush=True)

    asyncio.run(server.run(settings, load=load, announce=announce))
    return 0


def score(options: argparse.Namespace) -> int:
    """Score files through a running server and print what it says of them."""
    from service.client.command import run

    return run(options)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "serve",
        help="score articles over gRPC",
        description="Score articles over gRPC until SIGTERM or SIGINT. Flags outrank environment variables.",
    )
    add_flags(parser)
    parser.set_defaults(run=serve)


def _add_score(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "score",
        help="score files through a running server",
        description="Score files through a running server. Exits with the same status as `check`.",
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="FILE", help='a text in UTF-8, or "-" for standard input')
    add("--server", default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s")
    add("--tls", action="store_true", help="encrypt, trusting what this machine trusts")
    add("--title", default="", help="the title of the article")
    add("--language", default="", metavar="TAG", help='a BCP 47 tag such as "en-GB"')
    add("--input-format", choices=["plain", "markdown", "html"], help="default: by the file's ending")
    add("--format", default="text", choices=["text", "json", "sarif", "github"], help="default: %(default)s")
    add("--min-severity", type=int, default=1, choices=[1, 2, 3], help="to exit with 1; default: %(default)s")
    add("--color", default="auto", choices=["auto", "always", "never"], help="default: %(default)s")
    add("--timeout", type=float, default=60.0, metavar="SECONDS", help="default: %(default)s")
    parser.set_defaults(run=score, model=None)


if __name__ == "__main__":
    sys.exit(main())
