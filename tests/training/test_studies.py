"""The commands search, public and claims as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.training.made import corpus, written
from training.__main__ import main

if TYPE_CHECKING:
    import pytest

BUNDLED = Path(__file__).parents[2] / "service" / "bundled"


def lines(file: Path, *records: dict[str, object]) -> str:
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return str(file)


def test_a_search_keeps_its_table_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(corpus(24), tmp_path / "corpus.jsonl")
    space = tmp_path / "space.toml"
    space.write_text("[fields]\nsentence_c = [0.1]\n", encoding="utf-8")
    arguments = ["search", "--corpus", str(file), "--space", str(space), "--folds", "2", "--jobs", "1"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(tmp_path / "out" / "results.csv")
    assert "candidates" in said.err
    assert len((tmp_path / "out" / "results.csv").read_text("utf-8").splitlines()) == 2


def test_a_field_that_the_recipe_lacks_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(corpus(24), tmp_path / "corpus.jsonl")
    space = tmp_path / "space.toml"
    space.write_text("[fields]\nbeauty = [1]\n", encoding="utf-8")
    arguments = ["search", "--corpus", str(file), "--space", str(space), "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"overclaim-train: {space}: fields.beauty")
    assert not (tmp_path / "out").exists()


def test_public_sets_give_a_table_in_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records: list[dict[str, object]] = [
        {
            "text": f"Herb {i} {'cures' if i % 2 else 'may ease'} pain {i}.",
            "label": "overstated" if i % 2 else "appropriate",
            "source": "made",
            "group": f"g{i}",
        }
        for i in range(36)
    ]
    data = lines(tmp_path / "public.jsonl", *records)
    out = tmp_path / "public.json"
    assert main(["public", "--data", data, "--folds", "3", "--jobs", "1", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("| set |")
    assert {each["source"] for each in json.loads(out.read_text("utf-8"))} == {"made"}


def test_claims_are_judged_without_a_word_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cited = lines(tmp_path / "cited.jsonl", {"id": "c1", "text": "Our stem cells cure arthritis for good."})
    careful = lines(tmp_path / "careful.jsonl", {"id": "t1", "text": "Cells were kept at 37 degrees."})
    arguments = ["claims", "--model", str(BUNDLED), "--claims", cited, "--careful", careful]
    assert main([*arguments, "--out", str(tmp_path / "claims.json")]) == 0
    said = capsys.readouterr().err
    assert "c1" in said
    assert "arthritis" not in said
    results = json.loads((tmp_path / "claims.json").read_text("utf-8"))["results"]
    assert [each["flagged"] for each in results] == [1, 1]
