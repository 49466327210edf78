"""The commands as a person runs them, on a corpus small enough to fit in seconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.training.made import corpus, written
from training.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fit one model for all tests that only read it."""
    folder = tmp_path_factory.mktemp("trainer")
    written(corpus(60), folder / "corpus.jsonl")
    arguments = [
        "fit",
        "--corpus",
        str(folder / "corpus.jsonl"),
        "--out",
        str(folder / "model"),
        "--folds",
        "3",
    ]
    assert main(arguments) == 0
    return folder


def evaluated(folder: Path, out: Path, *more: str) -> int:
    arguments = ["evaluate", "--model", str(folder / "model"), "--corpus", str(folder / "corpus.jsonl")]
    return main([*arguments, "--out", str(out), *more])


def test_a_model_is_fitted_evaluated_and_described(folder: Path, tmp_path: Path) -> None:
    assert evaluated(folder, tmp_path) == 0
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["corpus"]["articles"] == 60
    failures, out = tmp_path / "failures.md", tmp_path / "CARD.md"
    failures.write_text("- Irony.\n", encoding="utf-8")
    arguments = ["card", "--report", f"itself={tmp_path / 'report.json'}", "--failures", str(failures)]
    assert main([*arguments, "--out", str(out)]) == 0
    assert "| measure | itself |" in out.read_text("utf-8")


def test_a_failed_gate_is_told_and_refused_with_its_own_status(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert evaluated(folder, tmp_path, "--gate", "article.accuracy >= 1.01") == 3
    assert "refused: article.accuracy >= 1.01" in capsys.readouterr().err
    assert (tmp_path / "report.html").exists()


def test_a_model_neither_gains_nor_flips_against_itself(folder: Path, tmp_path: Path) -> None:
    against = ("--against", str(folder / "model"), "--gate", "gain.sentence.macro_f1 >= 0")
    assert evaluated(folder, tmp_path, *against) == 0
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["comparison"]["flips"] == []


def test_the_recipe_is_cross_validated_with_its_learning_curve(folder: Path, tmp_path: Path) -> None:
    arguments = [
        "evaluate",
        "--cross-validate",
        "2",
        "--learning-curve",
        "--corpus",
        str(folder / "corpus.jsonl"),
    ]
    assert main([*arguments, "--out", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [step["articles"] for step in report["learning"]] == [3.75, 7.5, 15, 30]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--model", "nowhere"], "nowhere"),
        (["--cross-validate", "2", "--gate", "beauty >= 1"], "'beauty' in 'beauty >= 1' must be one of"),
        (["--cross-validate", "99"], "99 folds cannot be made"),
    ],
)
def test_bad_input_is_told_in_a_line(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    always = ["--corpus", str(folder / "corpus.jsonl"), "--out", str(tmp_path)]
    assert main(["evaluate", *arguments, *always]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("overclaim-train: ")
    assert told in error


@pytest.mark.parametrize("folds", ["1", "many"])
def test_folds_that_are_none_are_refused_by_the_parser(
    folds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["fit", "--corpus", "x", "--out", "y", "--folds", folds])
    assert exit_.value.code == 2
    assert "--folds" in capsys.readouterr().err
