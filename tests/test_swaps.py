"""Models that are swapped under load: no call fails, and every answer is wholly of the one model it names."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from service.classifier import artifact
from service.client.desk import AsyncDesk
from service.errors import OverclaimError
from service.pb.overclaim.v1.models_pb2 import ActivateModelRequest
from service.pb.overclaim.v1.moderation_pb2 import BatchScoreArticlesRequest
from service.store.words import Role
from tests.calls import ask
from tests.conftest import BUNDLED
from tests.records import CLAIM, insist
from tests.sites import Site
from tests.variants import variant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from tests.promises import Promised

PAGE = f"{CLAIM}\n\nIn a small trial, some patients may have felt less pain.\n\n{CLAIM}"
# The model that a server begins with, and others that say something else of the same text.
LEANINGS = {"swap-1": 0.5, "swap-2": 1.0, "swap-3": 1.5}
BATCH = 10
REST = 0.02


class Publishers:
    """Have the same page scored, one after the other and in batches, and look at every answer."""

    def __init__(self, expected: Mapping[str, float]) -> None:
        """`expected` is how overstated each model finds the page."""
        self.answers = self.wrong = self.failed = 0
        self.models: set[str] = set()
        self._expected = expected
        self._over = asyncio.Event()

    async def work(self, desk: AsyncDesk) -> None:
        """Go on until told to stop."""
        batch = BatchScoreArticlesRequest(requests=[ask(PAGE)] * BATCH)
        while not self._over.is_set():
            await self._call(desk.moderation.ScoreArticle, ask(PAGE), lambda answer: [answer.score])
            await self._call(
                desk.moderation.BatchScoreArticles,
                batch,
                lambda answer: [each.score for each in answer.results],
            )
            await asyncio.sleep(REST)

    def stop(self) -> None:
        """Let `work` come to its end."""
        self._over.set()

    async def _call(
        self,
        call: Callable[..., Awaitable[Any]],
        request: Any,  # noqa: ANN401 - of either call
        scores: Callable[[Any], list[Any]],
    ) -> None:
        try:
            answer = await call(request, timeout=60)
        except OverclaimError:
            self.failed += 1
            return
        for score in scores(answer):
            self.answers += 1
            self.models.add(score.model_version)
            expected = self._expected.get(score.model_version, -1.0)
            self.wrong += abs(score.scores.overstated - expected) > 1e-6


async def swapped(folder: Path, *, workers: int, swaps: int) -> Publishers:
    """Swap models under load as often as that, and give what publishers saw."""
    site = Site(folder, f"sqlite:///{folder / 'desk.db'}", workers=workers)
    models = [variant(site.models, version, leaning=leaning) for version, leaning in LEANINGS.items()]
    models.append(artifact.load(BUNDLED))
    publishers = Publishers({each.version: each.score(PAGE).scores.overstated for each in models})
    key = site.key("eve", Role.ADMINISTRATOR)
    async with site.supervised(), AsyncDesk(site.address, key=key) as desk:
        await insist(desk.moderation.ScoreArticle, ask(PAGE))
        working = asyncio.create_task(publishers.work(desk))
        for version, _ in zip(itertools.cycle(LEANINGS), range(swaps), strict=False):
            await desk.models.ActivateModel(ActivateModelRequest(version=version))
            # Until publishers have met it a few times; the other worker takes it up within a second.
            seen = publishers.answers
            while publishers.answers < seen + 3 * BATCH:  # noqa: ASYNC110 - what is waited for is a count
                await asyncio.sleep(REST)
        publishers.stop()
        await working
    return publishers


async def test_models_are_swapped_under_load(tmp_path: Path) -> None:
    seen = await swapped(tmp_path, workers=1, swaps=4)
    assert (seen.failed, seen.wrong) == (0, 0)
    assert seen.models >= set(LEANINGS)


@pytest.mark.promise
async def test_a_hundred_swaps_under_load_fail_no_call(tmp_path: Path, promised: Promised) -> None:
    seen = await swapped(tmp_path, workers=2, swaps=100)
    assert seen.models >= set(LEANINGS)
    promised("calls that fail while models are swapped 100 times under load", seen.failed, exactly=0)
    promised("answers then that are not wholly of the one model that they name", seen.wrong, exactly=0)
