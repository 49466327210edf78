"""The desk as the page asks it: values in, values out, through the Python client like anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.client.asking_models import AsyncModels
from service.client.desk import AsyncDesk
from service.console import reading as read
from service.console import reading_overview as overview
from service.console import reading_policy as policy
from service.pb.overclaim.v1 import access_pb2, moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb

if TYPE_CHECKING:
    import grpc

    from service.classifier.results import Category, Label
    from service.console.overview import Dashboard
    from service.console.policies import Policy, Preview, Revision
    from service.console.values import (
        Caller,
        Claim,
        Counts,
        Item,
        ItemDetail,
        ItemFilter,
        ItemOrder,
        ItemPage,
        Recorded,
        Ruling,
    )

# A page that comes late is worse than one that says so; the client's own deadline is for whole catalogues.
SECONDS = 20.0


class Desk:
    """One person's view of the desk, and of the server's models.

    Every method raises the errors of service.errors, or CallFailed.
    """

    def __init__(self, target: str, *, key: str, credentials: grpc.ChannelCredentials | None = None) -> None:
        self._client = AsyncDesk(target, key=key, credentials=credentials)
        # With the client's own deadline: a model is verified, built and tested before it is answered.
        self.models = AsyncModels(self._client)

    async def close(self) -> None:
        """End the connection."""
        await self._client.close()

    async def caller(self) -> Caller:
        """Whose key this is."""
        answer = await self._client.access.GetCaller(access_pb2.GetCallerRequest(), timeout=SECONDS)
        return read.caller(answer)

    async def sign_in(self, id_token: str, *, nonce_secret: str) -> str:
        """Give the access key of whom the identity provider vouches for; needs none itself."""
        request = access_pb2.SignInRequest(id_token=id_token, nonce_secret=nonce_secret)
        return (await self._client.access.SignIn(request, timeout=SECONDS)).secret

    async def sign_out(self) -> bool:
        """End this key if it came of such a sign-in, and say whether it did."""
        return (await self._client.access.SignOut(access_pb2.SignOutRequest(), timeout=SECONDS)).ended

    async def items(self, wanted: ItemFilter, *, order: ItemOrder, size: int, token: str = "") -> ItemPage:
        """One page of the queue."""
        request = pb.ListItemsRequest(
            filter=_filter(wanted), order=_order(order), page_size=size, page_token=token
        )
        return read.item_page(await self._client.review.ListItems(request, timeout=SECONDS))

    async def counts(self, wanted: ItemFilter) -> Counts:
        """How many items a filter finds."""
        request = pb.CountItemsRequest(filter=_filter(wanted))
        return read.counts(await self._client.review.CountItems(request, timeout=SECONDS))

    async def item(self, item_id: str) -> ItemDetail:
        """All that the caller may see of an item."""
        request = pb.GetItemRequest(item_id=item_id)
        return read.item_detail(await self._client.review.GetItem(request, timeout=SECONDS))

    async def claim_next(self, wanted: ItemFilter, *, order: ItemOrder, request_id: str) -> Item | None:
        """Claim the next item that the caller may decide; None when there is none."""
        request = pb.ClaimItemRequest(filter=_filter(wanted), order=_order(order), request_id=request_id)
        answer = await self._client.review.ClaimItem(request, timeout=SECONDS)
        return read.item(answer.item) if answer.HasField("item") else None

    async def claim(self, item_id: str) -> Item:
        """Claim a given item; raises ItemTaken and ItemClosed."""
        answer = await self._client.review.ClaimItem(pb.ClaimItemRequest(item_id=item_id), timeout=SECONDS)
        return read.item(answer.item)

    async def renew(self, item_id: str, claim_id: str) -> Claim:
        """Begin the lease anew; raises ClaimLost."""
        request = pb.RenewClaimRequest(item_id=item_id, claim_id=claim_id)
        return read.claim((await self._client.review.RenewClaim(request, timeout=SECONDS)).claim)

    async def release(self, item_id: str, claim_id: str) -> None:
        """Give a claimed item back."""
        request = pb.ReleaseItemRequest(item_id=item_id, claim_id=claim_id)
        await self._client.review.ReleaseItem(request, timeout=SECONDS)

    async def skip(self, item_id: str, claim_id: str) -> None:
        """Give a claimed item back and not see it for a while."""
        request = pb.SkipItemRequest(item_id=item_id, claim_id=claim_id)
        await self._client.review.SkipItem(request, timeout=SECONDS)

    async def assign(self, item_id: str, moderator: str) -> None:
        """Hand an item over; to nobody in particular when the name is empty."""
        request = pb.AssignItemRequest(item_id=item_id, moderator=moderator)
        await self._client.review.AssignItem(request, timeout=SECONDS)

    async def escalate(self, item_id: str, reason: str) -> None:
        """Leave an item to senior moderators."""
        request = pb.EscalateItemRequest(item_id=item_id, reason=reason)
        await self._client.review.EscalateItem(request, timeout=SECONDS)

    async def comment(self, item_id: str, text: str) -> None:
        """Add a remark for other moderators."""
        request = pb.CommentOnItemRequest(item_id=item_id, text=text)
        await self._client.review.CommentOnItem(request, timeout=SECONDS)

    async def decide(self, item_id: str, *, claim_id: str, request_id: str, ruling: Ruling) -> Recorded:
        """Record a decision once, however often the same request is sent; raises ClaimLost."""
        request = pb.RecordDecisionRequest(
            item_id=item_id, claim_id=claim_id, request_id=request_id, ruling=_ruling(ruling)
        )
        return read.recorded(await self._client.review.RecordDecision(request, timeout=SECONDS))

    async def undo(self, item_id: str, decision_id: str) -> None:
        """Take the caller's own decision back; the item is claimed anew. Raises CannotUndo."""
        request = pb.UndoDecisionRequest(item_id=item_id, decision_id=decision_id)
        await self._client.review.UndoDecision(request, timeout=SECONDS)

    async def dashboard(self, weeks: int) -> Dashboard:
        """The desk's last weeks."""
        request = pb.GetDashboardRequest(weeks=weeks)
        return overview.dashboard(await self._client.review.GetDashboard(request, timeout=SECONDS))

    async def policies(self) -> list[Revision]:
        """All revisions of the policy, the one in force first."""
        answer = await self._client.review.ListPolicies(pb.ListPoliciesRequest(), timeout=SECONDS)
        return list(map(policy.revision, answer.revisions))

    async def set_policy(self, wanted: Policy, *, base: int, remark: str) -> None:
        """Put a policy in force that was made from a revision; PolicyChanged when that is not in force."""
        request = pb.SetPolicyRequest(policy=policy.written(wanted), base_revision=base, remark=remark)
        await self._client.review.SetPolicy(request, timeout=SECONDS)

    async def roll_back_policy(self, number: int, *, remark: str) -> None:
        """Put an earlier revision in force again, as a new one."""
        request = pb.RollBackPolicyRequest(revision=number, remark=remark)
        await self._client.review.RollBackPolicy(request, timeout=SECONDS)

    async def preview_policy(self, wanted: Policy, *, days: int) -> Preview:
        """What a policy would have advised over the scores of the last days."""
        request = pb.PreviewPolicyRequest(policy=policy.written(wanted), days=days)
        return policy.preview(await self._client.review.PreviewPolicy(request, timeout=SECONDS))


def _order(order: ItemOrder) -> pb.ItemOrder.ValueType:
    return pb.ItemOrder.Value(f"ITEM_ORDER_{order.name}")


def _filter(wanted: ItemFilter) -> pb.ItemFilter:
    return pb.ItemFilter(
        states=[pb.ItemState.Value(f"ITEM_STATE_{each.name}") for each in wanted.states],
        origins=[pb.Origin.Value(f"ORIGIN_{each.name}") for each in wanted.origins],
        categories=map(_category, wanted.categories),
        publisher=wanted.publisher,
        min_severity=wanted.min_severity,
        assigned_to=wanted.assigned_to,
        escalated=wanted.escalated,
        text=wanted.text,
    )


def _ruling(ruling: Ruling) -> pb.Ruling:
    return pb.Ruling(
        outcome=pb.Outcome.Value(f"OUTCOME_{ruling.outcome.name}"),
        label=_label(ruling.label),
        severity=ruling.severity,
        sentences=[
            pb.SentenceRuling(
                start=each.start,
                end=each.end,
                label=_label(each.label),
                category=_category(each.category),
            )
            for each in ruling.sentences
        ],
        reason=ruling.reason,
        note=ruling.note,
    )


def _label(label: Label | None) -> moderation_pb2.Label.ValueType:
    return moderation_pb2.Label.Value(f"LABEL_{label.name if label else 'UNSPECIFIED'}")


def _category(category: Category | None) -> moderation_pb2.Category.ValueType:
    return moderation_pb2.Category.Value(f"CATEGORY_{category.name if category else 'UNSPECIFIED'}")
