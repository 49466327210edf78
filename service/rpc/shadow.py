"""Scores articles once more with a shadow, after they were answered and while there is nothing else to do."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.moderation import score_afresh
from service.trials.comparing import Fate, Measure, cells
from service.trials.counts import add_counts
from service.trials.standing import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.article import Article
    from service.classifier.results import ArticleScore
    from service.moderation import Classifier
    from service.rpc.desk import Desk
    from service.trials.counts import Counted
    from service.trials.standing import Standing

# Articles that may wait, each of at most a mebibyte; one more is left out.
MOST_WAITING: Final = 8
# Long enough for an answer to be on its way before its article is looked at again.
SECONDS_AFTER_ANSWER: Final = 0.005
SECONDS_BETWEEN_WRITES: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    article: Article
    score: ArticleScore
    trial: Standing
    classifier: Classifier


class Shadow:
    """Compares a share of the articles that are answered; never answers, never delays, never fails a call.

    `busy` says whether there are articles to be answered: they come first, and what comes too fast is shed.
    """

    def __init__(self, desk: Desk, *, busy: Callable[[], bool]) -> None:
        self._desk = desk
        self._busy = busy
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shadow")
        self._waiting: deque[_Waiting] = deque()
        self._offered = asyncio.Event()
        self._counted: Counted = Counter()
        self._due = 0
        self._trial: Standing | None = None
        self._classifier: Classifier | None = None

    def use(self, trial: Standing | None, classifier: Classifier | None) -> None:
        """Compare with this model from the next article on; None: with none."""
        self._trial, self._classifier = trial, classifier

    def offer(self, article: Article, score: ArticleScore) -> None:
        """Take an article that is about to be answered, if it is its turn and there is room."""
        if self._trial is None or self._classifier is None or score.model == self._trial.version:
            return
        self._due += self._trial.percent
        if self._due < ALL:
            return
        self._due -= ALL
        if len(self._waiting) >= MOST_WAITING:
            self._count(self._trial, score, Fate.SHED)
            return
        plain = replace(article, explain=False)
        self._waiting.append(_Waiting(plain, score, self._trial, self._classifier))
        self._offered.set()

    async def compare(self) -> None:
        """Compare what waits, one article after the other, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self._offered.wait()
            await asyncio.sleep(SECONDS_AFTER_ANSWER)
            if self._busy():
                continue
            each = self._waiting.popleft()
            if not self._waiting:
                self._offered.clear()
            await loop.run_in_executor(self._thread, self._compare, each)

    async def keep_writing(self) -> None:
        """Add what was counted to the store, every few seconds, for ever."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_WRITES)
            await self.write()

    async def write(self) -> None:
        """Add what was counted to the store; while that does not answer, keep it."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            await self._desk.write(add_counts, counted)
        except StoreUnavailable:
            self._counted.update(counted)

    async def close(self) -> None:
        """Compare nothing more, and write what was counted."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        with suppress(StoreUnavailable):
            await self.write()

    def _compare(self, each: _Waiting) -> None:
        try:
            theirs = score_afresh(each.article, each.classifier)
        except Exception as error:  # noqa: BLE001 - whatever a model on trial does, it harms nobody
            self._count(each.trial, each.score, Fate.FAILED)
            # Its text might quote the article.
            structlog.get_logger().warning("the shadow failed on an article", kind=type(error).__name__)
            return
        counted = cells(each.score, theirs)
        self._counted.update(
            {
                (each.trial.trial, each.score.model, measure.value, cell): number
                for (measure, cell), number in counted.items()
            }
        )

    def _count(self, trial: Standing, score: ArticleScore, fate: Fate) -> None:
        self._counted[trial.trial, score.model, Measure.FATE.value, fate.value] += 1
