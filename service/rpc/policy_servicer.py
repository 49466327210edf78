"""The half of ReviewService that is about policies, figures and what is kept."""

# Names of methods are the contract's, and every method takes what gRPC gives it, needed or not:
# ruff: noqa: N802, ARG002, ANN401

from __future__ import annotations

from datetime import timedelta
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import review_pb2 as pb
from service.pb.overclaim.v1 import review_pb2_grpc as pb_grpc
from service.review import agreement, examples, policies, preview, reports, retention, sampling
from service.rpc import enums, policy_convert
from service.rpc.caller import current_caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from service.policy import Points
    from service.rpc.desk import Desk
    from service.rpc.scorer import Scorer

PREVIEW_DAYS, MAX_PREVIEW_DAYS = 28, 365
REPORT_DAYS, MAX_REPORT_DAYS = 90, 3_650
DASHBOARD_WEEKS, MAX_DASHBOARD_WEEKS = 12, 104


class PolicyServicer(pb_grpc.ReviewServiceServicer):
    """Answers on policies, reports, exports and retention; ReviewServicer adds the rest."""

    def __init__(self, desk: Desk, scorer: Scorer, *, points: Points) -> None:
        self._desk = desk
        self._scorer = scorer
        self._points = points

    async def GetPolicy(self, request: pb.GetPolicyRequest, context: Any) -> pb.GetPolicyResponse:
        """Give the policy in force, or a revision."""
        tenant = current_caller().tenant
        if request.HasField("revision"):
            found = await self._desk.read(policies.policy_revision, tenant, request.revision)
        else:
            found = await self._desk.read(policies.policy_in_force, tenant)
        return pb.GetPolicyResponse(revision=policy_convert.revision(found))

    async def ListPolicies(self, request: pb.ListPoliciesRequest, context: Any) -> pb.ListPoliciesResponse:
        """List all revisions."""
        found = await self._desk.read(policies.policy_revisions, current_caller().tenant)
        return pb.ListPoliciesResponse(revisions=map(policy_convert.revision, found))

    async def SetPolicy(self, request: pb.SetPolicyRequest, context: Any) -> pb.SetPolicyResponse:
        """Put a policy in force."""
        found = await self._desk.write(
            policies.set_policy,
            policy_convert.read_policy(request.policy),
            points=self._points_serving(),
            caller=current_caller(),
            base=request.base_revision,
            remark=request.remark,
            now=self._desk.now(),
        )
        return pb.SetPolicyResponse(revision=policy_convert.revision(found))

    async def RollBackPolicy(
        self, request: pb.RollBackPolicyRequest, context: Any
    ) -> pb.RollBackPolicyResponse:
        """Put an earlier revision in force again."""
        found = await self._desk.write(
            policies.roll_back_policy,
            request.revision,
            points=self._points_serving(),
            caller=current_caller(),
            remark=request.remark,
            now=self._desk.now(),
        )
        return pb.RollBackPolicyResponse(revision=policy_convert.revision(found))

    async def PreviewPolicy(self, request: pb.PreviewPolicyRequest, context: Any) -> pb.PreviewPolicyResponse:
        """Tell what a policy would have done."""
        days = _within("days", request.days, default=PREVIEW_DAYS, limit=MAX_PREVIEW_DAYS)
        found = await self._desk.read(
            preview.preview_policy,
            policy_convert.read_policy(request.policy),
            tenant=current_caller().tenant,
            model=self._scorer.model_for(current_caller().tenant).version,
            points=self._points,
            since=self._desk.now() - timedelta(days=days),
        )
        return policy_convert.preview(found)

    async def GetQualityReport(
        self, request: pb.GetQualityReportRequest, context: Any
    ) -> pb.GetQualityReportResponse:
        """Tell how far moderators agree, and how often they overturn the model."""
        days = _within("days", request.days, default=REPORT_DAYS, limit=MAX_REPORT_DAYS)
        tenant, since = current_caller().tenant, self._desk.now() - timedelta(days=days)
        found = await self._desk.read(agreement.agreement_report, tenant=tenant, since=since)
        rates = await self._desk.read(reports.overturn_rates, tenant=tenant, since=since)
        return policy_convert.quality(found, rates)

    async def GetDashboard(self, request: pb.GetDashboardRequest, context: Any) -> pb.GetDashboardResponse:
        """Tell the last weeks."""
        weeks = _within("weeks", request.weeks, default=DASHBOARD_WEEKS, limit=MAX_DASHBOARD_WEEKS)
        found = await self._desk.read(
            reports.dashboard, tenant=current_caller().tenant, weeks=weeks, now=self._desk.now()
        )
        return policy_convert.dashboard(found)

    async def ExportExamples(
        self, request: pb.ExportExamplesRequest, context: Any
    ) -> AsyncIterator[pb.ExportExamplesResponse]:
        """Stream corpus lines, a page of items at a time, so that no transaction lasts long."""
        after, more = "", True
        while more:
            lines, after = await self._desk.read(
                examples.export_page,
                tenant=current_caller().tenant,
                since=enums.read_instant(request.from_time, "from_time")
                if request.HasField("from_time")
                else None,
                until=enums.read_instant(request.until_time, "until_time")
                if request.HasField("until_time")
                else None,
                after=after,
            )
            for line in lines:
                yield pb.ExportExamplesResponse(line=line)
            more = bool(after)

    async def SampleForLabelling(
        self, request: pb.SampleForLabellingRequest, context: Any
    ) -> pb.SampleForLabellingResponse:
        """Choose what to label next."""
        chosen = await self._desk.write(
            sampling.sample,
            tenant=current_caller().tenant,
            size=request.size,
            share=request.random_share,
            models=(request.first_model, request.second_model),
            points=self._points,
            rng=SystemRandom(),
            now=self._desk.now(),
        )
        return pb.SampleForLabellingResponse(
            sampled=[
                pb.Sampled(item_id=each.item.id, article_id=each.article_id, arm=each.arm, chance=each.chance)
                for each in chosen
            ]
        )

    async def SetRetention(self, request: pb.SetRetentionRequest, context: Any) -> pb.SetRetentionResponse:
        """Say how long texts are kept."""
        removed = await self._desk.write(
            retention.set_retention, tenant=current_caller().tenant, days=request.days, now=self._desk.now()
        )
        await self._desk.scrub()
        return pb.SetRetentionResponse(removed=removed)

    async def PurgeTexts(self, request: pb.PurgeTextsRequest, context: Any) -> pb.PurgeTextsResponse:
        """Remove texts, and give their place on the disk back."""
        tenant = current_caller().tenant
        if request.article_id:
            removed = await self._desk.write(
                retention.purge_article, request.article_id, tenant=tenant, now=self._desk.now()
            )
        else:
            removed = await self._desk.write(retention.purge_texts, tenant=tenant, now=self._desk.now())
        await self._desk.scrub()
        return pb.PurgeTextsResponse(removed=removed)

    def _points_serving(self) -> Mapping[str, float]:
        """Give the caller's points that no answering model lacks: tenants may change sides any time."""
        mine = self._points.get(self._scorer.model_for(current_caller().tenant).version, {})
        all_models = [self._points.get(each, {}) for each in self._scorer.versions()]
        return {name: value for name, value in mine.items() if all(name in each for each in all_models)}


def _within(field: str, value: int, *, default: int, limit: int) -> int:
    if not 0 <= value <= limit:
        raise InvalidRequest((Violation(field, f"must be 1 to {limit:,}", limit),))
    return value or default
