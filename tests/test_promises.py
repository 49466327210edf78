from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.promises import HELD, Row, merged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises import Promised

PAGE = "# Page\n\n<!-- promises -->\n<!-- /promises -->\n\nMore.\n"
CASES = """
import pytest

@pytest.mark.promise
def test_kept(promised):
    promised("ends soon", 3.21, at_most=5, unit="s")

@pytest.mark.promise
def test_broken(promised):
    promised("keeps most", 0.5, at_least=0.8)

@pytest.mark.promise
def test_silent():
    pass

@pytest.mark.promise
def test_never_came_so_far(promised):
    raise OSError("no disk")
"""


def test_a_run_tells_each_promise_whether_it_was_kept_broken_or_never_measured(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = promise: as in the house")
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.promises", "-m", "promise", "--tell", str(page)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    told = run.stdout.partition("= promises =")[2].splitlines()
    assert "held          ends soon: 3.21 s (at most 5 s)" in told
    assert "falls short   keeps most: 0.5 (at least 0.8)" in told
    assert "falls short   never came so far: not measured ()" in told
    assert "test_silent is marked as a promise and measured none" in run.stdout
    assert (
        "| ends soon | 3.21 s | at most 5 s | held | `.venv/bin/poe promises test_cases.py::test_kept` |"
        in (page.read_text())
    )
    assert "not measured" not in page.read_text()


def test_rows_take_the_place_of_their_elders_and_leave_the_others() -> None:
    first, second = (Row(name, "1", "at most 2", HELD, "c", "2026-01-01") for name in "ab")
    page = merged(merged(PAGE, [first, second]), [Row("a", "2", "at most 2", HELD, "c", "2026-01-02")])
    assert page.count("| a |") == page.count("| b |") == 1
    assert page.index("| a | 2 |") < page.index("| b | 1 |")
    assert page.endswith("\n\nMore.\n")
    with pytest.raises(ValueError, match="block"):
        merged("# Page", [first])


def test_a_bound_may_be_one_that_must_be_met_exactly(promised: Promised) -> None:
    promised("nothing is lost", 0, exactly=0)
    with pytest.raises(AssertionError, match="nothing is lost: 1, promised: exactly 0"):
        promised("nothing is lost", 1, exactly=0)
