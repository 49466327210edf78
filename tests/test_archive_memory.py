from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.archives import articles

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises import Promised

# Peaks in kB: of the command itself, and of the largest process below it, which scores. The command's own is
# read from /proc: what getrusage tells of a process begins with the peak of whoever started it.
RUN = """
import json, re, resource, sys
from service.__main__ import main
status = main(sys.argv[1:])
own = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stderr.write("\\n" + json.dumps([status, own, below]))
"""
FEW, MANY = 3_000, 30_000


def _peaks(source: Path, out: Path) -> list[int]:
    arguments = ["score-archive", str(source), "--out", str(out), "--jobs", "1", "--sentences", "all"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--chunk-mib", "0.25"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    status, *peaks = json.loads(done.stderr.splitlines()[-1])
    assert status == 0
    return [int(peak) for peak in peaks]


@pytest.mark.promise
@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_memory_does_not_grow_with_the_number_of_articles(
    tmp_path: Path, ending: str, promised: Promised
) -> None:
    """Ten times the articles; as one compressed file they are one chunk, which must be streamed."""
    import gzip  # noqa: PLC0415 - stands with its one use

    found = []
    for number in (FEW, MANY):
        content = "".join(json.dumps(each) + "\n" for each in articles(number)).encode()
        source = tmp_path / f"{number}.{ending}"
        source.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
        found.append(_peaks(source, tmp_path / f"out-{number}-{ending}"))
    growth = max(many / few for few, many in zip(*found, strict=True))
    promised(
        f"memory that an archive of {MANY:,} articles takes, of that of {FEW:,} ({ending})",
        growth,
        at_most=1.1,
        unit="times",
    )
