"""ReviewService at the edge: convert, call, convert. Policies and figures stand beside."""

# Names of methods are the contract's, and every method takes what gRPC gives it, needed or not:
# ruff: noqa: N802, ARG002, ANN401

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.pb.overclaim.v1 import review_pb2 as pb
from service.review import claims, decisions, queue, sight
from service.rpc import desk_convert, enums
from service.rpc.caller import current_caller
from service.rpc.policy_servicer import PolicyServicer

if TYPE_CHECKING:
    from service.review.queue import Entry


class ReviewServicer(PolicyServicer):
    """Answers what proto/overclaim/v1/review.proto promises to moderators."""

    async def ListItems(self, request: pb.ListItemsRequest, context: Any) -> pb.ListItemsResponse:
        """List a page of items."""
        page = await self._desk.read(
            queue.list_items,
            caller=current_caller(),
            which=desk_convert.read_filter(request.filter),
            order=enums.order(request.order),
            size=request.page_size,
            token=request.page_token,
            now=self._desk.now(),
        )
        return pb.ListItemsResponse(items=map(self._item, page.entries), next_page_token=page.next_token)

    async def CountItems(self, request: pb.CountItemsRequest, context: Any) -> pb.CountItemsResponse:
        """Count the items of a filter."""
        which = desk_convert.read_filter(request.filter)
        found = await self._desk.read(
            queue.count_items, caller=current_caller(), which=which, now=self._desk.now()
        )
        return desk_convert.counts(found)

    async def GetItem(self, request: pb.GetItemRequest, context: Any) -> pb.GetItemResponse:
        """Give all that a moderator sees of an item."""
        seen = await self._desk.read(sight.look_at, request.item_id, caller=current_caller())
        return desk_convert.sight(seen, caller=current_caller(), now=self._desk.now())

    async def ClaimItem(self, request: pb.ClaimItemRequest, context: Any) -> pb.ClaimItemResponse:
        """Claim a given item, or the next one."""
        caller, now = current_caller(), self._desk.now()
        found: Entry | None
        if request.item_id:
            found = await self._desk.write(
                claims.claim_item, request.item_id, caller=caller, request=request.request_id, now=now
            )
        else:
            found = await self._desk.write(
                claims.claim_next,
                caller=caller,
                which=desk_convert.read_filter(request.filter),
                order=enums.order(request.order),
                request=request.request_id,
                now=now,
            )
        return pb.ClaimItemResponse(item=self._item(found) if found else None)

    async def RenewClaim(self, request: pb.RenewClaimRequest, context: Any) -> pb.RenewClaimResponse:
        """Begin a lease anew."""
        caller = current_caller()
        queued = await self._desk.write(
            claims.renew_claim, request.item_id, claim=request.claim_id, caller=caller, now=self._desk.now()
        )
        return pb.RenewClaimResponse(claim=desk_convert.claim(queued, caller=caller))

    async def ReleaseItem(self, request: pb.ReleaseItemRequest, context: Any) -> pb.ReleaseItemResponse:
        """Give an item back."""
        await self._desk.write(
            claims.release_item,
            request.item_id,
            claim=request.claim_id,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.ReleaseItemResponse()

    async def SkipItem(self, request: pb.SkipItemRequest, context: Any) -> pb.SkipItemResponse:
        """Give an item back, for others to take."""
        await self._desk.write(
            claims.skip_item,
            request.item_id,
            claim=request.claim_id,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.SkipItemResponse()

    async def AssignItem(self, request: pb.AssignItemRequest, context: Any) -> pb.AssignItemResponse:
        """Leave an item to one moderator."""
        found = await self._desk.write(
            claims.assign_item,
            request.item_id,
            moderator=request.moderator,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.AssignItemResponse(item=self._item(found))

    async def EscalateItem(self, request: pb.EscalateItemRequest, context: Any) -> pb.EscalateItemResponse:
        """Leave an item to senior moderators."""
        found = await self._desk.write(
            claims.escalate_item,
            request.item_id,
            reason=request.reason,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.EscalateItemResponse(item=self._item(found))

    async def CommentOnItem(self, request: pb.CommentOnItemRequest, context: Any) -> pb.CommentOnItemResponse:
        """Add a remark."""
        made = await self._desk.write(
            claims.comment_on_item,
            request.item_id,
            text=request.text,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.CommentOnItemResponse(event=desk_convert.event(made))

    async def RecordDecision(
        self, request: pb.RecordDecisionRequest, context: Any
    ) -> pb.RecordDecisionResponse:
        """Record a decision once."""
        made, found = await self._desk.write(
            decisions.record_decision,
            request.item_id,
            claim=request.claim_id,
            request=request.request_id,
            ruling=desk_convert.read_ruling(request.ruling),
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.RecordDecisionResponse(decision=desk_convert.decision(made), item=self._item(found))

    async def UndoDecision(self, request: pb.UndoDecisionRequest, context: Any) -> pb.UndoDecisionResponse:
        """Take a decision back."""
        found = await self._desk.write(
            decisions.undo_decision,
            request.item_id,
            decision=request.decision_id,
            caller=current_caller(),
            now=self._desk.now(),
        )
        return pb.UndoDecisionResponse(item=self._item(found))

    def _item(self, entry: Entry) -> pb.Item:
        return desk_convert.item(entry, caller=current_caller(), now=self._desk.now())
