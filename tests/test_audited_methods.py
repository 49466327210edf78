"""Every method of the contract, called on a real server: it leaves its entry, or leaves everything as it was.

The methods come from the contract's descriptors. One that is new fails here until it stands in a table below
and in the play; one that changes something fails until it is audited.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import func, select, update

from service.access import create_key
from service.audit.verifying import verify
from service.classifier import artifact
from service.rpc.server import SERVICES
from service.store.chain import INSTALLATION
from service.store.columns import Table
from service.store.ledger import AuditEntry
from service.store.opening import open_store
from service.store.outward import Delivery
from service.store.words import Deed, DeliveryState, Role
from tests.conftest import BUNDLED
from tests.desks import OVERSTATED
from tests.test_access import METHODS

if TYPE_CHECKING:
    from pathlib import Path

    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

    from service.settings import Settings
    from service.store.engine import Store
    from tests.conftest import Serving
    from tests.promises import Promised

# What changes something and is told by the audit log.
AUDITED = {
    "ReviewService/ClaimItem": Deed.ITEM_CLAIMED,
    "ReviewService/ReleaseItem": Deed.ITEM_RELEASED,
    "ReviewService/SkipItem": Deed.ITEM_SKIPPED,
    "ReviewService/AssignItem": Deed.ITEM_ASSIGNED,
    "ReviewService/EscalateItem": Deed.ITEM_ESCALATED,
    "ReviewService/CommentOnItem": Deed.ITEM_COMMENTED,
    "ReviewService/RecordDecision": Deed.DECISION_RECORDED,
    "ReviewService/UndoDecision": Deed.DECISION_UNDONE,
    "ReviewService/SetPolicy": Deed.POLICY_SET,
    "ReviewService/RollBackPolicy": Deed.POLICY_SET,
    "ReviewService/SampleForLabelling": Deed.ITEMS_SAMPLED,
    "ReviewService/SetRetention": Deed.RETENTION_SET,
    "ReviewService/PurgeTexts": Deed.TEXTS_PURGED,
    "FeedbackService/SubmitFeedback": Deed.FEEDBACK_SUBMITTED,
    "FeedbackService/CreateAppeal": Deed.APPEAL_CREATED,
    "FeedbackService/CreateWebhook": Deed.WEBHOOK_CREATED,
    "FeedbackService/DeleteWebhook": Deed.WEBHOOK_DELETED,
    "FeedbackService/RedeliverDeadLetter": Deed.LETTER_REDELIVERED,
    "AccessService/CreateKey": Deed.KEY_CREATED,
    "AccessService/RevokeKey": Deed.KEY_REVOKED,
    "AccessService/SetQuota": Deed.QUOTA_SET,
    "ModelService/ActivateModel": Deed.MODEL_ACTIVATED,
    "ModelService/RollBackModel": Deed.MODEL_ACTIVATED,
    "ModelService/SetShadow": Deed.MODEL_TRIED,
    "ModelService/SetCanary": Deed.MODEL_TRIED,
    "ModelService/PromoteCanary": Deed.MODEL_ACTIVATED,
}
# What is told by the installation's chain, not the tenant's.
INSTALLED = {Deed.MODEL_ACTIVATED, Deed.MODEL_TRIED, Deed.QUOTA_SET}
# What an administrator's key does not do: test_signin.py plays these, and reads their entries.
OF_PERSONS = {"AccessService/SignIn", "AccessService/SignOut"}
# What changes something and is not told, with the reason.
UNTOLD = {
    "ModerationService/ScoreArticle": "a kept article is a row of its own; scoring must not stand in line",
    "ModerationService/BatchScoreArticles": "as above",
    "ModerationService/StreamScoreArticles": "as above",
    "ReviewService/RenewClaim": "the claim is told; that it lasts changes nothing but its end",
}


@dataclass
class Stage:
    """Calls methods with one key, and holds each to its place in the tables."""

    channel: grpc.aio.Channel
    store: Store
    secret: str
    key: str
    called: set[str] = field(default_factory=set)

    async def __call__(self, name: str, /, **fields: Any) -> Any:  # noqa: ANN401 - any request and its response
        self.called.add(name)
        before, known = self.dump(), {each.digest for each in self.entries()}
        answer = await self.ask(name, **fields)
        new = [each for each in self.entries() if each.digest not in known]
        if name in AUDITED:
            assert AUDITED[name] in [each.deed for each in new], f"{name} left no entry of its own"
            assert {each.actor for each in new} == {self.key}, name
            chain = INSTALLATION if AUDITED[name] in INSTALLED else "default"
            assert {each.chain for each in new} == {chain}, name
        else:
            assert not new, name
        if name not in AUDITED and name not in UNTOLD:
            assert self.dump() == before, f"{name} has changed something, and the audit log does not tell"
        return answer

    async def ask(self, name: str, /, *, wait: float = 0.5, **fields: Any) -> Any:  # noqa: ANN401 - as above
        method = METHODS_BY_NAME[name]
        kind: Any = GetMessageClass(method.input_type)
        read = GetMessageClass(method.output_type).FromString
        request: Message = kind(**fields)
        path = f"/overclaim.v1.{name}"
        metadata = (("authorization", f"Bearer {self.secret}"),) if self.secret else ()
        call: Any
        if method.client_streaming:
            stream = self.channel.stream_stream(path, kind.SerializeToString, read)
            return [each async for each in stream(iter([request]), metadata=metadata)]
        if method.server_streaming:
            call = self.channel.unary_stream(path, kind.SerializeToString, read)(request, metadata=metadata)
            heard = []
            with suppress(asyncio.TimeoutError):
                while (each := await asyncio.wait_for(call.read(), wait)) is not grpc.aio.EOF:
                    heard.append(each)
            call.cancel()
            return heard
        return await self.channel.unary_unary(path, kind.SerializeToString, read)(request, metadata=metadata)

    def entries(self) -> list[AuditEntry]:
        with self.store.reading() as session:
            return list(session.scalars(select(AuditEntry)))

    def dump(self) -> dict[str, list[str]]:
        with self.store.snapshot() as session:
            return {
                table.name: sorted(map(repr, session.execute(select(table)).all()))
                for table in Table.metadata.sorted_tables
            }


def methods() -> dict[str, MethodDescriptor]:
    from google.protobuf.descriptor_pool import Default  # noqa: PLC0415 - one use

    return {
        f"{service.rpartition('.')[2]}/{method.name}": method
        for service in SERVICES
        for method in Default().FindServiceByName(service).methods
    }


METHODS_BY_NAME = methods()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two models that may be activated: the bundled one under two names."""
    for version in ("one", "two"):
        directory = shutil.copytree(BUNDLED, tmp_path / "models" / version)
        manifest = json.loads((directory / artifact.MANIFEST).read_bytes())
        (directory / artifact.MANIFEST).write_text(json.dumps(manifest | {"version": version}))
    return tmp_path / "models"


def test_every_method_is_either_told_or_excused_or_reads() -> None:
    names = {name.removeprefix("/overclaim.v1.") for name in METHODS}
    assert names == set(METHODS_BY_NAME)
    assert AUDITED.keys() | UNTOLD.keys() <= names
    assert not AUDITED.keys() & UNTOLD.keys()


async def test_every_method_leaves_its_entry_or_everything_as_it_was(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    promised: Promised,
) -> None:
    # The server does nothing unasked meanwhile: what changes was changed by the call.
    monkeypatch.setattr("service.upkeep.SECONDS_BETWEEN_LOOKS", 3_600)
    chosen = replace(settings, database=database, models=models)
    async with serving(chosen) as channel:
        store = open_store(chosen.database)
        with store.writing() as session:
            key, secret = create_key(
                session, tenant="default", name="ann", role=Role.ADMINISTRATOR, now=datetime.now(UTC)
            )
        stage = Stage(channel, store, secret, key.id)
        await _scoring(stage)
        await _deciding(stage)
        await _objecting(stage)
        await _delivering(stage)
        await _governing(stage)
        await _keys(stage)
        await _models(stage)
        untried = set(METHODS_BY_NAME) - OF_PERSONS - stage.called
        what = "methods, each called, that change something and leave no audit entry"
        promised(f"of {len(METHODS_BY_NAME) - len(OF_PERSONS)} {what}", len(untried), exactly=0)
        with store.snapshot() as session:
            assert not verify(session).findings
            assert session.scalar(select(func.count()).select_from(AuditEntry))
        store.close()


async def _scoring(stage: Stage) -> None:
    def asked(number: int, keep: str = "KEEP_FOR_REVIEW") -> dict[str, Any]:
        return {"article": {"body": f"{OVERSTATED}\n{number}.", "article_id": str(number)}, "keep": keep}

    await stage("ModerationService/ScoreArticle", **asked(0))
    await stage(
        "ModerationService/BatchScoreArticles", requests=[asked(1), asked(2), asked(3, "KEEP_STORED")]
    )
    await stage("ModerationService/StreamScoreArticles", request=asked(4))
    await stage("ReviewService/ListItems")
    await stage("ReviewService/CountItems")


async def _deciding(stage: Stage) -> None:
    item = (await stage("ReviewService/ClaimItem", request_id="1")).item
    held = {"item_id": item.item_id, "claim_id": item.claim.claim_id}
    await stage("ReviewService/RenewClaim", **held)
    await stage("ReviewService/GetItem", item_id=item.item_id)
    await stage("ReviewService/CommentOnItem", item_id=item.item_id, text="Look at this.")
    await stage("ReviewService/ReleaseItem", **held)
    await stage("ReviewService/EscalateItem", item_id=item.item_id, reason="Hard.")
    await stage("ReviewService/AssignItem", item_id=item.item_id, moderator="ann")
    item = (await stage("ReviewService/ClaimItem", item_id=item.item_id)).item
    held = {"item_id": item.item_id, "claim_id": item.claim.claim_id}
    ruling = {"outcome": "OUTCOME_UPHELD"}
    made = await stage("ReviewService/RecordDecision", **held, request_id="a", ruling=ruling)
    undo = {"item_id": item.item_id, "decision_id": made.decision.decision_id}
    item = (await stage("ReviewService/UndoDecision", **undo)).item
    held["claim_id"] = item.claim.claim_id
    await stage("ReviewService/RecordDecision", **held, request_id="b", ruling=ruling)
    other = (await stage("ReviewService/ClaimItem", request_id="2")).item
    await stage("ReviewService/SkipItem", item_id=other.item_id, claim_id=other.claim.claim_id)


async def _objecting(stage: Stage) -> None:
    decided = (await stage.ask("ReviewService/ListItems", filter={"states": ["ITEM_STATE_CLOSED"]})).items[0]
    await stage("FeedbackService/GetReview", review_id=decided.item_id)
    await stage("FeedbackService/WatchDecisions")
    await stage("FeedbackService/CreateWebhook", url="https://example.org/hook")
    await stage("FeedbackService/CreateAppeal", review_id=decided.item_id, text="No.")
    await stage("FeedbackService/SubmitFeedback", article_id="2", label="LABEL_HEDGED")


async def _delivering(stage: Stage) -> None:
    hook = (await stage("FeedbackService/ListWebhooks")).webhooks[0]
    with stage.store.writing() as session:
        dead = {"state": DeliveryState.DEAD, "next_try": datetime(2200, 1, 1, tzinfo=UTC)}
        session.execute(update(Delivery).values(**dead))
    letter = (await stage("FeedbackService/ListDeadLetters")).dead_letters[0]
    await stage("FeedbackService/DeleteWebhook", webhook_id=hook.webhook_id)
    await stage("FeedbackService/RedeliverDeadLetter", delivery_id=letter.delivery_id)


async def _governing(stage: Stage) -> None:
    policy = (await stage("ReviewService/GetPolicy")).revision.policy
    await stage("ReviewService/PreviewPolicy", policy=policy)
    await stage("ReviewService/SetPolicy", policy=policy, remark="As before.")
    await stage("ReviewService/RollBackPolicy", revision=0)
    await stage("ReviewService/ListPolicies")
    await stage("ReviewService/GetQualityReport")
    await stage("ReviewService/GetDashboard")
    await stage("ReviewService/ExportExamples")
    await stage("ReviewService/SampleForLabelling", size=1)
    await stage("ReviewService/SetRetention", days=30)
    await stage("ReviewService/PurgeTexts", article_id="1")


async def _keys(stage: Stage) -> None:
    await stage("AccessService/GetCaller")
    made = (await stage("AccessService/CreateKey", name="bob", role="ROLE_MODERATOR")).key
    await stage("AccessService/RevokeKey", key_id=made.key_id)
    await stage("AccessService/ListKeys")
    await stage("AccessService/SetQuota", quota={"rate_calls": 10_000})
    await stage("AccessService/GetQuota")
    listed = (await stage("AccessService/ListAuditEntries", page_size=2)).entries
    assert [each.deed for each in listed] == ["key.revoked", "key.created"]


async def _models(stage: Stage) -> None:
    for version in ("one", "two"):
        await stage("ModelService/ActivateModel", version=version)
    assert (await stage("ModelService/RollBackModel")).model.version == "one"
    await stage("ModelService/SetShadow", version="two", percent=50)
    await stage("ModelService/GetShadowReport")
    await stage("ModelService/SetShadow")
    await stage("ModelService/SetCanary", version="two", percent=50)
    assert (await stage("ModelService/PromoteCanary")).model.version == "two"
    await stage("ModelService/GetModel", version="two")
    await stage("ModelService/ListModels")
