"""`overclaim audit`: verifies, shows and exports the audit log, and takes anchors of it."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.audit import anchors, reading, verifying
from service.store.opening import open_store

if TYPE_CHECKING:
    import argparse

    from service.store.engine import Store

TAMPERED = 1
FINDINGS_SHOWN = 20


def run(options: argparse.Namespace) -> int:
    """Do one part of the command and return the exit status."""
    store = open_store(options.database or os.environ.get("OVERCLAIM_DATABASE", ""))
    try:
        return {"verify": _verify, "anchor": _anchor, "show": _show, "export": _export}[options.part](
            store, options
        )
    finally:
        store.close()


def _verify(store: Store, options: argparse.Namespace) -> int:
    kept = os.environ.get("OVERCLAIM_AUDIT_ANCHORS", "")
    against = options.against or ([Path(kept)] if kept else [])
    held = [each for path in against for each in anchors.read(path, trusted=options.trust)]
    with store.snapshot() as session:
        found = verifying.verify(session, anchors=held)
    for each in found.findings[:FINDINGS_SHOWN]:
        _print(f"{each.chain} {each.number}: {each.wrong}")
    if len(found.findings) > FINDINGS_SHOWN:
        _print(f"and {len(found.findings) - FINDINGS_SHOWN:,} more")
    looked = f"{found.entries:,} entries in {found.chains:,} chains, held against {len(held)} anchors"
    _print(f"{'TAMPERED WITH' if found.findings else 'whole'}: {looked}")
    return TAMPERED if found.findings else 0


def _anchor(store: Store, options: argparse.Namespace) -> int:
    with store.snapshot() as session:
        taken = anchors.take(session, now=datetime.now(UTC))
    _print(anchors.write(taken, key=options.sign))
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    with store.snapshot() as session:
        for entry in reading.latest(session, chain=options.chain, number=options.last):
            told = " ".join(f"{name}={value}" for name, value in entry.subject.items())
            _print(f"{entry.at:%FT%TZ}  {entry.chain} {entry.number}  {entry.actor}  {entry.deed}  {told}")
    return 0


def _export(store: Store, options: argparse.Namespace) -> int:
    with store.snapshot() as session:
        for entry in reading.entries(session, chain=options.chain):
            _print(reading.line(entry))
    return 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
