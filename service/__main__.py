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

from service.archive import command as archive
from service.audit import options as audit
from service.errors import OverclaimError
from service.flags import add_flags, add_tls
from service.models import options as models
from service.quota import options as quota
from service.report import command as check
from service.setting import BadSetting, address, issuer
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

BAD_INPUT = 2
INTERRUPTED = 130
CONSOLE = "127.0.0.1:8424"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done, 1 overstated text was found, 2 bad input, 130 ended by Ctrl+C.
    """
    parser = argparse.ArgumentParser(
        prog="overclaim",
        description="Find where articles on regenerative medicine promise more than the evidence carries.",
    )
    parser.add_argument("--version", action="version", version=f"overclaim {version('overclaim')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_score(commands)
    _add_keys(commands)
    _add_export(commands)
    models.add_parser(commands)
    quota.add_parser(commands)
    audit.add_parser(commands)
    _add_console(commands)
    _add_health(commands)
    _add_demo(commands)
    check.add_parser(commands)
    archive.add_parser(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (OverclaimError, BadSetting) as error:
        print(f"overclaim: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        # Whoever pressed Ctrl+C knows why.
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain when it flushes on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    flags = {name: value for name, value in vars(options).items() if name != "run"}
    settings = Settings.read(os.environ, flags)
    if settings.workers > 1:
        from service.rpc.forking import prepare

        # It loads beside what this process loads.
        prepare()
    from service.serving import serve as run

    run(settings)
    return 0


def score(options: argparse.Namespace) -> int:
    """Score files through a running server and print what it says of them."""
    from service.client.command import run

    return run(options)


def export_examples(options: argparse.Namespace) -> int:
    """Write what moderators decided to a file for the trainer."""
    from service.client.export import run

    return run(options)


def keys(options: argparse.Namespace) -> int:
    """Make, list or revoke keys."""
    from service.keys import run

    return run(options)


def health(options: argparse.Namespace) -> int:
    """Ask a server whether it serves."""
    from service.client.health import run

    return run(options)


def console(options: argparse.Namespace) -> int:
    """Serve the moderators' page."""
    from service.console.command import run

    return run(options)


def demo(options: argparse.Namespace) -> int:
    """Serve a desk to try."""
    from service.demo.command import run

    return run(options)


def _add_console(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "console",
        help="serve the moderators' page",
        description="Serve the moderators' page against a running server, until SIGTERM or SIGINT.",
    )
    add = parser.add_argument
    add("--server", default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s")
    add_tls(parser)
    add("--listen", type=address, default=CONSOLE, metavar="HOST:PORT", help="default: %(default)s")
    add(
        "--insecure-listen",
        action="store_true",
        help="listen beyond this machine without https://: where nobody else gets there, as in a container",
    )
    add(
        "--public-url",
        metavar="URL",
        help="where browsers find the page; beyond this machine it must be https://, encrypted by a proxy in"
        " front; default: http:// and what --listen says",
    )
    add(
        "--secret-file",
        type=Path,
        metavar="FILE",
        help="a secret of 32 characters or more that seals sessions, the same for every console; default: a"
        " new one at each start, which signs everybody out",
    )
    add(
        "--oidc-issuer",
        type=issuer,
        metavar="URL",
        help="let people sign in with this provider (OpenID Connect), which the server must trust too",
    )
    add("--oidc-client-id", default="", metavar="ID", help="what the provider calls this page")
    add(
        "--oidc-client-secret-file",
        type=Path,
        metavar="FILE",
        help="default: a public client, with PKCE alone",
    )
    add("--oidc-scopes", default="openid profile email", metavar="SCOPES", help="default: %(default)s")
    add("--oidc-name", metavar="NAME", help="what people call the provider; default: its host")
    parser.set_defaults(run=console)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo",
        help="try the review desk: service, page and a filled queue",
        description="Serve Overclaim with its page and a queue of invented articles, until Ctrl+C. Nothing"
        " is kept.",
    )
    add = parser.add_argument
    add("--server", type=address, default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s")
    add("--listen", type=address, default=CONSOLE, metavar="HOST:PORT", help="default: %(default)s")
    parser.set_defaults(run=demo)


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "export-examples",
        help="write what moderators decided as a corpus",
        description="Write what moderators decided as a corpus for `overclaim-train fit`. The key of an ML "
        "engineer or an administrator stands in OVERCLAIM_KEY.",
    )
    parser.add_argument("file", metavar="FILE", help="where to write; replaced once all of it is there")
    parser.add_argument(
        "--server", default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s"
    )
    add_tls(parser)
    parser.set_defaults(run=export_examples)


def _add_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "keys",
        help="make, list and revoke keys",
        description="Make, list and revoke keys of the review desk, in its database.",
    )
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    create = parts.add_parser("create", help="make a key and print its secret, once")
    create.add_argument("name", help="who it is for; decisions are recorded under this name")
    create.add_argument("role", help="publisher, moderator, senior_moderator, ml_engineer or administrator")
    create.add_argument("--days", type=int, default=365, help="until it expires; default: %(default)s")
    for bound in ("category", "origin"):
        create.add_argument(
            f"--{bound}",
            action="append",
            default=[],
            help=f"bind a moderator's claims to items of this {bound}; may be given again; default: all",
        )
    revoke = parts.add_parser("revoke", help="end a key at once")
    revoke.add_argument("key_id", metavar="KEY_ID", help="as `overclaim keys list` shows it")
    for name, part in (
        ("create", create),
        ("list", parts.add_parser("list", help="list keys")),
        ("revoke", revoke),
    ):
        part.add_argument("--tenant", default="default", help="default: %(default)s")
        part.add_argument("--database", default="", help="as for serve [OVERCLAIM_DATABASE]")
        part.set_defaults(run=keys, part=name)


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
    add_tls(parser)
    add("--title", default="", help="the title of the article")
    add("--language", default="", metavar="TAG", help='a BCP 47 tag such as "en-GB"')
    add("--input-format", choices=["plain", "markdown", "html"], help="default: by the file's ending")
    add("--format", default="text", choices=["text", "json", "sarif", "github"], help="default: %(default)s")
    add("--min-severity", type=int, default=1, choices=[1, 2, 3], help="to exit with 1; default: %(default)s")
    add("--color", default="auto", choices=["auto", "always", "never"], help="default: %(default)s")
    add("--timeout", type=float, default=60.0, metavar="SECONDS", help="default: %(default)s")
    parser.set_defaults(run=score, model=None)


def _add_health(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "health",
        help="ask a server whether it serves",
        description="Ask a server whether it serves. Exits with 0 if it does, with 1 otherwise.",
    )
    add = parser.add_argument
    add("--server", default="127.0.0.1:8423", metavar="HOST:PORT", help="default: %(default)s")
    add("--timeout", type=float, default=3.0, metavar="SECONDS", help="default: %(default)s")
    add_tls(parser)
    parser.set_defaults(run=health)


if __name__ == "__main__":
    sys.exit(main())
