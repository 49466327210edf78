"""Archives for tests: articles with ids, and what a job wrote of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from service.archive import finish, job
from service.archive.options import Options
from service.archive.work import score as score_chunk

BUNDLED = Path(__file__).parents[1] / "service" / "bundled"
BODIES = (
    "Our stem cells cure arthritis in every patient. Book today!",
    "The therapy may relieve pain in some patients. Larger trials are needed to know whether it does.",
    "The clinic opens at nine. It stands next to the station, and parking is free for all visitors.",
)


def articles(number: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"a-{i}",
            "title": f"Title {i}",
            "body": f"{BODIES[i % 3]}\n\nThis is page {i} of the archive.",
        }
        for i in range(number)
    ]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "service", "score-archive", *map(str, arguments)]


def score(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, timeout=300)


def score_here(source: Path, out: Path, options: Options = Options()) -> dict[str, Any]:  # noqa: B008 - frozen
    """Do what the command does, without its processes; give the summary."""
    asked = job.prepare([source], out, directory=BUNDLED, options=options)
    asked.work.folder.make()
    job.begin(asked)
    for chunk in asked.chunks():
        if asked.work.folder.receipt(chunk) is None:
            score_chunk(asked.work, chunk)
    return finish.finish(asked)


def told(out: Path, table: str = "articles") -> list[dict[str, Any]]:
    parts = sorted((out / table).glob("*.jsonl"))
    return [json.loads(line) for part in parts for line in part.read_text("utf-8").splitlines()]


def errors(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "errors.jsonl").read_text("utf-8").splitlines()]


def written(out: Path) -> dict[str, bytes]:
    """Give the content of every file that a finished job leaves to its reader."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    }


def scorers(parent: int) -> list[int]:
    """Give the processes that score for a run."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()
    return [int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
