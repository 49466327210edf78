"""What `overclaim audit` can be told. Imports nothing heavy: every command of ours reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `audit` and its parts to the command line."""
    parser = commands.add_parser(
        "audit",
        help="verify, show and export the audit log",
        description="Verify, show and export the audit log, in the database itself.",
    )
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    verify = parts.add_parser(
        "verify",
        help="find what was tampered with; exit status 1 when anything was",
        description="Hold the audit log to its chains, to the rows that it vouches for, and to anchors. Exits"
        " with 0 when it is whole, 1 when it is not, 2 when it cannot be told.",
    )
    verify.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="anchors that were taken earlier, a line each; may be given again; default: the server's own"
        " [OVERCLAIM_AUDIT_ANCHORS]",
    )
    verify.add_argument(
        "--trust", type=Path, metavar="PEM", help="a public key, which must have signed the anchors"
    )
    anchor = parts.add_parser("anchor", help="print where the chains end, to be kept elsewhere")
    anchor.add_argument("--sign", type=Path, metavar="PEM", help="an Ed25519 private key to sign with")
    show = parts.add_parser("show", help="print the latest entries, for people")
    show.add_argument("--last", type=int, default=50, metavar="N", help="default: %(default)s")
    export = parts.add_parser("export", help="print every entry as JSON Lines")
    for part in (show, export):
        part.add_argument("--chain", default="", help='a tenant, or "*" for the installation; default: all')
    for name, part in (("verify", verify), ("anchor", anchor), ("show", show), ("export", export)):
        part.add_argument("--database", default="", help="as for serve [OVERCLAIM_DATABASE]")
        part.set_defaults(run=_run, part=name)


def _run(options: argparse.Namespace) -> int:
    from service.audit.command import run  # noqa: PLC0415 - other commands need no database

    return run(options)
