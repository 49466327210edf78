"""Scoring in a few threads, so that the event loop stays free for health, deadlines and signals."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from service import moderation
from service.errors import NotReady
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.rpc import convert
from service.rpc.incidents import status_for

if TYPE_CHECKING:
    from service.moderation import Answers, Classifier


class Scorer:
    """Scores with the model it was last given; NotReady until then.

    A call that is cancelled while it waits for a thread is never scored. One that has begun is scored to its
    end, for nobody: the limits of the contract bound how long that takes.
    """

    def __init__(self, *, threads: int, answers: Answers) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="scorer")
        self._answers = answers
        self._classifier: Classifier | None = None

    def use(self, classifier: Classifier) -> None:
        """Score with `classifier` from the next article on; those that have begun end with the one before."""
        self._classifier = classifier

    def require_model(self) -> Classifier:
        """Give the model that scores now, or raise NotReady."""
        if self._classifier is None:
            raise NotReady("no model has passed its self-test yet; retry later", retry_after=1.0)
        return self._classifier

    async def score(self, request: pb.ScoreArticleRequest) -> pb.ArticleScore:
        """Score one article; raises what the use case raises."""
        classifier = self.require_model()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._score, request, classifier)

    async def result(self, request: pb.ScoreArticleRequest) -> pb.ScoreArticleResult:
        """Score one article among several: what goes wrong with it becomes its status."""
        result = pb.ScoreArticleResult(article_id=request.article.article_id)
        try:
            result.score.CopyFrom(await self.score(request))
        except Exception as error:  # noqa: BLE001 - one article must never fail the others
            result.error.CopyFrom(status_for(error))
        return result

    def close(self) -> None:
        """Begin no further article."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _score(self, request: pb.ScoreArticleRequest, classifier: Classifier) -> pb.ArticleScore:
        article = convert.article(request)
        score = moderation.score_article(article, classifier=classifier, answers=self._answers)
        return convert.article_score(score, request=request)
