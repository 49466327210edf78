"""The harnesses of atheris run, and in a few seconds find nothing; `poe fuzz` gives them ten minutes."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises import Promised

SECONDS = 10
FEWEST = 1_000


@pytest.mark.promise
@pytest.mark.parametrize("harness", ["readers", "messages"])
def test_a_few_seconds_of_fuzzing_by_coverage_find_nothing(
    harness: str, tmp_path: Path, promised: Promised
) -> None:
    pytest.importorskip("atheris", reason="atheris has wheels for Linux alone")
    command = [sys.executable, "-m", f"tests.fuzz.{harness}", str(tmp_path), f"-max_total_time={SECONDS}"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    runs = [int(number) for number in re.findall(r"^Done (\d+) runs", told.stderr, flags=re.MULTILINE)]
    found = [*tmp_path.glob("found-*")]
    assert (told.returncode, found) == (0, []), told.stderr[-2_000:]
    promised(
        f"Inputs that atheris gives the {harness} in {SECONDS} s, none of them a finding",
        *runs,
        at_least=FEWEST,
    )
