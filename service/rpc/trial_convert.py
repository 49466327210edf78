"""Models on trial, and what was counted of them, as the contract writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.classifier.results import Category, Verdict
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2
from service.rpc.enums import instant, written_category
from service.trials.comparing import BINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.store.outward import Activation
    from service.trials.counts import Comparison, ShadowReport
    from service.trials.standing import Standing


def trial(standing: Standing | None, *, tenant: str) -> pb.Trial | None:
    """Write a trial that goes on, for a tenant."""
    if standing is None:
        return None
    return pb.Trial(
        version=standing.version,
        percent=standing.percent,
        start_time=instant(standing.since),
        actor=standing.actor if standing.tenant == tenant else "",
    )


def activation(row: Activation, *, tenant: str) -> pb.Activation:
    """Write that a model was put in service, for a tenant: who is who in others is not this one's to know."""
    actor = row.actor if row.tenant == tenant else ""
    return pb.Activation(version=row.version, actor=actor, time=instant(row.at))


def shadow_report(report: ShadowReport, *, tenant: str) -> pb.GetShadowReportResponse:
    """Write how a shadow has compared, for a tenant."""
    return pb.GetShadowReportResponse(
        shadow=pb.Trial(
            version=report.shadow,
            percent=report.percent,
            start_time=instant(report.since),
            actor=report.actor if report.tenant == tenant else "",
        ),
        going_on=report.goes_on,
        start_time=instant(report.since),
        comparisons=map(_comparison, report.comparisons),
    )


def _comparison(found: Comparison) -> pb.Comparison:
    return pb.Comparison(
        serving_version=found.serving,
        compared=found.compared,
        agreed=found.agreed,
        shed=found.shed,
        failed=found.failed,
        verdicts=[
            pb.VerdictPair(serving=_verdict(serving), shadow=_verdict(shadow), articles=number)
            for (serving, shadow), number in sorted(found.verdicts.items())
        ],
        categories=list(_categories(found)),
        differences=[
            pb.DifferenceBin(start=place / BINS, articles=number)
            for place, number in sorted(found.differences.items())
        ],
        psi=found.psi,
    )


def _categories(found: Comparison) -> Iterator[pb.CategoryCount]:
    for category in Category:
        both, serving, shadow = (
            found.categories.get((category.value, side), 0) for side in ("both", "serving", "shadow")
        )
        if both or serving or shadow:
            yield pb.CategoryCount(
                category=written_category(category), both=both, serving_alone=serving, shadow_alone=shadow
            )


def _verdict(value: str) -> moderation_pb2.Verdict.ValueType:
    return moderation_pb2.Verdict.Value(f"VERDICT_{Verdict(value).name}")
