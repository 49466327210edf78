"""ModelService at the edge: convert, call, convert."""

# Names of methods are the contract's, and every method takes what gRPC gives it, needed or not:
# ruff: noqa: N802, ARG002, ANN401

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from service import registry
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import models_pb2_grpc as pb_grpc
from service.review.policies import points_named
from service.rpc.caller import current_caller
from service.rpc.enums import instant
from service.rpc.trial_convert import activation, shadow_report, trial
from service.store.words import TrialKind
from service.trials.counts import shadow_report as report_on_shadow
from service.trials.standing import begin_trial, end_trial, require_standing, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.registry import Model, Models
    from service.rpc.desk import Desk
    from service.rpc.scorer import Scorer
    from service.rpc.trying import Trials


class ModelServicer(pb_grpc.ModelServiceServicer):
    """Answers what proto/overclaim/v1/models.proto promises."""

    def __init__(
        self,
        desk: Desk,
        scorer: Scorer,
        models: Models,
        *,
        points: dict[str, Mapping[str, float]],
        changing: asyncio.Lock,
        trials: Trials,
    ) -> None:
        self._desk = desk
        self._scorer = scorer
        self._models = models
        self._points = points
        self._changing = changing
        self._trials = trials

    async def ListModels(self, request: pb.ListModelsRequest, context: Any) -> pb.ListModelsResponse:
        """List the models that may be served, and what was served."""
        models = await asyncio.to_thread(self._models.all)
        tenant = current_caller().tenant
        activations = await self._desk.read(registry.activations)
        trying = await self._desk.read(standing)
        return pb.ListModelsResponse(
            models=await self._written(*models),
            activations=[activation(each, tenant=tenant) for each in activations],
            shadow=trial(trying.get(TrialKind.SHADOW), tenant=tenant),
            canary=trial(trying.get(TrialKind.CANARY), tenant=tenant),
            last_served=await self._desk.read(registry.last_served),
        )

    async def GetModel(self, request: pb.GetModelRequest, context: Any) -> pb.GetModelResponse:
        """Give one model with its card."""
        model = await asyncio.to_thread(self._models.get, request.version)
        card = await asyncio.to_thread(self._models.card, request.version)
        (written,) = await self._written(model)
        return pb.GetModelResponse(model=written, card=card)

    async def ActivateModel(self, request: pb.ActivateModelRequest, context: Any) -> pb.ActivateModelResponse:
        """Serve with a model from the next article on."""
        async with self._changing:
            return pb.ActivateModelResponse(model=await self._activate(request.version, again=request.again))

    async def RollBackModel(self, request: pb.RollBackModelRequest, context: Any) -> pb.RollBackModelResponse:
        """Serve with the model before."""
        async with self._changing:
            serving = self._scorer.require_model().version
            version = await self._desk.read(registry.model_before, serving)
            await asyncio.to_thread(registry.require_listed, self._models, version)
            return pb.RollBackModelResponse(model=await self._activate(version))

    async def SetShadow(self, request: pb.SetShadowRequest, context: Any) -> pb.SetShadowResponse:
        """Begin, change or end a shadow."""
        async with self._changing:
            return pb.SetShadowResponse(shadow=await self._try(TrialKind.SHADOW, request))

    async def GetShadowReport(
        self, request: pb.GetShadowReportRequest, context: Any
    ) -> pb.GetShadowReportResponse:
        """Tell how the last shadow has compared."""
        return shadow_report(await self._desk.read(report_on_shadow), tenant=current_caller().tenant)

    async def SetCanary(self, request: pb.SetCanaryRequest, context: Any) -> pb.SetCanaryResponse:
        """Begin, change or end a canary."""
        async with self._changing:
            return pb.SetCanaryResponse(canary=await self._try(TrialKind.CANARY, request))

    async def PromoteCanary(self, request: pb.PromoteCanaryRequest, context: Any) -> pb.PromoteCanaryResponse:
        """Serve all tenants with the canary."""
        async with self._changing:
            canary = await self._desk.read(require_standing, TrialKind.CANARY)
            return pb.PromoteCanaryResponse(model=await self._activate(canary.version))

    async def _try(
        self, kind: TrialKind, wanted: pb.SetShadowRequest | pb.SetCanaryRequest
    ) -> pb.Trial | None:
        caller, now = current_caller(), self._desk.now()
        if not wanted.version or not wanted.percent:
            await self._desk.write(end_trial, kind, tenant=caller.tenant, actor=caller.name, now=now)
        else:
            registry.require_other(wanted.version, self._scorer.require_model().version)
            model = await asyncio.to_thread(self._models.get, wanted.version)
            if kind is TrialKind.CANARY:
                await self._desk.read(registry.require_not_retired, model.version, again=False)
                await self._require_points(model)
            await self._trials.prepare(model.version)
            await self._desk.write(
                begin_trial,
                kind,
                model.version,
                percent=wanted.percent,
                tenant=caller.tenant,
                actor=caller.name,
                now=now,
            )
        await self._trials.catch_up()
        return trial((await self._desk.read(standing)).get(kind), tenant=caller.tenant)

    async def _activate(self, version: str, *, again: bool = False) -> pb.Model:
        await self._desk.read(registry.require_not_retired, version, again=again)
        served = await self._desk.read(registry.manifest_served, version)
        loaded = await asyncio.to_thread(self._models.load, version, manifest=served)
        model = loaded.model
        await self._require_points(model)
        await self._desk.write(
            registry.record_activation,
            version,
            manifest=model.manifest,
            tenant=current_caller().tenant,
            actor=current_caller().name,
            now=self._desk.now(),
        )
        self._points[version] = model.points
        self._scorer.use(loaded.classifier)
        await self._trials.catch_up()
        (written,) = await self._written(model)
        return written

    async def _require_points(self, model: Model) -> None:
        tenant = current_caller().tenant
        named = await self._desk.read(points_named)
        elsewhere = set[str]().union(*(named[each] for each in named.keys() - {tenant}))
        if lacking := elsewhere - model.points.keys():
            structlog.get_logger().warning(
                "a model lacks points that policies name", model=model.version, points=sorted(lacking)
            )
        registry.require_points(
            model.version, model.points, named=named.get(tenant, set()), elsewhere=elsewhere
        )

    async def _written(self, *models: Model) -> list[pb.Model]:
        tenant, serving = current_caller().tenant, self._scorer.require_model().version
        served = await self._desk.read(registry.last_activations)
        trusts = await asyncio.to_thread(lambda: [self._models.trust(each) for each in models])
        return [
            pb.Model(
                version=model.version,
                active=model.version == serving,
                create_time=instant(model.created),
                operating_points=model.points,
                metrics=model.measures,
                trust=pb.Trust.Value(f"TRUST_{trust.name}"),
                manifest=model.manifest,
                activation=activation(last, tenant=tenant) if (last := served.get(model.version)) else None,
            )
            for model, trust in zip(models, trusts, strict=True)
        ]
