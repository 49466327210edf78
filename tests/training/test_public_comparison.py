from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from training.public_comparison import FEATURES, FEATURES_KNOWING, TF_IDF, compare, readers, save, table
from training.public_models import Baseline, Features, fixed_columns
from training.public_sets import Claim

if TYPE_CHECKING:
    from pathlib import Path

    from training.public_comparison import Result

THINGS = "tea coffee walking sleep garlic honey rain music chess milk bread".split()


def made(number: int, source: str) -> Claim:
    """Make a claim that is overstated when it speaks of a cure and the study is no trial."""
    cure, trial = number % 2 == 0, number % 3 == 0
    verb = "cures" if cure else "may be linked to"
    text = f"{THINGS[number % 11].title()} {verb} disease {number}."
    context = f"study design: {'trial' if trial else 'survey'}"
    return Claim(text, text, cure and not trial, source, f"{source}:{number}", context)


CLAIMS = [made(number, source) for source in ("one", "two") for number in range(48)]


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """Compare once for all tests that read it."""
    return compare(CLAIMS, readers(CLAIMS, (), ideas=False), folds=3, seed=0, jobs=1)


def test_every_reader_is_measured_on_every_set(results: list[Result]) -> None:
    assert len({(each.source, each.reader) for each in results}) == len(results) == 8
    assert {(each.claims, each.overstated) for each in results} == {(48, 16)}


def test_who_knows_the_study_tells_a_warranted_cure_from_another(results: list[Result]) -> None:
    by_reader = {each.reader: each for each in results if each.source == "one"}
    assert by_reader[FEATURES_KNOWING].auroc.value == 1
    assert by_reader[FEATURES].auroc.value < 0.95
    assert by_reader[FEATURES_KNOWING].macro_f1.value > by_reader[FEATURES].macro_f1.value


def test_only_the_features_are_held_against_a_rival(results: list[Result]) -> None:
    assert {each.reader for each in results if each.gain} == {FEATURES, FEATURES_KNOWING}


def test_the_figures_are_told_in_markdown_and_json(results: list[Result], tmp_path: Path) -> None:
    lines = table(results).splitlines()
    assert len(lines) == 2 + len(results)
    assert {line.count("|") for line in lines} == {7}
    assert lines[2].startswith(f"| one | 48 (16) | {TF_IDF} | ")
    save(results, tmp_path / "public.json")
    assert len(json.loads((tmp_path / "public.json").read_text("utf-8"))) == len(results)


def test_no_reader_learns_from_the_labels_that_it_is_asked_for() -> None:
    train, test = np.arange(0, 60), np.arange(60, len(CLAIMS))
    turned = [
        each
        if i < 60
        else Claim(each.text, each.prose, not each.overstated, each.source, each.study, each.context)
        for i, each in enumerate(CLAIMS)
    ]
    columns = fixed_columns(CLAIMS, ())
    for reader in (Baseline(context=True), Features(columns), Features(columns, context=True)):
        option = reader.options[0]
        honest = reader.scores(CLAIMS, train, test, [option])[option]
        assert honest.tolist() == reader.scores(turned, train, test, [option])[option].tolist()
