"""`overclaim models prune`: for whoever runs the server, in its database and its directory of models."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import BadFile
from service.models import pruning
from service.report.visible import visible
from service.store.opening import open_store

if TYPE_CHECKING:
    import argparse

    from service.models.pruning import Fate

MEBIBYTE = 1 << 20


def run(options: argparse.Namespace) -> int:
    """Prune, tell what went and what stays, and return the exit status."""
    directory = options.models or Path(os.environ.get("OVERCLAIM_MODELS", ""))
    if directory == Path():
        raise BadFile("say which directory of models to prune: --models, or OVERCLAIM_MODELS")
    begun_with = options.model or [Path(each) for each in (os.environ.get("OVERCLAIM_MODEL"),) if each]
    store = open_store(options.database or os.environ.get("OVERCLAIM_DATABASE", ""))
    try:
        with store.writing() as session:
            found = pruning.fates(session, directory, begun_with=begun_with, also=options.also)
            going = [each for each in found if each.goes and not options.dry_run]
            for each in going:
                pruning.record_pruning(session, each, now=datetime.now(UTC))
    finally:
        store.close()
    for each in going:
        pruning.remove(each)
    _print(found, options)
    return 0


def _print(found: list[Fate], options: argparse.Namespace) -> None:
    if options.format == "json":
        rows = [
            {
                "directory": str(each.directory),
                "version": each.version,
                "bytes": each.size,
                "removed": each.goes and not options.dry_run,
                "goes": each.goes,
                "reason": each.reason,
            }
            for each in found
        ]
        told = {"dry_run": options.dry_run, "models": rows}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")
        return
    removed = "would remove" if options.dry_run else "removed"
    for each in found:
        named_so = each.version in {"", each.directory.name}
        name = each.directory.name if named_so else f"{each.version} in {each.directory.name}"
        sys.stdout.write(
            f"{removed if each.goes else 'kept':{len(removed)}}  {visible(name)}: {each.reason}\n"
        )
    going = [each for each in found if each.goes]
    size = sum(each.size for each in going) / MEBIBYTE
    kept = len(found) - len(going)
    sys.stdout.write(f"{removed} {len(going):,} ({size:.1f} MiB), {kept:,} kept\n")
