"""How the models on trial compare, as `overclaim models trial show` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.models.text import moment, part, share, table
from service.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.client.models import Comparison, ModelList, ShadowReport, Share, Trial


@dataclass(frozen=True, slots=True)
class Found:
    """What a server knows of models on trial; `overturned` is by model, of the items of so many days."""

    listed: ModelList
    report: ShadowReport | None
    overturned: Mapping[str, Share]
    days: int


def lines(found: Found) -> list[str]:
    """Tell of the shadow begun last and of the canary that goes on, those that there are."""
    told = list(_shadow(found.report)) if found.report else []
    if found.listed.canary:
        told += [*([""] if told else []), *_canary(found, found.listed.canary)]
    return told


def fields(found: Found) -> dict[str, Any]:
    """Tell the same for machines; intervals are at 95 %."""
    report, canary = found.report, found.listed.canary
    return {
        "shadow": report
        and {
            **(trial_fields(report.shadow) or {}),
            "going_on": report.going_on,
            "comparisons": list(map(_compared, report.comparisons)),
        },
        "canary": canary
        and {
            **(trial_fields(canary) or {}),
            "days": found.days,
            "overturned": {version: _shared(each) for version, each in found.overturned.items()},
        },
    }


def trial_fields(found: Trial | None) -> dict[str, Any] | None:
    """Tell of a trial for machines; times are of RFC 3339."""
    if found is None:
        return None
    return {
        "version": found.version,
        "percent": found.percent,
        "since": found.start_time.isoformat(),
        "actor": found.actor,
    }


def _begun(trial: Trial) -> str:
    return f"since {moment(trial.start_time)}{f' by {visible(trial.actor)}' if trial.actor else ''}"


def _shadow(report: ShadowReport) -> Iterator[str]:
    ended = "" if report.going_on else " (has ended)"
    share_of = share("shadow", report.shadow.percent)
    yield f"shadow{ended}: {visible(report.shadow.version)}, {share_of}, {_begun(report.shadow)}"
    if not report.comparisons:
        yield "  nothing is compared yet; it takes articles while the server is idle"
    for each in report.comparisons:
        yield ""
        yield from _comparison(each, report.shadow.version)


def _comparison(found: Comparison, shadow: str) -> Iterator[str]:
    ours, theirs = visible(found.serving), visible(shadow)
    fates = f"{found.shed:,} left out under load, {found.failed:,} failed"
    yield f"  beside {ours}: {found.compared:,} articles scored by both, {fates}"
    if found.agreement is None:
        return
    agreed = [("all", found.agreement), *((name.value, each) for name, each in found.by_verdict.items())]
    rows = [(f"called by {ours}", "articles", "verdicts that differ", "agreement (95 % interval)")]
    rows += [(name, f"{each.of:,}", f"{each.of - each.number:,}", part(each)) for name, each in agreed]
    yield from _indented(rows)
    if found.differing:
        pairs = [(f"{mine} -> {its}", f"{number:,}") for (mine, its), number in found.differing.items()]
        yield from _indented([(f"{ours} -> {theirs}", "articles"), *pairs])
    if found.categories:
        counts = [
            (each.category.value, f"{each.both:,}", f"{each.serving_alone:,}", f"{each.shadow_alone:,}")
            for each in found.categories
        ]
        head = ("overstated sentences", "both", f"{ours} alone", f"{theirs} alone")
        yield from _indented([head, *counts])
    yield ""
    stability = "" if found.psi is None else f"; population stability index {found.psi:.3f}"
    moved = sum(number for start, number in found.differences.items() if start not in {0.0, -0.1})
    yield f"    articles whose score for overstated moved by a tenth or more: {moved:,}{stability}"


def _canary(found: Found, canary: Trial) -> Iterator[str]:
    yield f"canary: {visible(canary.version)}, {share('canary', canary.percent)}, {_begun(canary)}"
    serving = found.listed.serving
    versions = [each for each in (serving.version if serving else "", canary.version) if each]
    known = [(each, found.overturned[each]) for each in versions if each in found.overturned]
    if not known:
        yield f"  in the last {found.days} days your moderators have decided on nothing by either model"
        return
    head = ("model", f"decided in {found.days} days", "overturned", "share (95 % interval)")
    rows = [(visible(name), f"{each.of:,}", f"{each.number:,}", part(each)) for name, each in known]
    yield from _indented([head, *rows])


def _indented(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield from (f"    {line}" for line in table(rows))


def _shared(found: Share) -> dict[str, Any]:
    return {"number": found.number, "of": found.of, "share": found.value, "interval": found.interval}


def _compared(found: Comparison) -> dict[str, Any]:
    return {
        "serving": found.serving,
        "compared": found.compared,
        "shed": found.shed,
        "failed": found.failed,
        "agreement": found.agreement and _shared(found.agreement),
        "by_verdict": {verdict.value: _shared(each) for verdict, each in found.by_verdict.items()},
        "verdicts": [
            {"serving": mine.value, "shadow": its.value, "articles": number}
            for (mine, its), number in found.verdicts.items()
        ],
        "categories": [
            {
                "category": each.category.value,
                "both": each.both,
                "serving_alone": each.serving_alone,
                "shadow_alone": each.shadow_alone,
            }
            for each in found.categories
        ],
        "differences": [{"start": start, "articles": number} for start, number in found.differences.items()],
        "psi": found.psi,
    }
