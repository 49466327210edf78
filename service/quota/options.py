"""What `overclaim quota` can be told. Imports nothing heavy: every command of ours reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

LIMITS = ("rate_calls", "rate_articles", "rate_code_points", "daily_articles", "daily_code_points")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `quota` and its parts to the command line."""
    parser = commands.add_parser(
        "quota",
        help="show and set what a tenant may ask for",
        description="Show and set a tenant's rates and daily quotas, in the database itself. Servers heed"
        " them within seconds.",
    )
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    show = parts.add_parser("show", help="print what was set for a tenant, and what is left of today")
    chosen = parts.add_parser("set", help="set all of it; what is not given goes back to the default")
    for limit in LIMITS:
        flag = f"--{limit.replace('_', '-')}"
        chosen.add_argument(flag, type=int, metavar="N", help="0: no limit; default: as the server is set")
    for name, part in (("show", show), ("set", chosen)):
        part.add_argument("tenant")
        part.add_argument("--database", default="", help="as for serve [OVERCLAIM_DATABASE]")
        part.set_defaults(run=_run, part=name)


def _run(options: argparse.Namespace) -> int:
    from service.quota.command import run  # noqa: PLC0415 - other commands need no database

    return run(options)
