"""The client for code that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import grpc

from service.client import channel
from service.client.answers import Outcome, article_score, outcome, request
from service.client.faults import error_from
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from service.article import Article
    from service.classifier.results import ArticleScore


class Client:
    """A connection to one server, to be used as a context manager and from any number of threads.

    Without `credentials` nothing is encrypted: right for localhost alone. `grpc.ssl_channel_credentials()`
    trusts what the machine trusts.
    """

    def __init__(
        self, target: str = channel.DEFAULT_TARGET, *, credentials: grpc.ChannelCredentials | None = None
    ) -> None:
        self._channel = (
            grpc.secure_channel(target, credentials, channel.OPTIONS)
            if credentials
            else grpc.insecure_channel(target, channel.OPTIONS)
        )
        self._service = pb_grpc.ModerationServiceStub(self._channel)

    def score_article(self, article: Article, *, timeout: float = channel.CALL_SECONDS) -> ArticleScore:
        """Score one article; raises InvalidArticle, KeyReused, Unavailable or CallFailed."""
        try:
            return article_score(self._service.ScoreArticle(request(article), timeout=timeout).score)
        except grpc.RpcError as failure:
            raise error_from(failure) from None

    def batch_score_articles(
        self, articles: Iterable[Article], *, timeout: float = channel.CALL_SECONDS
    ) -> list[Outcome]:
        """Score 1 to 100 articles, of 8 MiB together, and give an outcome for each, in order.

        Raises InvalidRequest, Unavailable or CallFailed for the whole.
        """
        batch = pb.BatchScoreArticlesRequest(requests=map(request, articles))
        try:
            response = self._service.BatchScoreArticles(batch, timeout=timeout)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        return [outcome(each) for each in response.results]

    def stream_score_articles(
        self, articles: Iterable[Article], *, timeout: float = channel.STREAM_SECONDS
    ) -> Iterator[Outcome]:
        """Score any number of articles and yield an outcome for each, in order, as soon as it is there.

        `articles` is read in a thread of its own, a few ahead of what is yielded; what it raises ends the
        call. Leaving the loop early cancels the rest. Raises Unavailable or CallFailed after the outcomes
        before.
        """
        requests = (pb.StreamScoreArticlesRequest(request=request(each)) for each in articles)
        call = self._service.StreamScoreArticles(requests, timeout=timeout)
        try:
            for response in call:
                yield outcome(response.result)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        finally:
            call.cancel()

    def close(self) -> None:
        """End the connection; calls in flight fail."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
