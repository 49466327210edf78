"""Between the contract's messages on policies and reports, and the values behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import review_pb2 as pb
from service.policy import Action, Policy
from service.rpc import enums
from service.rpc.enums import instant, written_category

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from service.policy import Point
    from service.review.agreement import AgreementReport
    from service.review.policies import Revision
    from service.review.preview import Preview
    from service.review.reports import Dashboard, OverturnRate, Week


def read_policy(sent: pb.Policy) -> Policy:
    """Read a policy; whether it may be is for the use case to say."""
    return Policy(
        review=_read_point(sent.review, "policy.review"),
        revise=_read_point(sent.revise, "policy.revise"),
        always_review=enums.categories(sent.always_review, "policy.always_review"),
        allow_phrases=tuple(sent.allow_phrases),
        block_phrases=tuple(sent.block_phrases),
        audit_share=sent.audit_share,
        reviews_required=sent.reviews_required,
        lease_seconds=sent.lease_seconds,
        due_seconds=tuple(sent.due_seconds),
        skip_seconds=sent.skip_seconds,
        requeue_shift=sent.requeue_shift,
    )


def revision(found: Revision) -> pb.PolicyRevision:
    """Write a policy on record."""
    policy = found.policy
    return pb.PolicyRevision(
        revision=found.number,
        policy=pb.Policy(
            review=_point(policy.review),
            revise=_point(policy.revise),
            always_review=[written_category(each) for each in policy.always_review],
            allow_phrases=policy.allow_phrases,
            block_phrases=policy.block_phrases,
            audit_share=policy.audit_share,
            reviews_required=policy.reviews_required,
            lease_seconds=policy.lease_seconds,
            due_seconds=policy.due_seconds,
            skip_seconds=policy.skip_seconds,
            requeue_shift=policy.requeue_shift,
        ),
        author=found.author,
        create_time=instant(found.created),
        remark=found.remark,
    )


def preview(found: Preview) -> pb.PreviewPolicyResponse:
    """Write what a policy would have done."""
    return pb.PreviewPolicyResponse(
        scores=found.scores,
        in_force=_actions(found.in_force),
        proposed=_actions(found.proposed),
        added=found.added,
        removed=found.removed,
        added_articles=found.added_articles,
        removed_articles=found.removed_articles,
        without_text=found.without_text,
    )


def quality(found: AgreementReport, rates: Sequence[OverturnRate]) -> pb.GetQualityReportResponse:
    """Write how far moderators agree, and how often they overturn the model."""
    return pb.GetQualityReportResponse(
        alpha=found.articles.alpha,
        categories=[
            pb.CategoryAgreement(category=written_category(category), alpha=each.alpha, sentences=each.units)
            for category, each in found.categories.items()
        ],
        pairs=[
            pb.PairAgreement(first=first, second=second, alpha=each.alpha, articles=each.units)
            for (first, second), each in found.pairs.items()
        ],
        overturn_rates=[
            pb.OverturnRate(
                model_version=each.model,
                category=written_category(each.category),
                decided=each.decided,
                overturned=each.overturned,
            )
            for each in rates
        ],
    )


def dashboard(found: Dashboard) -> pb.GetDashboardResponse:
    """Write the weeks."""
    return pb.GetDashboardResponse(
        weeks=[_week(each) for each in found.weeks],
        open=found.open,
        overdue=found.overdue,
        oldest_create_time=instant(found.oldest),
    )


def _week(week: Week) -> pb.Week:
    return pb.Week(
        start_time=instant(week.start),
        inflow=week.inflow,
        closed=week.closed,
        backlog=week.backlog,
        median_age_seconds=int(week.median_age.total_seconds()),
        median_wait_seconds=int(week.median_wait.total_seconds()),
        overturn_rate=week.overturn_rate,
        alpha=week.alpha,
        psi=week.psi,
        scores=week.scores,
    )


def _actions(counted: Counter[Action]) -> pb.ActionCounts:
    return pb.ActionCounts(**{action.value: counted[action] for action in Action})


def _read_point(sent: pb.OperatingPoint, field: str) -> Point:
    which = sent.WhichOneof("point")
    if which is None:
        raise InvalidRequest((Violation(field, "must have a name or a threshold"),))
    return sent.name if which == "name" else sent.threshold


def _point(point: Point) -> pb.OperatingPoint:
    return pb.OperatingPoint(name=point) if isinstance(point, str) else pb.OperatingPoint(threshold=point)
