"""No tenant sees, counts or guesses what another has: every method of the contract, on a real server."""

from __future__ import annotations

import itertools
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from sqlalchemy import update

from service.access import RULES, create_key
from service.pb.overclaim.v1 import review_pb2 as pb
from service.rpc.desk import Desk
from service.store.opening import open_store
from service.store.outward import Delivery
from service.store.words import DeliveryState, Role
from tests.calls import status_of
from tests.test_audited_methods import (
    METHODS_BY_NAME,
    Stage,
    _deciding,
    _objecting,
    _scoring,
    models,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from service.settings import Settings
    from tests.conftest import Serving
    from tests.promises import Promised

__all__ = ["models"]  # a fixture

# Fields that name something of a tenant's, and those that do not: a request's own id, a platform's in what
# it submits, a model of the installation.
NAMES_A_THING = ("_id", "tenant", "revision")
NAMES_NOTHING = {"request_id", "claim_id", "base_revision"}
# What the installation has, and all tenants see alike.
EVERYBODYS = {"ModelService/ListModels", "ModelService/GetModel", "ModelService/ActivateModel"}
ABSENT = "0" * 32
# Refused to whoever does not run the installation, whatever is named.
HOUSE = {"AccessService/SetQuota"}
# Seconds within which a stream is refused, however busy the machine.
LONGEST = 10
PAGED = ("ReviewService/ListItems", "AccessService/ListAuditEntries", "FeedbackService/ListDeadLetters")
# What else a request needs to get as far as the id.
REQUIRED: dict[str, dict[str, Any]] = {
    "ReviewService/CommentOnItem": {"text": "x"},
    "ReviewService/EscalateItem": {"reason": "x"},
    "ReviewService/RecordDecision": {"request_id": "r", "ruling": {"outcome": "OUTCOME_UPHELD"}},
    "FeedbackService/SubmitFeedback": {"label": "LABEL_HEDGED"},
    "FeedbackService/CreateAppeal": {"text": "x"},
}
# Reads that take nothing, or nothing that they must.
LISTS = (
    *("ReviewService/ListItems", "ReviewService/CountItems", "ReviewService/GetPolicy"),
    *("ReviewService/ListPolicies", "ReviewService/GetQualityReport", "ReviewService/GetDashboard"),
    *("ReviewService/ExportExamples", "AccessService/GetCaller", "AccessService/ListKeys"),
    *("AccessService/ListAuditEntries", "AccessService/GetQuota", "FeedbackService/ListWebhooks"),
    *("FeedbackService/ListDeadLetters", "FeedbackService/WatchDecisions", "ModelService/ListModels"),
)


@asynccontextmanager
async def two_tenants(
    serving: Serving, settings: Settings, models: Path, database: str
) -> AsyncIterator[tuple[Stage, Stage]]:
    """Serve two tenants, and give a stage for an administrator of each."""
    chosen = replace(settings, database=database, models=models, require_keys="yes")
    async with serving(chosen) as channel:
        store = open_store(chosen.database)
        stages = []
        for tenant in ("default", "other"):
            with store.writing() as session:
                key, secret = create_key(
                    session, tenant=tenant, name="ann", role=Role.ADMINISTRATOR, now=datetime.now(UTC)
                )
            stages.append(Stage(channel, store, secret, key.id))
        yield stages[0], stages[1]
        store.close()


async def refusal(stage: Stage, name: str, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give all that a refused call tells."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stage.ask(name, **fields)
    return refused.value.code(), str(status_of(refused.value))


def naming_fields(name: str) -> set[str]:
    return {
        each.name
        for each in METHODS_BY_NAME[name].input_type.fields
        if each.name.endswith(NAMES_A_THING) and each.name not in NAMES_NOTHING
    }


@pytest.fixture(autouse=True)
def nothing_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes was changed by a call."""
    monkeypatch.setattr("service.upkeep.SECONDS_BETWEEN_LOOKS", 3_600)


async def owned_by(stage: Stage) -> dict[str, Any]:
    """Have a tenant do all that leaves ids behind, and give one of each kind."""
    await _scoring(stage)
    await _deciding(stage)
    await _objecting(stage)
    with stage.store.writing() as session:
        session.execute(
            update(Delivery).values(state=DeliveryState.DEAD, next_try=datetime(2200, 1, 1, tzinfo=UTC))
        )
    policy = (await stage.ask("ReviewService/GetPolicy")).revision.policy
    await stage.ask("ReviewService/SetPolicy", policy=policy)
    items = (await stage.ask("ReviewService/ListItems")).items
    appealed = next(each.item_id for each in items if each.stage == pb.STAGE_APPEAL)
    seen = await stage.ask("ReviewService/GetItem", item_id=appealed)
    return {
        "item_id": appealed,
        "review_id": appealed,
        "decision_id": seen.decisions[0].decision_id,
        "key_id": (await stage.ask("AccessService/ListKeys")).keys[0].key_id,
        "webhook_id": (await stage.ask("FeedbackService/ListWebhooks")).webhooks[0].webhook_id,
        "delivery_id": (await stage.ask("FeedbackService/ListDeadLetters")).dead_letters[0].delivery_id,
        "article_id": "2",
        "revision": 1,
        "tenant": "default",
    }


async def test_an_id_of_another_tenant_and_none_at_all_are_told_alike(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
    promised: Promised,
) -> None:
    async with two_tenants(serving, settings, models, database) as (ours, theirs):
        owned = await owned_by(ours)
        before = ours.dump()
        tried, telling = 0, list[str]()
        for name in METHODS_BY_NAME.keys() - EVERYBODYS - {"ReviewService/PurgeTexts"}:
            if naming := naming_fields(name):
                foreign = {each: owned[each] for each in naming}
                absent = {each: 10**6 if each == "revision" else ABSENT for each in naming}
                found = await refusal(theirs, name, REQUIRED.get(name, {}) | foreign)
                refused = grpc.StatusCode.PERMISSION_DENIED if name in HOUSE else grpc.StatusCode.NOT_FOUND
                if (
                    found != await refusal(theirs, name, REQUIRED.get(name, {}) | absent)
                    or found[0] is not refused
                ):
                    telling.append(name)
                tried += 1
        assert tried >= 20
        promised(
            f"of {tried} methods that take an id, those that tell a foreign one from none",
            len(telling),
            exactly=0,
        )
        # What removes nothing is no error; a foreign id removes nothing.
        for article_id in ("2", "absent"):
            removed = await theirs.ask("ReviewService/PurgeTexts", article_id=article_id)
            assert removed.removed == 0
        others = ('INSERT INTO "audit', "other")
        assert [line for line in ours.dump() if not (line.startswith(others[0]) and others[1] in line)] == [
            line for line in before if not (line.startswith(others[0]) and others[1] in line)
        ]


async def test_what_a_tenant_does_changes_no_answer_to_another(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    promised: Promised,
) -> None:
    # Time stands still, so that nothing grows older meanwhile.
    moment = datetime.now(UTC)
    monkeypatch.setattr(Desk, "now", staticmethod(lambda: moment))
    async with two_tenants(serving, settings, models, database) as (ours, theirs):
        await theirs.ask(
            "ModerationService/ScoreArticle",
            article={"body": "It cures all.", "article_id": "theirs"},
            keep="KEEP_FOR_REVIEW",
        )
        before = {name: await told(theirs, name) for name in LISTS}
        await owned_by(ours)
        await ours.ask("AccessService/CreateKey", name="bob", role="ROLE_MODERATOR")
        different = [name for name in LISTS if await told(theirs, name) != before[name]]
        promised(
            f"of {len(LISTS)} lists and counts, those that another tenant changes", len(different), exactly=0
        )
        assert set(LISTS) >= {
            name for name in METHODS_BY_NAME if name.partition("/")[2].startswith(("List", "Count", "Export"))
        }


async def test_pages_of_one_tenant_lead_another_nowhere(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
) -> None:
    async with two_tenants(serving, settings, models, database) as (ours, theirs):
        await owned_by(ours)
        empty = {name: MessageToDict(await theirs.ask(name)) for name in PAGED}
        for name in PAGED:
            token = (await ours.ask(name, page_size=1)).next_page_token
            assert MessageToDict(await theirs.ask(name, page_token=token)) in (empty[name], {}), name
        resumed = (await ours.ask("FeedbackService/WatchDecisions"))[-1].resume_token
        for token in (resumed, ""):
            assert await theirs.ask("FeedbackService/WatchDecisions", resume_token=token) == []


async def test_who_activated_or_tries_a_model_is_told_to_the_own_tenant_alone(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
) -> None:
    async with two_tenants(serving, settings, models, database) as (ours, theirs):
        await ours.ask("ModelService/ActivateModel", version="one")
        await ours.ask("ModelService/SetShadow", version="two", percent=50)
        await ours.ask("ModelService/SetCanary", version="two", percent=50)
        for stage, actor in ((ours, "ann"), (theirs, "")):
            listed = await stage.ask("ModelService/ListModels")
            latest, (served,) = listed.activations[0], (each for each in listed.models if each.active)
            assert (latest.version, latest.actor) == ("one", actor)
            assert (served.activation.version, served.activation.actor) == ("one", actor)
            report = await stage.ask("ModelService/GetShadowReport")
            assert [each.actor for each in (listed.shadow, listed.canary, report.shadow)] == [actor] * 3


async def test_every_cell_of_the_table_of_methods_and_roles_holds_on_the_wire(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
    promised: Promised,
) -> None:
    """Allowed: the call gets past the gate, whatever becomes of it. Else it ends there."""
    async with two_tenants(serving, settings, models, database) as (stage, _):
        secrets = {}
        for role in Role:
            with stage.store.writing() as session:
                key, secret = create_key(
                    session, tenant="default", name=role, role=role, now=datetime.now(UTC)
                )
            secrets[role] = replace(stage, secret=secret, key=key.id)
        wrong_cells = []
        for role, name in itertools.product(Role, sorted(METHODS_BY_NAME)):
            allowed = role in RULES[f"/overclaim.v1.{name}"]
            code = await code_of(secrets[role], name, wait=0.5 if allowed else LONGEST)
            if (code is not grpc.StatusCode.PERMISSION_DENIED) is not allowed:
                wrong_cells.append((role, name))
        cells = len(Role) * len(METHODS_BY_NAME)
        promised(
            f"of {cells} cells of methods and roles, those that do not hold", len(wrong_cells), exactly=0
        )
        for wrong in ("", "oc_wrong"):
            for name in METHODS_BY_NAME.keys() - {"AccessService/SignIn"}:  # by which a person gets a key
                code = await code_of(replace(stage, secret=wrong), name, wait=LONGEST)
                assert code is grpc.StatusCode.UNAUTHENTICATED, name


async def code_of(stage: Stage, name: str, *, wait: float) -> grpc.StatusCode:
    """Call a method; a stream that has sent nothing after so many seconds was let through."""
    try:
        await stage.ask(name, wait=wait)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def told(stage: Stage, name: str) -> Any:  # noqa: ANN401 - a response, or several
    answer = await stage.ask(name)
    return [MessageToDict(each) for each in answer] if isinstance(answer, list) else MessageToDict(answer)
