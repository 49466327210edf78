"""ModerationService at the edge: convert, call, convert."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc.pipeline import in_order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from service.rpc.scorer import Scorer

MAX_BATCH = 100


class ModerationServicer(pb_grpc.ModerationServiceServicer):
    """Answers what proto/overclaim/v1/moderation.proto promises."""

    def __init__(self, scorer: Scorer, *, window: int) -> None:
        self._scorer = scorer
        self._window = window

    async def ScoreArticle(  # noqa: N802 - the contract's name
        self,
        request: pb.ScoreArticleRequest,
        context: Any,  # noqa: ARG002, ANN401 - gRPC's signature
    ) -> pb.ScoreArticleResponse:
        """Score one article."""
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
        async with aclosing(in_order(requests, self._scorer.result, window=self._window)) as results:
            async for result in results:
                yield pb.StreamScoreArticlesResponse(result=result)


async def _each(requests: Sequence[pb.ScoreArticleRequest]) -> AsyncIterator[pb.ScoreArticleRequest]:
    for request in requests:
        yield request
