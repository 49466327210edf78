from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from training.recipe import Recipe
from training.space import BUILT_IN, SpaceError, grid, load, sample

if TYPE_CHECKING:
    from pathlib import Path

CHOICES: dict[str, list[float]] = {"sentence_c": [0.1, 0.3, 1.0], "min_df": [2, 3]}


def declared(folder: Path, text: str) -> str:
    file = folder / "space.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_grid_has_every_combination_once_the_last_field_changing_quickest() -> None:
    found = [each.values for each in grid(CHOICES)]
    assert len(set(found)) == 6
    assert found[:2] == [(("sentence_c", 0.1), ("min_df", 2)), (("sentence_c", 0.1), ("min_df", 3))]


def test_a_sample_is_of_the_grid_without_repeats_and_the_same_for_the_same_seed() -> None:
    drawn = sample(CHOICES, 4, seed=1)
    assert drawn == sample(CHOICES, 4, seed=1)
    assert len(set(drawn) & set(grid(CHOICES))) == 4
    assert any(sample(CHOICES, 4, seed=seed) != drawn for seed in range(2, 6))


def test_a_sample_larger_than_the_grid_is_the_grid() -> None:
    assert sample(CHOICES, 99, seed=0) == grid(CHOICES)


def test_a_candidate_changes_its_fields_of_the_recipe_and_no_other() -> None:
    base = Recipe(seed=3)
    changed = grid(CHOICES)[1].recipe(base)
    assert (changed.sentence_c, changed.min_df, changed.seed) == (0.1, 3, 3)
    assert changed.word_weight == base.word_weight


def test_whole_numbers_stand_for_fractions_so_that_one_candidate_has_one_name(tmp_path: Path) -> None:
    whole = load(declared(tmp_path, "[fields]\nsentence_c = [1]\n"))
    assert [each.name for each in whole] == ['{"sentence_c": 1.0}']


def test_the_built_in_space_can_be_searched() -> None:
    assert all(isinstance(each.recipe(Recipe()), Recipe) for each in load(BUILT_IN))


def test_a_file_may_ask_for_a_sample(tmp_path: Path) -> None:
    text = "[fields]\nsentence_c = [0.1, 0.3, 1.0]\nmin_df = [2, 3]\n[sample]\ncandidates = 4\nseed = 1\n"
    assert load(declared(tmp_path, text)) == sample(CHOICES, 4, seed=1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "fields: must name at least one"),
        ("fields = 1", "fields: must name at least one"),
        ("[fields]\nbeauty = [1]", "fields.beauty: must be one of"),
        ("[fields]\nseed = [1]", "fields.seed: must be one of"),
        ("[fields]\nmin_df = [0.5]", "fields.min_df: must be a list of whole numbers"),
        ("[fields]\nmin_df = [true]", "fields.min_df: must be a list of whole numbers"),
        ("[fields]\nmin_df = 2", "fields.min_df: must be a list"),
        ("[fields]\nsentence_c = [nan]", "fields.sentence_c: each number"),
        ("[fields]\nsentence_c = [1, 1.0]", "fields.sentence_c: each number"),
        ("[fields]\nmin_df = [2]\n[sample]\nseed = 1", "sample: must have candidates"),
        ("[fields]\nmin_df = [2]\n[sample]\ncandidates = 0", "sample: candidates must be"),
        ("[fields]\nmin_df = [2]\n[more]", "more: a space has"),
        ("[fields", "not TOML"),
    ],
)
def test_a_space_that_is_none_is_refused_by_file_and_field(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SpaceError) as refused:
        load(declared(tmp_path, text))
    assert str(refused.value).startswith(f"{tmp_path / 'space.toml'}: ")
    assert told in str(refused.value)


def test_a_space_that_is_not_there_is_told() -> None:
    with pytest.raises(SpaceError, match=r"nowhere\.toml: No such file"):
        load("nowhere.toml")


def test_a_grid_too_large_to_try_asks_for_a_sample() -> None:
    many = {name: [i / 100 for i in range(1, 102)] for name in ("sentence_c", "category_c", "verdict_c")}
    with pytest.raises(SpaceError, match=r"declare \[sample\]"):
        grid(many)
    assert len(sample(many, 5, seed=0)) == 5
