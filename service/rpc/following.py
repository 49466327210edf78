"""Serves with the model that somebody has activated, wherever that was asked for."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import structlog

from service import registry
from service.errors import ModelRefused, NotFound, StoreUnavailable
from service.rpc.trying import Trials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.registry import Models
    from service.rpc.desk import Desk
    from service.rpc.scorer import Scorer

SECONDS_BETWEEN_LOOKS = 1.0
# A model's directory may arrive later than the word of its activation, and is read through at each try.
LOOKS_AFTER_FAILURE = 10


class Following:
    """Looks in the store for the last activation and takes its model, verified and self-tested.

    Only what somebody has activated counts, and only after `since`: what another server happened to begin
    with is its own affair. `changing` is held while the model changes, by whoever changes it.
    """

    def __init__(
        self,
        desk: Desk,
        scorer: Scorer,
        models: Models,
        *,
        points: dict[str, Mapping[str, float]],
    ) -> None:
        self.changing = asyncio.Lock()
        self._desk = desk
        self._scorer = scorer
        self._models = models
        self._points = points
        self.trials = Trials(desk, scorer, models, points=points)
        self._since = 0
        self._lacking = ""

    async def begin(self, since: int | None) -> None:
        """Follow what is activated after `since`; None: after now."""
        self._since = await self._desk.read(registry.last_activation) if since is None else since

    async def follow(self) -> None:
        """Keep up for ever; while the database does not answer, serve on."""
        for look in itertools.count(1):
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                await self.catch_up(again=look % LOOKS_AFTER_FAILURE == 0)
            except StoreUnavailable:
                continue

    async def catch_up(self, *, again: bool = True) -> None:
        """Take what was activated last, unless it serves already or cannot be, and what is on trial.

        Without `again`, leave alone what could not be taken before.
        """
        async with self.changing:
            await self._take_activated(again=again)
            if again or not self.trials.is_lacking:
                await self.trials.catch_up()

    async def _take_activated(self, *, again: bool) -> None:
        version = await self._desk.read(registry.activated_after, self._since)
        if version is None or version == self._scorer.require_model().version:
            self._lacking = ""
            return
        if version == self._lacking and not again:
            return
        try:
            served = await self._desk.read(registry.manifest_served, version)
            loaded = await asyncio.to_thread(self._models.load, version, manifest=served)
        except (ModelRefused, NotFound) as error:
            if self._lacking != version:
                structlog.get_logger().error(
                    "activated elsewhere, and not served here", model=version, reason=error.reason
                )
            self._lacking = version
            return
        self._lacking = ""
        self._points[version] = loaded.model.points
        self._scorer.use(loaded.classifier)
        from service.classifier.weighing import form  # noqa: PLC0415 - numpy is loaded after health answers

        structlog.get_logger().info("serving", model=version, scorer=form())
