"""ModerationService at the edge: convert, call, convert."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from service.errors import InvalidRequest, OverclaimError, Violation
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.quota.amounts import Amount
from service.rpc.caller import current_caller
from service.rpc.incidents import status_for
from service.rpc.pipeline import in_order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from service.rpc.meter import Meter
    from service.rpc.scorer import Scorer

MAX_BATCH = 100


class ModerationServicer(pb_grpc.ModerationServiceServicer):
    """Answers what proto/overclaim/v1/moderation.proto promises."""

    def __init__(self, scorer: Scorer, meter: Meter, *, window: int) -> None:
        self._scorer = scorer
        self._meter = meter
        self._window = window

    async def ScoreArticle(  # noqa: N802 - the contract's name
        self,
        request: pb.ScoreArticleRequest,
        context: Any,  # noqa: ARG002, ANN401 - gRPC's signature
    ) -> pb.ScoreArticleResponse:
        """Score one article."""
        self._scorer.require_model()
        await self._meter.admit(current_caller().tenant, _amount(request))
        return await self._scorer.score(request)

    async def BatchScoreArticles(  # noqa: N802 - the contract's name
        self,
        request: pb.BatchScoreArticlesRequest,
        context: Any,  # noqa: ARG002, ANN401 - gRPC's signature
    ) -> pb.BatchScoreArticlesResponse:
        """Score several articles, a few at a time so that other calls have their turn."""
        if not 1 <= len(request.requests) <= MAX_BATCH:
            violation = Violation(
                "requests", f"has {len(request.requests):,} articles; 1 to {MAX_BATCH} are allowed", MAX_BATCH
            )
            raise InvalidRequest((violation,))
        self._scorer.require_model()
        together = sum(map(_amount, request.requests), Amount())
        await self._meter.admit(current_caller().tenant, together)
        async with aclosing(
            in_order(_each(request.requests), self._scorer.result, window=self._window)
        ) as results:
            return pb.BatchScoreArticlesResponse(results=[result async for result in results])

    async def StreamScoreArticles(  # noqa: N802 - the contract's name
        self,
        request_iterator: AsyncIterator[pb.StreamScoreArticlesRequest],
        context: Any,  # noqa: ARG002, ANN401 - gRPC's signature
    ) -> AsyncIterator[pb.StreamScoreArticlesResponse]:
        """Score a stream of articles, held back by how fast its answers are taken."""
        self._scorer.require_model()
        requests = (each.request async for each in request_iterator)
        async with aclosing(in_order(requests, self._paced, window=self._window)) as results:
            async for result in results:
                yield pb.StreamScoreArticlesResponse(result=result)

    async def _paced(self, request: pb.ScoreArticleRequest) -> pb.ScoreArticleResult:
        """Score an article of a stream, held back to the tenant's rate."""
        try:
            await self._meter.admit_in_turn(current_caller().tenant, _amount(request))
        except OverclaimError as error:
            return pb.ScoreArticleResult(article_id=request.article.article_id, error=status_for(error))
        return await self._scorer.result(request)


def _amount(request: pb.ScoreArticleRequest) -> Amount:
    return Amount(1, len(request.article.body) + len(request.article.title))


async def _each(requests: Sequence[pb.ScoreArticleRequest]) -> AsyncIterator[pb.ScoreArticleRequest]:
    for request in requests:
        yield request
