"""The table of a search, kept as results.json and results.csv: a row a candidate, in the space's order."""

from __future__ import annotations

import csv
import io
import json
import math
import platform
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from training.evaluate import describe
from training.space import TUNABLE, Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from training.examples import LabelledArticle
    from training.recipe import Recipe

JSON: Final = "results.json"
CSV: Final = "results.csv"
PACKAGES: Final = ("overclaim", "scikit-learn", "scipy", "numpy")


class ResultsError(Exception):
    """A table that is damaged, or of another search; the message tells what differs."""


@dataclass(frozen=True, slots=True)
class Setting:
    """All besides the candidate that a figure hangs on; tables of different settings do not mix."""

    corpus: str
    also: str
    background: str
    trust: str
    base: dict[str, float]
    folds: int
    seed: int
    versions: dict[str, str]

    @classmethod
    def of(
        cls, base: Recipe, articles: Sequence[LabelledArticle], also: Sequence[LabelledArticle], *, folds: int
    ) -> Setting:
        """Describe a search before it runs: text by its digest."""
        return cls(
            corpus=describe(articles).sha256,
            also=describe(also).sha256 if also else "",
            background=sha256("\n".join(base.background).encode()).hexdigest() if base.background else "",
            trust=json.dumps([asdict(each) for each in base.trust]),
            base={name: getattr(base, name) for name in TUNABLE},
            folds=folds,
            seed=base.seed,
            versions={"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate with its measures by fold, and their means; what is undefined is NaN."""

    candidate: Candidate
    folds: dict[str, tuple[float, ...]]
    means: dict[str, float]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are known, by the name of their candidate; `order` has the names of all candidates."""

    setting: Setting
    order: tuple[str, ...]
    rows: dict[str, Row]

    @classmethod
    def opened(cls, out: Path, setting: Setting, candidates: Sequence[Candidate]) -> Table:
        """Take up the rows that stand in a directory, also those of candidates no longer asked for."""
        held = _read(out / JSON)
        if held is None:
            return cls(setting, tuple(each.name for each in candidates), {})
        try:
            rows = [_row(each) for each in held["rows"]]
            was: dict[str, Any] = held["setting"]
        except (KeyError, TypeError, ValueError) as error:
            raise ResultsError(f"{out / JSON}: is not the table of a search") from error
        now = asdict(setting)
        if differing := [name for name in now if was.get(name) != now[name]]:
            what = ", ".join(differing)
            raise ResultsError(f"{out / JSON}: holds a search of another {what}; give another --out")
        wanted = dict.fromkeys([each.name for each in candidates] + [row.candidate.name for row in rows])
        return cls(setting, tuple(wanted), {row.candidate.name: row for row in rows})

    def with_row(self, row: Row) -> Table:
        """Add a row."""
        return replace(self, rows=self.rows | {row.candidate.name: row})

    def ordered(self) -> Iterator[Row]:
        """Give the rows in the order of the space."""
        return (self.rows[name] for name in self.order if name in self.rows)

    def best(self, measure: str) -> Row | None:
        """Give the row with the highest mean, of equals the first; None without a defined one."""
        defined = [row for row in self.ordered() if not math.isnan(row.means[measure])]
        return max(defined, key=lambda row: row.means[measure], default=None)

    def save(self, out: Path) -> None:
        """Write both files, each whole or not at all."""
        out.mkdir(parents=True, exist_ok=True)
        rows = [
            {
                "candidate": dict(row.candidate.values),
                "means": _defined(row.means),
                "folds": _defined(row.folds),
            }
            for row in self.ordered()
        ]
        held = {"setting": asdict(self.setting), "rows": rows}
        _write(out / JSON, json.dumps(held, indent=1, allow_nan=False) + "\n")
        _write(out / CSV, _csv(self))


def _csv(table: Table) -> str:
    """Give a column for each field, mean and fold, then what is the same for all rows."""
    rows = list(table.ordered())
    names = dict.fromkeys(name for row in rows for name, _ in row.candidate.values)
    setting = table.setting
    shared = {"folds": setting.folds, "seed": setting.seed, "corpus": setting.corpus[:16]} | setting.versions
    lines = []
    for row in rows:
        chosen = {name: setting.base[name] for name in names} | dict(row.candidate.values)
        figures = {f"{name} mean": value for name, value in row.means.items()}
        by_fold = {
            f"{name} fold {i}": value for name, values in row.folds.items() for i, value in enumerate(values)
        }
        lines.append(chosen | _defined(figures) | _defined(by_fold) | shared)
    written = io.StringIO()
    if lines:
        writer = csv.DictWriter(written, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return written.getvalue()


def _read(file: Path) -> Any:  # noqa: ANN401 - JSON's values have no narrower type
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ResultsError(f"{file}: cannot be read as the table of a search") from error


def _row(held: Mapping[str, Any]) -> Row:
    return Row(
        candidate=Candidate(tuple(held["candidate"].items())),
        folds={name: tuple(map(_number, values)) for name, values in held["folds"].items()},
        means={name: _number(value) for name, value in held["means"].items()},
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _defined(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Turn NaN, which JSON has no word for, into null."""
    return {name: _plain(value) for name, value in figures.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a figure, or a tuple of them
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return None if math.isnan(value) else value


def _write(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)
