"""FeedbackService at the edge: convert, call, convert."""

# Names of methods are the contract's, and every method takes what gRPC gives it, needed or not:
# ruff: noqa: N802, ARG002, ANN401

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import ParseDict

from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import review_pb2 as pb
from service.pb.overclaim.v1 import review_pb2_grpc as pb_grpc
from service.review import announcing, objections, reviews, webhooks
from service.rpc import desk_convert, enums
from service.rpc.caller import current_caller
from service.rpc.enums import instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.policy import Points
    from service.rpc.desk import Desk
    from service.store.outward import Webhook

# Other servers write to the same database and ring no bell here.
SECONDS_BETWEEN_LOOKS = 1.0


class FeedbackServicer(pb_grpc.FeedbackServiceServicer):
    """Answers what proto/overclaim/v1/review.proto promises to publishers."""

    def __init__(self, desk: Desk, *, points: Points, local_webhooks: bool) -> None:
        self._desk = desk
        self._points = points
        self._local_webhooks = local_webhooks

    async def WatchDecisions(
        self, request: pb.WatchDecisionsRequest, context: Any
    ) -> AsyncIterator[pb.WatchDecisionsResponse]:
        """Tell every decision from a place on, in order, until the caller has heard enough."""
        position = announcing.position_of(request.resume_token)
        staying = True
        while staying:
            told = await self._desk.read(
                announcing.announcements, tenant=current_caller().tenant, after=position
            )
            for each in told:
                position = each.position
                yield pb.WatchDecisionsResponse(
                    resume_token=announcing.resume_token(position), review=ParseDict(each.review, pb.Review())
                )
            if not told:
                staying = await self._desk.ring(seconds=SECONDS_BETWEEN_LOOKS)

    async def GetReview(self, request: pb.GetReviewRequest, context: Any) -> pb.GetReviewResponse:
        """Give where a review stands."""
        found = await self._desk.read(reviews.review, request.review_id, tenant=current_caller().tenant)
        return pb.GetReviewResponse(review=ParseDict(found, pb.Review()))

    async def SubmitFeedback(
        self, request: pb.SubmitFeedbackRequest, context: Any
    ) -> pb.SubmitFeedbackResponse:
        """Record what a publisher takes to be true."""
        label = enums.label(request.label, "label")
        if label is None:
            raise InvalidRequest((Violation("label", "is required"),))
        item = await self._desk.write(
            objections.submit_feedback,
            request.article_id,
            label=label,
            text=request.text,
            caller=current_caller(),
            points=self._points,
            now=self._desk.now(),
        )
        return pb.SubmitFeedbackResponse(review_id=item.id if item else "")

    async def CreateAppeal(self, request: pb.CreateAppealRequest, context: Any) -> pb.CreateAppealResponse:
        """Object to a decision."""
        appeal = await self._desk.write(
            objections.create_appeal,
            request.review_id,
            text=request.text,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.CreateAppealResponse(appeal=desk_convert.appeal(appeal, None))

    async def CreateWebhook(self, request: pb.CreateWebhookRequest, context: Any) -> pb.CreateWebhookResponse:
        """Register an address."""
        made = await self._desk.write(
            webhooks.create_webhook,
            request.url,
            tenant=current_caller().tenant,
            local=self._local_webhooks,
            now=self._desk.now(),
        )
        return pb.CreateWebhookResponse(webhook=_webhook(made), secret=made.secret)

    async def ListWebhooks(self, request: pb.ListWebhooksRequest, context: Any) -> pb.ListWebhooksResponse:
        """List the tenant's addresses."""
        found = await self._desk.read(webhooks.list_webhooks, tenant=current_caller().tenant)
        return pb.ListWebhooksResponse(webhooks=map(_webhook, found))

    async def DeleteWebhook(self, request: pb.DeleteWebhookRequest, context: Any) -> pb.DeleteWebhookResponse:
        """Tell an address nothing any more."""
        await self._desk.write(
            webhooks.delete_webhook,
            request.webhook_id,
            tenant=current_caller().tenant,
            now=self._desk.now(),
        )
        return pb.DeleteWebhookResponse()

    async def ListDeadLetters(
        self, request: pb.ListDeadLettersRequest, context: Any
    ) -> pb.ListDeadLettersResponse:
        """List what was given up."""
        found, token = await self._desk.read(
            webhooks.dead_letters,
            tenant=current_caller().tenant,
            size=request.page_size,
            token=request.page_token,
        )
        letters = [
            pb.DeadLetter(
                delivery_id=delivery.id,
                webhook_id=delivery.webhook,
                review_id=item,
                attempts=delivery.attempts,
                failure=delivery.failure,
                give_up_time=instant(delivery.next_try),
            )
            for delivery, item in found
        ]
        return pb.ListDeadLettersResponse(dead_letters=letters, next_page_token=token)

    async def RedeliverDeadLetter(
        self, request: pb.RedeliverDeadLetterRequest, context: Any
    ) -> pb.RedeliverDeadLetterResponse:
        """Try again what was given up."""
        await self._desk.write(
            webhooks.redeliver,
            request.delivery_id,
            tenant=current_caller().tenant,
            now=self._desk.now(),
        )
        return pb.RedeliverDeadLetterResponse()


def _webhook(made: Webhook) -> pb.Webhook:
    return pb.Webhook(webhook_id=made.id, url=made.url, create_time=instant(made.created))
