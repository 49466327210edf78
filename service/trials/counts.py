"""What was counted of a shadow, by all servers together."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select, update

from service.store.rows import find_or_add
from service.store.trying import TrialCount
from service.store.words import TrialKind
from service.trials.comparing import Fate, Measure, stability
from service.trials.standing import last_begun, last_trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

# What a process has counted: by trial, the model that served, the measure and its cell.
Counted: TypeAlias = Counter[tuple[int, str, str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A shadow beside a serving model: `verdicts` by (serving, shadow), `categories` by (category, side)."""

    serving: str
    compared: int
    shed: int
    failed: int
    verdicts: Mapping[tuple[str, str], int]
    categories: Mapping[tuple[str, str], int]
    differences: Mapping[int, int]
    psi: float | None

    @property
    def agreed(self) -> int:
        """How many articles had the same verdict from both."""
        return sum(number for (ours, theirs), number in self.verdicts.items() if ours == theirs)


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """How the last shadow has compared, beside each model that served meanwhile."""

    shadow: str
    percent: int
    goes_on: bool
    since: datetime
    tenant: str
    actor: str
    comparisons: tuple[Comparison, ...]


def add_counts(session: Session, counted: Counted) -> None:
    """Add what a process has counted. In one order, so that no two servers wait for each other's rows."""
    for (trial, serving, measure, cell), number in sorted(counted.items()):
        row = TrialCount(trial=trial, serving=serving, measure=measure, cell=cell, number=0)
        find_or_add(session, row, by=("trial", "serving", "measure", "cell"))
        session.execute(
            update(TrialCount)
            .where(
                TrialCount.trial == trial,
                TrialCount.serving == serving,
                TrialCount.measure == measure,
                TrialCount.cell == cell,
            )
            .values(number=TrialCount.number + number)
        )


def shadow_report(session: Session) -> ShadowReport:
    """Report on the shadow that was begun last; NoTrial when there never was one."""
    trial = last_begun(session, TrialKind.SHADOW)
    last = last_trial(session, TrialKind.SHADOW)
    by_serving: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in session.scalars(select(TrialCount).where(TrialCount.trial == trial.id)):
        by_serving[row.serving][row.measure][row.cell] = row.number
    return ShadowReport(
        shadow=trial.version,
        percent=trial.percent,
        goes_on=last is not None and last.id == trial.id,
        since=trial.at,
        tenant=trial.tenant,
        actor=trial.actor,
        comparisons=tuple(_comparison(*each) for each in sorted(by_serving.items())),
    )


def _comparison(serving: str, found: Mapping[str, Mapping[str, int]]) -> Comparison:
    fates, verdicts, categories = (
        found.get(each, {}) for each in (Measure.FATE, Measure.VERDICT, Measure.CATEGORY)
    )
    differences, ours, theirs = (
        {int(cell): number for cell, number in found.get(each, {}).items()}
        for each in (Measure.DIFFERENCE, Measure.SERVING, Measure.SHADOW)
    )
    return Comparison(
        serving=serving,
        compared=fates.get(Fate.COMPARED, 0),
        shed=fates.get(Fate.SHED, 0),
        failed=fates.get(Fate.FAILED, 0),
        verdicts={_two(cell, ">"): number for cell, number in verdicts.items()},
        categories={_two(cell, ":"): number for cell, number in categories.items()},
        differences=differences,
        psi=stability(ours, theirs),
    )


def _two(cell: str, separator: str) -> tuple[str, str]:
    first, _, second = cell.partition(separator)
    return first, second
