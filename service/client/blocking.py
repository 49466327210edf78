"""The client for code that waits."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Self, TypeVar

import grpc

from service.article import Keep
from service.client import channel
from service.client.answers import Outcome, article_score, outcome, request
from service.client.faults import error_from
from service.client.insisting import insist
from service.client.reviews import appeal, review, submitted
from service.client.watching import PATIENCE_SECONDS, Watch
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.pb.overclaim.v1 import review_pb2 as pb_review
from service.pb.overclaim.v1 import review_pb2_grpc as review_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from google.protobuf.message import Message

    from service.article import Article
    from service.classifier.results import ArticleScore, Label
    from service.client.reviews import Appeal, Review, Submitted, Told

Answer = TypeVar("Answer")


class Client:
    """A connection to one server, to be used as a context manager and from any number of threads.

    `key` is what an administrator gave: the review desk needs one, scoring only where the server says so.
    Without `credentials` nothing is encrypted, the key neither: right for localhost alone.
    `tls_credentials` makes some, of authorities and a certificate of your own where there are any.
    """

    def __init__(
        self,
        target: str = channel.DEFAULT_TARGET,
        *,
        key: str = "",
        credentials: grpc.ChannelCredentials | None = None,
    ) -> None:
        self._channel = (
            grpc.secure_channel(target, credentials, channel.OPTIONS)
            if credentials
            else grpc.insecure_channel(target, channel.OPTIONS)
        )
        self._service = pb_grpc.ModerationServiceStub(self._channel)
        self._feedback = review_grpc.FeedbackServiceStub(self._channel)
        self._metadata = (("authorization", f"Bearer {key}"),) if key else ()

    def score_article(self, article: Article, *, timeout: float = channel.CALL_SECONDS) -> ArticleScore:
        """Score one article; raises InvalidArticle, KeyReused, RateLimited, Unavailable or CallFailed."""
        return article_score(self._ask(self._service.ScoreArticle, request(article), timeout).score)

    def submit_article(
        self, article: Article, *, keep: Keep = Keep.FOR_REVIEW, timeout: float = channel.CALL_SECONDS
    ) -> Submitted:
        """Score one article, keep it, and tell what the policy makes of it. Raises as score_article."""
        return submitted(self._ask(self._service.ScoreArticle, request(article, keep), timeout))

    def batch_score_articles(
        self, articles: Iterable[Article], *, keep: Keep = Keep.NOTHING, timeout: float = channel.CALL_SECONDS
    ) -> list[Outcome]:
        """Score 1 to 100 articles, of 8 MiB together, and give an outcome for each, in order.

        Raises InvalidRequest, Unavailable or CallFailed for the whole.
        """
        batch = pb.BatchScoreArticlesRequest(requests=(request(each, keep) for each in articles))
        response = self._ask(self._service.BatchScoreArticles, batch, timeout)
        return [outcome(each) for each in response.results]

    def stream_score_articles(
        self,
        articles: Iterable[Article],
        *,
        keep: Keep = Keep.NOTHING,
        timeout: float = channel.STREAM_SECONDS,
    ) -> Iterator[Outcome]:
        """Score any number of articles and yield an outcome for each, in order, as soon as it is there.

        `articles` is read in a thread of its own, a few ahead of what is yielded; what it raises ends the
        call. Leaving the loop early cancels the rest. Raises Unavailable or CallFailed after the outcomes
        before.
        """
        requests = (pb.StreamScoreArticlesRequest(request=request(each, keep)) for each in articles)
        call = self._service.StreamScoreArticles(requests, timeout=timeout, metadata=self._metadata)
        try:
            for response in call:
                yield outcome(response.result)
        except grpc.RpcError as failure:
            raise error_from(failure) from None
        finally:
            call.cancel()

    def get_review(self, review_id: str, *, timeout: float = channel.CALL_SECONDS) -> Review:
        """Give where a review stands; raises NotFound, KeyMissing, KeyUnknown, Unavailable or CallFailed."""
        wanted = pb_review.GetReviewRequest(review_id=review_id)
        response = self._ask(self._feedback.GetReview, wanted, timeout)
        return review(response.review)

    def submit_feedback(
        self, article_id: str, label: Label, text: str = "", *, timeout: float = channel.CALL_SECONDS
    ) -> str:
        """Say what is true of a stored article; give the review's id, or "" when the text is purged.

        Raises NotFound, InvalidRequest, KeyMissing, KeyUnknown, Unavailable or CallFailed.
        """
        feedback = pb_review.SubmitFeedbackRequest(
            article_id=article_id, label=pb.Label.Value(f"LABEL_{label.name}"), text=text
        )
        response = self._ask(self._feedback.SubmitFeedback, feedback, timeout)
        return response.review_id

    def create_appeal(self, review_id: str, text: str, *, timeout: float = channel.CALL_SECONDS) -> Appeal:
        """Object to what was decided; raises NotDecided and what submit_feedback raises."""
        objection = pb_review.CreateAppealRequest(review_id=review_id, text=text)
        response = self._ask(self._feedback.CreateAppeal, objection, timeout)
        return appeal(response.appeal)

    def watch_decisions(
        self, resume_token: str = "", *, patience: float = PATIENCE_SECONDS
    ) -> Iterator[Told]:
        """Yield every decision in order: those after `resume_token` first, then new ones as they come.

        Without a token it begins at the beginning. Nothing is skipped or repeated while connections break and
        servers restart; Unavailable is raised only when the server has been away for `patience` seconds.
        Leaving the loop ends the call.
        """
        watch = Watch(resume_token, patience=patience)
        while True:
            call = self._feedback.WatchDecisions(watch.request(), metadata=self._metadata)
            try:
                for response in call:
                    yield watch.hear(response)
            except grpc.RpcError as failure:
                seconds = watch.pause(error_from(failure))
            else:
                seconds = watch.pause()
            finally:
                call.cancel()
            sleep(seconds)

    def _ask(self, method: Callable[..., Answer], message: Message, timeout: float) -> Answer:
        return insist(
            lambda seconds: method(message, timeout=seconds, metadata=self._metadata), timeout=timeout
        )

    def close(self) -> None:
        """End the connection; calls in flight fail."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
