"""What is told once every chunk is done: errors with their lines in the files, and what was counted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.archive.errors import EngineFailed

if TYPE_CHECKING:
    from service.archive.job import Job

ERRORS: Final = Path("errors.jsonl")
SUMMARY: Final = Path("summary.json")


def finish(job: Job) -> dict[str, Any]:
    """Write errors.jsonl and summary.json, and give the summary; holds one chunk's receipt at a time."""
    folder = job.work.folder
    counted: Counter[str] = Counter(articles=0, errors=0, blank=0)
    verdicts: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    before, source = 0, -1
    with folder.replacing(ERRORS) as errors:
        for chunk in job.chunks():
            receipt = folder.receipt(chunk)
            if receipt is None:
                raise EngineFailed(f"chunk {chunk.name} is gone: run the same command again to do it anew")
            if chunk.source.number != source:
                before, source = 0, chunk.source.number
            if receipt["errors"]:
                with folder.errors(chunk).open("rb") as told:
                    for line in told:
                        error = json.loads(line)
                        error = {"file": chunk.source.path} | error | {"line": before + error["line"]}
                        errors.write((json.dumps(error, ensure_ascii=False) + "\n").encode())
            before += receipt["lines"]
            counted.update({name: receipt[name] for name in counted})
            verdicts.update(receipt["verdicts"])
            labels.update(receipt["labels"])
    summary = {
        "model": job.work.model.version,
        **counted,
        "sentences": labels.total(),
        "verdicts": dict(sorted(verdicts.items())),
        "labels": dict(sorted(labels.items())),
    }
    folder.replace(SUMMARY, summary)
    return summary
