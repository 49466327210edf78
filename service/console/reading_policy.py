"""Between the contract's messages on policies and what the page has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.classifier.results import Category
from service.console.policies import Policy, Preview, Revision
from service.console.reading import time
from service.pb.overclaim.v1 import moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb

if TYPE_CHECKING:
    from service.console.policies import Point


def revision(message: pb.PolicyRevision) -> Revision:
    """Read a policy on record."""
    return Revision(
        number=message.revision,
        policy=_policy(message.policy),
        author=message.author,
        remark=message.remark,
        create_time=time(message.create_time) if message.HasField("create_time") else None,
    )


def preview(answer: pb.PreviewPolicyResponse) -> Preview:
    """Read what a policy would have done."""
    return Preview(
        scores=answer.scores,
        in_force=_actions(answer.in_force),
        proposed=_actions(answer.proposed),
        added=answer.added,
        removed=answer.removed,
        added_articles=tuple(answer.added_articles),
        removed_articles=tuple(answer.removed_articles),
        without_text=answer.without_text,
    )


def written(policy: Policy) -> pb.Policy:
    """Write a policy."""
    return pb.Policy(
        review=_written_point(policy.review),
        revise=_written_point(policy.revise),
        always_review=[
            moderation_pb2.Category.Value(f"CATEGORY_{each.name}") for each in policy.always_review
        ],
        allow_phrases=policy.allow_phrases,
        block_phrases=policy.block_phrases,
        audit_share=policy.audit_share,
        reviews_required=policy.reviews_required,
        lease_seconds=policy.lease_seconds,
        due_seconds=policy.due_seconds,
        skip_seconds=policy.skip_seconds,
        requeue_shift=policy.requeue_shift,
    )


def _policy(message: pb.Policy) -> Policy:
    return Policy(
        review=_point(message.review),
        revise=_point(message.revise),
        always_review=tuple(
            Category[moderation_pb2.Category.Name(each).removeprefix("CATEGORY_")]
            for each in message.always_review
        ),
        allow_phrases=tuple(message.allow_phrases),
        block_phrases=tuple(message.block_phrases),
        audit_share=message.audit_share,
        reviews_required=message.reviews_required,
        lease_seconds=message.lease_seconds,
        due_seconds=tuple(message.due_seconds),
        skip_seconds=message.skip_seconds,
        requeue_shift=message.requeue_shift,
    )


def _point(message: pb.OperatingPoint) -> Point:
    return message.name if message.WhichOneof("point") == "name" else message.threshold


def _written_point(point: Point) -> pb.OperatingPoint:
    return pb.OperatingPoint(name=point) if isinstance(point, str) else pb.OperatingPoint(threshold=point)


def _actions(message: pb.ActionCounts) -> dict[str, int]:
    return {"publish": message.publish, "review": message.review, "revise": message.revise}
