from __future__ import annotations

import io

from rich.console import Console

from training.progress import displayed, silent


def test_each_step_has_its_own_line() -> None:
    shown = io.StringIO()
    with displayed(Console(file=shown, width=100)) as progress:
        progress("folds", 0, 5)
        progress("folds", 5, 5)
        progress("words", 1, 2)
    assert "folds" in shown.getvalue()
    assert "5/5" in shown.getvalue()
    assert "1/2" in shown.getvalue()


def test_silence_takes_the_same_call() -> None:
    silent("folds", 1, 5)
