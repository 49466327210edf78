"""Scoring in a few threads, so that the event loop stays free for health, deadlines and signals."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from service import moderation
from service.article import MAX_SENTENCES
from service.errors import NotReady
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.rpc import convert
from service.rpc.caller import current_caller
from service.rpc.incidents import status_for
from service.rpc.observing import Unobserved, no_span
from service.rpc.shadow import Shadow
from service.trials.standing import is_canarys

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.article import Article
    from service.classifier.results import ArticleScore
    from service.moderation import Answers, Classifier, Judged
    from service.policy import Points
    from service.review.policies import Revision
    from service.rpc.desk import Desk
    from service.rpc.observing import Observer, Span
    from service.trials.standing import Standing

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Scorer:
    """Scores with the model it was last given; NotReady until then.

    What is brief is scored at once, by the event loop itself. A call that is cancelled while it waits for a
    thread is never scored. One that has begun is scored to its end, for nobody: the limits of the contract
    bound how long that takes.
    """

    def __init__(
        self,
        *,
        threads: int,
        answers: Answers,
        desk: Desk,
        points: Points,
        max_sentences: int = MAX_SENTENCES,
        observer: Observer | None = None,
        span: Span = no_span,
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="scorer")
        self._answers = answers
        self._desk = desk
        self._points = points
        self._max_sentences = max_sentences
        self._observer = observer or Unobserved()
        self._span = span
        self._classifier: Classifier | None = None
        self._canary: tuple[Standing, Classifier] | None = None
        self._in_hand = 0
        self.shadow = Shadow(desk, busy=lambda: self._in_hand > 0)

    def use(self, classifier: Classifier) -> None:
        """Score with `classifier` from the next article on; those that have begun end with the one before."""
        self._classifier = classifier
        self._observer.serves(classifier.version)

    def use_canary(self, trial: Standing | None, classifier: Classifier | None) -> None:
        """Score a share of the tenants with another model from the next article on; None: with none."""
        self._canary = (trial, classifier) if trial and classifier else None

    def model_for(self, tenant: str) -> Classifier:
        """Give the model that scores for a tenant, or raise NotReady."""
        serving = self.require_model()
        if self._canary is not None:
            trial, canary = self._canary
            if is_canarys(tenant, trial.version, trial.percent):
                return canary
        return serving

    def versions(self) -> set[str]:
        """Name all models that answer some tenant."""
        answering = {self.require_model().version}
        return answering | {self._canary[1].version} if self._canary else answering

    def require_model(self) -> Classifier:
        """Give the model that serves, but for a canary's tenants; or raise NotReady."""
        if self._classifier is None:
            raise NotReady("no model has passed its self-test yet; retry later", retry_after=1.0)
        return self._classifier

    async def score(self, request: pb.ScoreArticleRequest) -> pb.ScoreArticleResponse:
        """Score one article, and keep it when that is asked for; raises what the use cases raise."""
        self._in_hand += 1
        try:
            article, score, response = await self._score_and_judge(request, current_caller().tenant)
        finally:
            self._in_hand -= 1
        self.shadow.offer(article, score)
        return response

    async def result(self, request: pb.ScoreArticleRequest) -> pb.ScoreArticleResult:
        """Score one article among several: what goes wrong with it becomes its status."""
        result = pb.ScoreArticleResult(article_id=request.article.article_id)
        try:
            response = await self.score(request)
            result.score.CopyFrom(response.score)
            result.assessment.CopyFrom(response.assessment)
        except Exception as error:  # noqa: BLE001 - one article must never fail the others
            self._observer.refused(error)
            result.error.CopyFrom(status_for(error))
        return result

    def close(self) -> None:
        """Begin no further article."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _score_and_judge(
        self, request: pb.ScoreArticleRequest, tenant: str
    ) -> tuple[Article, ArticleScore, pb.ScoreArticleResponse]:
        classifier = self.model_for(tenant)
        if request.keep == pb.KEEP_UNSPECIFIED:
            # The policy is known already, most often, and all the rest is done in one go: each hand-over to a
            # thread and back costs as much as the whole reading and writing of a short article.
            revision = await self._desk.policy(tenant)
            answer = partial(self._answer, request, classifier, tenant, revision)
            article, score, judged, response = (
                answer() if _is_brief(request, classifier) else await self._in_thread(answer)
            )
        else:
            article, score = await self._in_thread(self._score, request, classifier, tenant)
            judged = await self._keep(request, article, score, tenant)
            response = await self._in_thread(self._write, request, score, judged)
        self._observer.scored(score, judged)
        return article, score, response

    async def _in_thread(
        self, step: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        # A thread sees the spans of the call that it works for only when it is given their context.
        work = partial(copy_context().run, step, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _keep(
        self, request: pb.ScoreArticleRequest, article: Article, score: ArticleScore, tenant: str
    ) -> Judged:
        with self._span("keep"):
            return await self._desk.write(
                moderation.keep_article,
                article,
                score,
                tenant=tenant,
                keep=convert.keep(request),
                points=self._points,
                now=self._desk.now(),
            )

    def _answer(
        self, request: pb.ScoreArticleRequest, classifier: Classifier, tenant: str, revision: Revision
    ) -> tuple[Article, ArticleScore, Judged, pb.ScoreArticleResponse]:
        article, score = self._score(request, classifier, tenant)
        with self._span("judge"):
            judged = moderation.judge_score(score, revision=revision, points=self._points)
        return article, score, judged, self._write(request, score, judged)

    def _score(
        self, request: pb.ScoreArticleRequest, classifier: Classifier, tenant: str
    ) -> tuple[Article, ArticleScore]:
        with self._span("read"):
            article = convert.article(request)
        with self._span("score"):
            score = moderation.score_article(
                article,
                classifier=classifier,
                answers=self._answers,
                tenant=tenant,
                max_sentences=self._max_sentences,
            )
        return article, score

    def _write(
        self, request: pb.ScoreArticleRequest, score: ArticleScore, judged: Judged
    ) -> pb.ScoreArticleResponse:
        submitted = request.article
        with self._span("write"):
            written = convert.article_score(
                score, article_id=submitted.article_id, body=submitted.body, unit=request.offset_unit
            )
            return pb.ScoreArticleResponse(score=written, assessment=convert.assessment(judged))


def _is_brief(request: pb.ScoreArticleRequest, classifier: Classifier) -> bool:
    """Tell whether to hand over to a thread and back would cost about as much as the whole answer."""
    # Only a model that can tell is known to be quick.
    tell = getattr(classifier, "is_brief", None)
    if request.detail != pb.DETAIL_SCORES or tell is None:
        return False
    return bool(tell(request.article.body, title=request.article.title))
