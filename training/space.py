"""What a search may try: values for fields of the recipe, declared in TOML.

The table `[fields]` has a list of numbers for each field. A table `[sample]` with `candidates`, and `seed`
where it is not 0, asks for so many combinations by chance; without it every combination is a candidate.
"""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value: TypeAlias = int | float

BUILT_IN: Final = "built-in"
BUILT_IN_FIELDS: Final = {
    "sentence_c": [0.1, 0.3, 1.0],
    "word_weight": [0.25, 0.4],
    "sign_weight": [0.35, 0.5],
}
# What the command line gives is not for a search to choose, nor is what is no number.
TUNABLE: Final[dict[str, Value]] = {
    each.name: each.default for each in fields(Recipe) if isinstance(each.default, (int, float))
}
GIVEN: Final = frozenset({"seed"})
MOST_CANDIDATES: Final = 10_000


class SpaceError(Exception):
    """A space that cannot be searched; the message names the file and field, for its author to mend."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Values for some fields of the recipe, in the order in which the space declares them."""

    values: tuple[tuple[str, Value], ...]

    @property
    def name(self) -> str:
        """Name the candidate by its values, by which a kept row is known again."""
        return json.dumps(dict(self.values), sort_keys=True)

    def recipe(self, base: Recipe) -> Recipe:
        """Give the base with these values in place of its own."""
        values: dict[str, Any] = dict(self.values)
        return replace(base, **values)


def load(source: str) -> list[Candidate]:
    """Read the candidates of a TOML file, or of the space named "built-in". Raises SpaceError."""
    if source == BUILT_IN:
        return grid(BUILT_IN_FIELDS)
    try:
        declared = tomllib.loads(Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        raise SpaceError(f"{source}: {error.strerror}") from error
    except ValueError as error:
        raise SpaceError(f"{source}: not TOML in UTF-8: {error}") from error
    try:
        return _candidates(declared)
    except SpaceError as error:
        raise SpaceError(f"{source}: {error}") from error


def grid(choices: Mapping[str, Sequence[Value]]) -> list[Candidate]:
    """Give every combination, the last field changing quickest. Raises SpaceError."""
    number = _combinations(choices)
    if number > MOST_CANDIDATES:
        raise SpaceError(f"{number:,} combinations; declare [sample] to try some of them")
    return [_combination(choices, position) for position in range(number)]


def sample(choices: Mapping[str, Sequence[Value]], candidates: int, *, seed: int) -> list[Candidate]:
    """Draw different combinations by chance, the same for the same seed; at most all of them."""
    number = _combinations(choices)
    if candidates >= number:
        return grid(choices)
    chance = np.random.default_rng(seed)
    drawn: dict[int, None] = {}
    while len(drawn) < candidates:
        drawn[int(chance.integers(number))] = None
    return [_combination(choices, position) for position in drawn]


def _candidates(declared: Mapping[str, Any]) -> list[Candidate]:
    if unknown := declared.keys() - {"fields", "sample"}:
        raise SpaceError(f"{min(unknown)}: a space has [fields] and [sample] only")
    choices = declared.get("fields")
    if not isinstance(choices, dict) or not choices:
        raise SpaceError("fields: must name at least one field of the recipe")
    for name, values in choices.items():
        _check(name, values)
    if "sample" not in declared:
        return grid(choices)
    wanted = declared["sample"]
    if not isinstance(wanted, dict) or not {"candidates"} <= wanted.keys() <= {"candidates", "seed"}:
        raise SpaceError("sample: must have candidates, and may have a seed")
    if any(type(value) is not int or value < 0 for value in wanted.values()) or not wanted["candidates"]:
        raise SpaceError("sample: candidates must be a whole number above 0, and seed one from 0")
    if wanted["candidates"] > MOST_CANDIDATES:
        raise SpaceError(f"sample: at most {MOST_CANDIDATES:,} candidates")
    return sample(choices, wanted["candidates"], seed=wanted.get("seed", 0))


def _check(name: str, values: object) -> None:
    if name not in TUNABLE or name in GIVEN:
        known = ", ".join(sorted(TUNABLE.keys() - GIVEN))
        raise SpaceError(f"fields.{name}: must be one of {known}")
    whole = type(TUNABLE[name]) is int
    kinds = (int,) if whole else (int, float)
    kind = "whole numbers" if whole else "numbers"
    if not isinstance(values, list) or not values or any(type(each) not in kinds for each in values):
        raise SpaceError(f"fields.{name}: must be a list of {kind}")
    if len(set(values)) < len(values) or any(not math.isfinite(each) or each < 0 for each in values):
        raise SpaceError(f"fields.{name}: each number must stand once, and none be below 0")


def _combinations(choices: Mapping[str, Sequence[Value]]) -> int:
    return math.prod(len(values) for values in choices.values())


def _combination(choices: Mapping[str, Sequence[Value]], position: int) -> Candidate:
    """Read the position as a number whose digits are the places in the fields' lists."""
    values: list[tuple[str, Value]] = []
    for name, possible in reversed(list(choices.items())):
        position, place = divmod(position, len(possible))
        values.append((name, type(TUNABLE[name])(possible[place])))
    return Candidate(tuple(reversed(values)))
