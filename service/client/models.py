"""The models of a server, as values: which there are, which serves, how one on trial compares."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

from service.classifier.results import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from service.classifier.results import Category

# Of a normal distribution, so that 95 in 100 intervals hold the true share.
Z = 1.959964


class Trust(StrEnum):
    """Whether the server would serve a model, as far as its signature goes."""

    NOT_ASKED = "not_asked"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


class Standing(StrEnum):
    """What a model is to the server."""

    SERVES = "serves"
    CANARY = "canary"
    SHADOW = "shadow"
    KEPT = "kept"
    RETIRED = "retired"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """That a model was put in service; no actor: a server began with it, or another tenant did it."""

    version: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model version; `manifest` is its manifest's SHA-256, `activation` the last one that there was.

    No `trust`: the server does not tell.
    """

    version: str
    active: bool
    create_time: datetime
    operating_points: dict[str, float] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    trust: Trust | None = None
    manifest: str = ""
    activation: Activation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A model on trial, with so many in a hundred articles (shadow) or tenants (canary)."""

    version: str
    percent: int
    start_time: datetime
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList:
    """The models a server may serve; which did, the latest first; which are on trial; the last three."""

    models: tuple[Model, ...]
    activations: tuple[Activation, ...]
    shadow: Trial | None
    canary: Trial | None
    last_served: tuple[str, ...]

    @property
    def serving(self) -> Model | None:
        """The model that serves; None where it is none of those listed."""
        return next((each for each in self.models if each.active), None)

    @property
    def earlier(self) -> str:
        """The version that a roll-back leads to; empty where there is none, or what serves is not listed."""
        serving = self.serving
        if serving is None:
            return ""
        return next((each.version for each in self.activations if each.version != serving.version), "")

    def standing(self, model: Model) -> tuple[Standing, ...]:
        """What a model is to the server, the weightiest first; a canary may be the shadow as well."""
        tried = {Standing.CANARY: self.canary, Standing.SHADOW: self.shadow}
        found = [Standing.SERVES] if model.active else []
        found += [kind for kind, trial in tried.items() if trial and trial.version == model.version]
        if not found:
            served = Standing.KEPT if model.version in self.last_served else Standing.RETIRED
            found = [served if model.activation else Standing.NEW]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ModelDetail:
    """A model with its card, in Markdown."""

    model: Model
    card: str


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, which are at least one."""

    number: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.number / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval for the true share, at 95 %."""
        share, weight = self.value, Z * Z / self.of
        middle = share + weight / 2
        half = Z * sqrt(share * (1 - share) / self.of + weight / (4 * self.of))
        return max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight))


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCount:
    """How many sentences were overstated in a category for both models, and for one alone."""

    category: Category
    both: int
    serving_alone: int
    shadow_alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A shadow beside a model that served: `verdicts` counts articles by (serving, shadow)."""

    serving: str
    compared: int
    shed: int
    failed: int
    verdicts: dict[tuple[Verdict, Verdict], int]
    categories: tuple[CategoryCount, ...] = ()
    differences: dict[float, int] = field(default_factory=dict)
    psi: float | None = None

    @property
    def agreement(self) -> Share | None:
        """Articles with the same verdict from both, of those compared; None while there are none."""
        if not self.compared:
            return None
        same = sum(number for (ours, theirs), number in self.verdicts.items() if ours is theirs)
        return Share(same, self.compared)

    @property
    def by_verdict(self) -> dict[Verdict, Share]:
        """The same for the articles to which the serving model gave each verdict, where there were any."""
        called = {
            verdict: sum(number for (ours, _), number in self.verdicts.items() if ours is verdict)
            for verdict in Verdict
        }
        return {
            verdict: Share(self.verdicts.get((verdict, verdict), 0), number)
            for verdict, number in called.items()
            if number
        }

    @property
    def seen(self) -> tuple[Verdict, ...]:
        """The verdicts that either model has given."""
        given = {verdict for pair in self.verdicts for verdict in pair}
        return tuple(verdict for verdict in Verdict if verdict in given)

    @property
    def differing(self) -> dict[tuple[Verdict, Verdict], int]:
        """How many articles had a verdict from the serving model and another from the shadow; most first."""
        pairs = {pair: number for pair, number in self.verdicts.items() if pair[0] is not pair[1]}
        return dict(sorted(pairs.items(), key=lambda each: -each[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """How the shadow begun last has compared, beside each model that served meanwhile."""

    shadow: Trial
    going_on: bool
    comparisons: tuple[Comparison, ...]
