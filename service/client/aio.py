"""The client for asyncio."""

# A timeout here is the call's deadline, which gRPC tells the server; asyncio's would only stop waiting.
# ruff: noqa: ASYNC109

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import grpc

from service.client import channel
from service.client.answers import Outcome, article_score, outcome, request
from service.client.faults import error_from
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable
    from types import TracebackType

    from service.article import Article
    from service.classifier.results import ArticleScore


class AsyncClient:
    """A connection to one server, to be used as an async context manager within one event loop.

    Without `credentials` nothing is encrypted: right for localhost alone. `grpc.ssl_channel_credentials()`
    trusts what the machine trusts.
    """

    def __init__(
        self, target: str = channel.DEFAULT_TARGET, *, credentials: grpc.ChannelCredentials | None = None
    ) -> None:
        self._channel = (
            grpc.aio.secure_channel(target, credentials, channel.OPTIONS)
            if credentials
            else grpc.aio.insecure_channel(target, channel.OPTIONS)
        )
        self._service = pb_grpc.ModerationServiceStub(self._channel)

    async def score_article(self, article: Article, *, timeout: float = channel.CALL_SECONDS) -> ArticleScore:
        """Score one article; raises InvalidArticle, KeyReused, Unavailable or CallFailed."""
        try:
            response = await self._service.ScoreArticle(request(article), timeout=timeout)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        return article_score(response.score)

    async def batch_score_articles(
        self, articles: Iterable[Article], *, timeout: float = channel.CALL_SECONDS
    ) -> list[Outcome]:
        """Score 1 to 100 articles, of 8 MiB together, and give an outcome for each, in order.

        Raises InvalidRequest, Unavailable or CallFailed for the whole.
        """
        batch = pb.BatchScoreArticlesRequest(requests=map(request, articles))
        try:
            response = await self._service.BatchScoreArticles(batch, timeout=timeout)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        return [outcome(each) for each in response.results]

    async def stream_score_articles(
        self, articles: AsyncIterable[Article] | Iterable[Article], *, timeout: float = channel.STREAM_SECONDS
    ) -> AsyncIterator[Outcome]:
        """Score any number of articles and yield an outcome for each, in order, as soon as it is there.

        `articles` is read a few ahead of what is yielded. Closing the iterator cancels the rest. Raises
        Unavailable or CallFailed after the outcomes before.
        """
        call = self._service.StreamScoreArticles(_requests(articles), timeout=timeout)
        try:
            async for response in call:
                yield outcome(response.result)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        finally:
            call.cancel()

    async def close(self) -> None:
        """End the connection; calls in flight fail."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _requests(
    articles: AsyncIterable[Article] | Iterable[Article],
) -> AsyncIterator[pb.StreamScoreArticlesRequest]:
    if hasattr(articles, "__aiter__"):
        async for article in articles:
            yield pb.StreamScoreArticlesRequest(request=request(article))
    else:
        for article in articles:
            yield pb.StreamScoreArticlesRequest(request=request(article))
