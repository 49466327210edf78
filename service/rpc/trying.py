"""Holds the models on trial in this process to what the store says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from service.errors import ModelRefused, NotFound
from service.registry import manifest_served
from service.store.words import TrialKind
from service.trials.standing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.moderation import Classifier
    from service.registry import Models
    from service.rpc.desk import Desk
    from service.rpc.scorer import Scorer
    from service.trials.standing import Standing


class Trials:
    """Begins, changes and ends trials here once the store tells of them, whoever asked for it and wherever.

    A model on trial that cannot be served here is done without, and looked for again: no shadow compares, and
    the canary's tenants are answered by the model that serves.
    """

    def __init__(
        self, desk: Desk, scorer: Scorer, models: Models, *, points: dict[str, Mapping[str, float]]
    ) -> None:
        self._desk = desk
        self._scorer = scorer
        self._models = models
        self._points = points
        self._held: dict[TrialKind, Standing] = {}
        self._loaded: dict[str, Classifier] = {}
        self._lacking: set[str] = set()

    @property
    def is_lacking(self) -> bool:
        """Whether a model on trial cannot be served here."""
        return bool(self._lacking)

    async def prepare(self, version: str) -> None:
        """Verify, build and self-test a model that is to be tried; ModelRefused when it cannot be served."""
        served = await self._desk.read(manifest_served, version)
        loaded = await asyncio.to_thread(self._models.load, version, manifest=served)
        self._points[version] = loaded.model.points
        self._loaded[version] = loaded.classifier

    async def catch_up(self) -> None:
        """Try what the store says, and nothing else."""
        wanted = await self._desk.read(standing)
        self._lacking &= {each.version for each in wanted.values()}
        if wanted == self._held and not self._lacking:
            return
        for version in {each.version for each in wanted.values()} - self._loaded.keys():
            try:
                await self.prepare(version)
                self._lacking.discard(version)
            except (ModelRefused, NotFound) as error:
                if version not in self._lacking:
                    structlog.get_logger().error("on trial, and not here", model=version, reason=error.reason)
                self._lacking.add(version)
        self._held = wanted
        shadow, canary = (self._of(wanted.get(kind)) for kind in (TrialKind.SHADOW, TrialKind.CANARY))
        self._scorer.shadow.use(*shadow)
        self._scorer.use_canary(*canary)
        self._loaded = {
            each.version: self._loaded[each.version] for each in wanted.values() if self._here(each)
        }

    def _here(self, wanted: Standing) -> bool:
        return wanted.version in self._loaded

    def _of(self, wanted: Standing | None) -> tuple[Standing | None, Classifier | None]:
        if wanted is None or not self._here(wanted):
            return None, None
        return wanted, self._loaded[wanted.version]
