"""The search on a corpus small enough to fit in seconds, by every engine that is installed."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.training.made import corpus
from training.engines import Engine, EngineError, running
from training.progress import silent
from training.recipe import Recipe
from training.results_table import ResultsError, Setting, Table
from training.search import TOLD, search
from training.space import grid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises import Promised
    from training.progress import Progress

ARTICLES = corpus(24)
CANDIDATES = grid({"sentence_c": [0.1, 1.0], "min_df": [2]})


def searched(
    out: Path, engine: Engine = Engine.JOBLIB, *, base: Recipe | None = None, progress: Progress = silent
) -> Table:
    with running(engine, jobs=1 if engine is Engine.JOBLIB else 2):
        return search(base or Recipe(), CANDIDATES, ARTICLES, folds=2, out=out, progress=progress)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Search once for all tests that only read it."""
    out = tmp_path_factory.mktemp("search") / "made"
    searched(out)
    return out


def files(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in ("results.json", "results.csv")]


def test_the_table_has_a_row_a_candidate_with_means_folds_seed_and_versions(kept: Path) -> None:
    rows = list(csv.DictReader((kept / "results.csv").read_text("utf-8").splitlines()))
    assert [(row["sentence_c"], row["min_df"]) for row in rows] == [("0.1", "2"), ("1.0", "2")]
    for row in rows:
        by_fold = [float(row[f"sentence.macro_f1 fold {i}"]) for i in range(2)]
        assert float(row["sentence.macro_f1 mean"]) == pytest.approx(sum(by_fold) / 2, abs=1e-6)
        assert (row["seed"], row["folds"]) == ("0", "2")
        assert row["scikit-learn"]


def test_rows_that_are_there_are_not_computed_again_and_missing_ones_are(kept: Path, tmp_path: Path) -> None:
    held = json.loads((kept / "results.json").read_text("utf-8"))
    held["rows"][0]["means"]["sentence.macro_f1"] = 0.125
    del held["rows"][1]
    (tmp_path / "results.json").write_text(json.dumps(held), encoding="utf-8")
    told: list[tuple[str, int, int]] = []

    def listen(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    found = searched(tmp_path, progress=listen)
    assert told == [("candidates", 1, 2), ("candidates", 2, 2)]
    first, second = found.ordered()
    assert first.means["sentence.macro_f1"] == 0.125
    assert second == Table.opened(kept, found.setting, CANDIDATES).rows[second.candidate.name]


def test_a_finished_search_only_writes_the_same_files_again(kept: Path) -> None:
    before = files(kept)
    searched(kept)
    assert files(kept) == before


def test_a_table_of_another_setting_is_not_mixed_with(kept: Path) -> None:
    with pytest.raises(ResultsError, match="another base, seed"):
        searched(kept, base=Recipe(seed=1, verdict_c=0.5))


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": [{}]}'])
def test_a_damaged_table_is_told_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "results.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match="table of a search"):
        searched(tmp_path)
    assert file.read_text("utf-8") == text


def test_the_best_row_has_the_highest_mean_and_of_equals_stands_first(kept: Path) -> None:
    table = Table.opened(kept, Setting.of(Recipe(), ARTICLES, (), folds=2), CANDIDATES)
    rows = [
        replace(row, means=dict.fromkeys(TOLD, value))
        for row, value in zip(table.ordered(), (0.5, 0.5), strict=True)
    ]
    for row in rows:
        table = table.with_row(row)
    assert table.best("sentence.macro_f1") == rows[0]
    table = table.with_row(replace(rows[1], means=dict.fromkeys(TOLD, 0.75)))
    best = table.best("sentence.macro_f1")
    assert best is not None
    assert best.candidate == rows[1].candidate


def test_processes_of_this_machine_give_the_same_bytes(kept: Path, tmp_path: Path) -> None:
    with running(Engine.JOBLIB, jobs=2):
        search(Recipe(), CANDIDATES, ARTICLES, folds=2, out=tmp_path)
    assert files(tmp_path) == files(kept)


@pytest.mark.parametrize("engine", [Engine.DASK, pytest.param(Engine.RAY, marks=pytest.mark.promise)])
def test_a_cluster_gives_the_same_bytes(
    engine: Engine, kept: Path, tmp_path: Path, promised: Promised
) -> None:
    pytest.importorskip(
        "dask.distributed" if engine is Engine.DASK else "ray", reason=f"{engine} is an extra"
    )
    searched(tmp_path, engine)
    differing = sum(one != other for one, other in zip(files(kept), files(tmp_path), strict=True))
    promised(f"a search on {engine} gives other files than one process", differing, exactly=0)


def test_a_scheduler_by_itself_is_told_to_need_an_engine() -> None:
    with (
        pytest.raises(EngineError, match="goes with --engine"),
        running(Engine.JOBLIB, jobs=1, scheduler="x"),
    ):
        pass
