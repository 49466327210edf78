"""`overclaim export-examples`: writes what was decided as a corpus that `overclaim-train fit` reads."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service.client.desk import AsyncDesk
from service.client.trust import credentials_of
from service.errors import KeyMissing
from service.pb.overclaim.v1.review_pb2 import ExportExamplesRequest

if TYPE_CHECKING:
    import argparse

KEY_VARIABLE = "OVERCLAIM_KEY"


def run(options: argparse.Namespace) -> int:
    """Write the file whole or not at all; tell how many articles it has."""
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise KeyMissing(f"put a key of an ML engineer or an administrator into {KEY_VARIABLE}")
    written = asyncio.run(_export(options, key))
    sys.stderr.write(f"{written:,} articles in {options.file}\n")
    return 0


async def _export(options: argparse.Namespace, key: str) -> int:
    credentials = credentials_of(options)
    target = Path(options.file)
    unfinished = target.with_name(target.name + ".unfinished")
    written = 0
    async with AsyncDesk(options.server, key=key, credentials=credentials) as desk:
        with unfinished.open("w", encoding="utf-8") as out:
            async for each in desk.review.ExportExamples(ExportExamplesRequest()):
                out.write(each.line + "\n")
                written += 1
    unfinished.replace(target)
    return written
