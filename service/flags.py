"""How commands show what they can be told: a flag for each setting, those of TLS, and the README's table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from service.setting import declared_in, yes_or_no
from service.settings import Settings

if TYPE_CHECKING:
    import argparse


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give `parser` a flag for each setting; one that is not given parses to None and overrules nothing."""
    for each in declared_in(Settings):
        alone = each.parse is yes_or_no or each.name == "require_keys"
        parser.add_argument(
            each.flag,
            dest=each.name,
            type=each.read_flag,
            nargs="?" if alone else None,
            const=each.read_flag("yes") if alone else None,
            metavar=each.name.rpartition("_")[2].upper(),
            help=f"{each.doc} [{each.variable}; default {each.shown}]".replace("`", "").replace("%", "%%"),
        )


def table() -> str:
    """Render the README's table of settings."""
    rows = [
        f"| `{each.variable}` | `{each.flag}` | {each.shown} | {each.doc} |" for each in declared_in(Settings)
    ]
    return "\n".join(["| variable | flag | default | what it does |", "| --- | --- | --- | --- |", *rows])


def add_tls(parser: argparse.ArgumentParser) -> None:
    """Add what a client of a server can be told of TLS, as `client.trust` reads it."""
    add = parser.add_argument
    add("--tls", action="store_true", help="encrypt calls to the server; the other three imply it")
    add("--tls-ca", type=Path, metavar="FILE", help="authorities to trust, PEM; default: gRPC's list")
    add("--tls-certificate", type=Path, metavar="FILE", help="a client certificate, where the server asks")
    add("--tls-key", type=Path, metavar="FILE", help="the key of --tls-certificate")
