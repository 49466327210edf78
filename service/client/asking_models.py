"""What ML engineers do with the models of a server: calls in, values out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING

from service.classifier.results import Category, Verdict
from service.client.channel import CALL_SECONDS
from service.client.models import (
    Activation,
    CategoryCount,
    Comparison,
    Model,
    ModelDetail,
    ModelList,
    ShadowReport,
    Share,
    Trial,
    Trust,
)
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2
from service.pb.overclaim.v1.review_pb2 import GetQualityReportRequest

if TYPE_CHECKING:
    from datetime import datetime

    from google.protobuf.timestamp_pb2 import Timestamp

    from service.client.desk import AsyncDesk


class AsyncModels:
    """The models behind a desk. Every method raises the errors of service.errors, or CallFailed."""

    def __init__(self, desk: AsyncDesk, *, timeout: float = CALL_SECONDS) -> None:
        self._desk = desk
        self._timeout = timeout

    async def all(self) -> ModelList:
        """The models that the server may serve."""
        answer = await self._desk.models.ListModels(pb.ListModelsRequest(), timeout=self._timeout)
        return ModelList(
            models=tuple(map(_model, answer.models)),
            activations=tuple(map(_activation, answer.activations)),
            shadow=_trial(answer.shadow) if answer.HasField("shadow") else None,
            canary=_trial(answer.canary) if answer.HasField("canary") else None,
            last_served=tuple(answer.last_served),
        )

    async def one(self, version: str) -> ModelDetail:
        """One model with its card; raises NotFound."""
        answer = await self._desk.models.GetModel(pb.GetModelRequest(version=version), timeout=self._timeout)
        return ModelDetail(_model(answer.model), answer.card)

    async def activate(self, version: str, *, again: bool = False) -> Model:
        """Serve with a model; raises NotFound and ModelRefused. `again`: though it is retired."""
        request = pb.ActivateModelRequest(version=version, again=again)
        return _model((await self._desk.models.ActivateModel(request, timeout=self._timeout)).model)

    async def roll_back(self) -> Model:
        """Serve with the model before this one; raises NoEarlierModel and ModelRefused."""
        request = pb.RollBackModelRequest()
        return _model((await self._desk.models.RollBackModel(request, timeout=self._timeout)).model)

    async def set_shadow(self, version: str, percent: int) -> Trial | None:
        """Begin, change or end (0 %) a shadow; raises NotFound, ModelRefused and NoTrial."""
        request = pb.SetShadowRequest(version=version, percent=percent)
        answer = await self._desk.models.SetShadow(request, timeout=self._timeout)
        return _trial(answer.shadow) if answer.HasField("shadow") else None

    async def set_canary(self, version: str, percent: int) -> Trial | None:
        """Begin, change or end (0 %) a canary; raises NotFound, ModelRefused and NoTrial."""
        request = pb.SetCanaryRequest(version=version, percent=percent)
        answer = await self._desk.models.SetCanary(request, timeout=self._timeout)
        return _trial(answer.canary) if answer.HasField("canary") else None

    async def promote(self) -> Model:
        """Serve all tenants with the canary; raises NoTrial and ModelRefused."""
        request = pb.PromoteCanaryRequest()
        return _model((await self._desk.models.PromoteCanary(request, timeout=self._timeout)).model)

    async def shadow_report(self) -> ShadowReport:
        """How the shadow begun last has compared; raises NoTrial where there never was one."""
        answer = await self._desk.models.GetShadowReport(pb.GetShadowReportRequest(), timeout=self._timeout)
        return ShadowReport(
            shadow=_trial(answer.shadow),
            going_on=answer.going_on,
            comparisons=tuple(map(_comparison, answer.comparisons)),
        )

    async def overturned(self, *, days: int) -> dict[str, Share]:
        """Of the caller's tenant's items decided in the last days, by model: how many overturned it."""
        request = GetQualityReportRequest(days=days)
        answer = await self._desk.review.GetQualityReport(request, timeout=self._timeout)
        overturned, decided = Counter[str](), Counter[str]()
        for each in answer.overturn_rates:
            overturned[each.model_version] += each.overturned
            decided[each.model_version] += each.decided
        return {version: Share(overturned[version], number) for version, number in decided.items()}


def _model(message: pb.Model) -> Model:
    return Model(
        version=message.version,
        active=message.active,
        create_time=_time(message.create_time),
        operating_points=dict(message.operating_points),
        metrics=dict(message.metrics),
        trust=Trust[pb.Trust.Name(message.trust).removeprefix("TRUST_")] if message.trust else None,
        manifest=message.manifest,
        activation=_activation(message.activation) if message.HasField("activation") else None,
    )


def _activation(message: pb.Activation) -> Activation:
    return Activation(version=message.version, actor=message.actor, time=_time(message.time))


def _trial(message: pb.Trial) -> Trial:
    return Trial(
        version=message.version,
        percent=message.percent,
        start_time=_time(message.start_time),
        actor=message.actor,
    )


def _comparison(message: pb.Comparison) -> Comparison:
    return Comparison(
        serving=message.serving_version,
        compared=message.compared,
        shed=message.shed,
        failed=message.failed,
        verdicts={
            (_verdict(each.serving), _verdict(each.shadow)): each.articles for each in message.verdicts
        },
        categories=tuple(
            CategoryCount(
                category=Category[moderation_pb2.Category.Name(each.category).removeprefix("CATEGORY_")],
                both=each.both,
                serving_alone=each.serving_alone,
                shadow_alone=each.shadow_alone,
            )
            for each in message.categories
        ),
        differences={each.start: each.articles for each in message.differences},
        psi=message.psi if message.HasField("psi") else None,
    )


def _verdict(value: moderation_pb2.Verdict.ValueType) -> Verdict:
    return Verdict[moderation_pb2.Verdict.Name(value).removeprefix("VERDICT_")]


def _time(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
