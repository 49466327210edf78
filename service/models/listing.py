"""The models of a server, as `overclaim models list` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.client.models import Standing, Trust
from service.models.text import moment, share, table
from service.models.trials import trial_fields
from service.report.visible import visible

if TYPE_CHECKING:
    from service.client.models import Activation, Model, ModelList

TRUST = {
    Trust.NOT_ASKED: "no signature asked for",
    Trust.TRUSTED: "trusted",
    Trust.UNTRUSTED: "not trusted: would be refused",
    None: "the server does not tell",
}
STANDING = {
    Standing.SERVES: "serves",
    Standing.KEPT: "one of the last three",
    Standing.RETIRED: "retired",
    Standing.NEW: "has not served yet",
}
HEADINGS = ("model", "is", "put in service last", "signature")


def lines(listed: ModelList) -> list[str]:
    """Tell every model in a line of a table, the one that serves first, then which served last."""
    models = sorted(listed.models, key=lambda each: not each.active)
    rows = [
        (visible(each.version), _standing(each, listed), _activation(each.activation), TRUST[each.trust])
        for each in models
    ]
    told = table((HEADINGS, *rows))
    served = ", ".join(map(visible, listed.last_served)) or "none"
    told += ["", f"the last three that served, which pruning keeps: {served}"]
    there = {each.version for each in listed.models}
    told += [
        f"{visible(each)} is not among the models that this server lists"
        for each in _named(listed)
        if each not in there
    ]
    return told


def fields(listed: ModelList) -> dict[str, Any]:
    """Tell the same for machines; times are of RFC 3339."""
    return {
        "serving": listed.serving.version if listed.serving else None,
        "shadow": trial_fields(listed.shadow),
        "canary": trial_fields(listed.canary),
        "last_served": list(listed.last_served),
        "models": [
            {
                "version": each.version,
                "standing": [standing.value for standing in listed.standing(each)],
                "created": each.create_time.isoformat(),
                "trust": each.trust.value if each.trust else None,
                "manifest": each.manifest,
                "activated": _activated(each.activation),
            }
            for each in listed.models
        ],
        "activations": [_activated(each) for each in listed.activations],
    }


def _named(listed: ModelList) -> list[str]:
    tried = [each.version for each in (listed.canary, listed.shadow) if each]
    return list(dict.fromkeys((*listed.last_served, *tried)))


def _standing(model: Model, listed: ModelList) -> str:
    shares = {
        kind: f"{kind}, {share(kind, found.percent)}"
        for kind, found in ((Standing.CANARY, listed.canary), (Standing.SHADOW, listed.shadow))
        if found
    }
    return "; ".join((STANDING | shares)[each] for each in listed.standing(model))


def _activation(found: Activation | None) -> str:
    if found is None:
        return "never"
    return f"{moment(found.time)}{f' by {visible(found.actor)}' if found.actor else ''}"


def _activated(found: Activation | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {"version": found.version, "actor": found.actor, "time": found.time.isoformat()}
