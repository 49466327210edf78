"""What goes out of the desk, through a real server: watches, webhooks, exports, keys."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks.webhooks import Webhook

from service.access import create_key, revoke_key
from service.client import Article, AsyncClient
from service.client.desk import AsyncDesk
from service.errors import ClaimLost, InvalidRequest, KeyMissing, KeyUnknown, NotAllowed, NotFound
from service.pb.overclaim.v1 import access_pb2, moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb
from service.registry import Models
from service.rpc.server import Server
from service.settings import Settings
from service.store.words import Role
from tests.conftest import BUNDLED, StandIn, free_port
from tests.desks import CLEAN, OVERSTATED
from training import examples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from service.store.engine import Store
    from tests.promises import Promised


@asynccontextmanager
async def serving(store: Store, *, port: int | None = None) -> AsyncIterator[dict[Role, AsyncDesk]]:
    """Serve a store, and give a connection for each role of tenant "t"."""
    settings = Settings(listen=f"127.0.0.1:{port or free_port()}", drain_seconds=1, local_webhooks=True)
    server = Server(settings, store=store, models=Models(BUNDLED, None))
    await server.start()
    await server.open(StandIn)
    desks = {}
    for role in Role:
        with store.writing() as session:
            secret = create_key(session, tenant="t", name=role.value, role=role, now=datetime.now(UTC))[1]
        desks[role] = AsyncDesk(server.address, key=secret)
    try:
        yield desks
    finally:
        for desk in desks.values():
            await desk.close()
        await server.drain()


async def submit(desk: AsyncDesk, body: str = OVERSTATED, article_id: str = "a") -> str:
    answer = await desk.moderation.ScoreArticle(
        moderation_pb2.ScoreArticleRequest(
            article=moderation_pb2.Article(body=body, article_id=article_id, title="Knees"),
            keep=moderation_pb2.KEEP_FOR_REVIEW,
        )
    )
    return answer.assessment.review_id


async def decide(desk: AsyncDesk, request: str, ruling: pb.Ruling | None = None) -> pb.RecordDecisionResponse:
    claimed = await desk.review.ClaimItem(pb.ClaimItemRequest())
    assert claimed.HasField("item")
    return await desk.review.RecordDecision(
        pb.RecordDecisionRequest(
            item_id=claimed.item.item_id,
            claim_id=claimed.item.claim.claim_id,
            request_id=request,
            ruling=ruling or pb.Ruling(outcome=pb.OUTCOME_UPHELD),
        )
    )


async def watch(desk: AsyncDesk, number: int, token: str = "") -> list[pb.WatchDecisionsResponse]:
    told = []
    async for each in desk.feedback.WatchDecisions(pb.WatchDecisionsRequest(resume_token=token)):
        told.append(each)
        if len(told) == number:
            break
    return told


async def test_watchers_are_told_all_in_order_across_a_restart(store: Store) -> None:
    async with serving(store) as desks:
        publisher, moderator = desks[Role.PUBLISHER], desks[Role.MODERATOR]
        wanted = [await submit(publisher, f"{OVERSTATED}\n{n}.", str(n)) for n in range(4)]
        watching = asyncio.create_task(watch(publisher, 2))
        for n in range(2):
            await decide(moderator, f"r{n}")
        first = await asyncio.wait_for(watching, 10)
    async with serving(store) as desks:
        for n in range(2, 4):
            await decide(desks[Role.MODERATOR], f"r{n}")
        rest = await asyncio.wait_for(watch(desks[Role.PUBLISHER], 2, first[-1].resume_token), 10)
        again = await asyncio.wait_for(watch(desks[Role.PUBLISHER], 4), 10)
    told = [each.review.review_id for each in first + rest]
    assert sorted(told) == sorted(wanted)
    assert [each.review.review_id for each in again] == told
    assert {each.review.state for each in again} == {pb.REVIEW_STATE_DECIDED}


async def test_a_late_decision_comes_back_with_its_draft_over_the_wire(store: Store) -> None:
    async with serving(store) as desks:
        item = await submit(desks[Role.PUBLISHER])
        with pytest.raises(ClaimLost) as lost:
            await desks[Role.MODERATOR].review.RecordDecision(
                pb.RecordDecisionRequest(
                    item_id=item,
                    claim_id="gone",
                    request_id="r",
                    ruling=pb.Ruling(outcome=pb.OUTCOME_UPHELD, reason="my work"),
                )
            )
    assert isinstance(lost.value.draft, pb.Ruling)
    assert lost.value.draft.reason == "my work"


async def test_keys_open_what_their_role_may_and_nothing_once_revoked(store: Store) -> None:
    async with serving(store) as desks:
        with pytest.raises(NotAllowed):
            await desks[Role.PUBLISHER].review.ListItems(pb.ListItemsRequest())
        with pytest.raises(NotFound):
            await desks[Role.PUBLISHER].feedback.GetReview(pb.GetReviewRequest(review_id="x"))
        administrator = desks[Role.ADMINISTRATOR].access
        caller = await administrator.GetCaller(access_pb2.GetCallerRequest())
        assert (caller.tenant, caller.role) == ("t", access_pb2.ROLE_ADMINISTRATOR)
        keys = await administrator.ListKeys(access_pb2.ListKeysRequest())
        mine = next(each.key_id for each in keys.keys if each.name == "moderator")
        await administrator.RevokeKey(access_pb2.RevokeKeyRequest(key_id=mine))
        with pytest.raises(KeyUnknown):
            await desks[Role.MODERATOR].review.ListItems(pb.ListItemsRequest())


async def test_open_streams_end_at_once_when_their_key_is_revoked_here_or_elsewhere(
    store: Store, promised: Promised
) -> None:
    async with serving(store) as desks:
        publisher = desks[Role.PUBLISHER]
        await submit(publisher)
        await decide(desks[Role.MODERATOR], "r")

        async def articles() -> AsyncIterator[Article]:
            while True:
                yield Article(CLEAN)
                await asyncio.sleep(0.01)

        for revoked_elsewhere in (False, True):
            with store.writing() as session:
                key, secret = create_key(
                    session, tenant="t", name="brief", role=Role.PUBLISHER, now=datetime.now(UTC)
                )
            async with (
                AsyncDesk(publisher.target, key=secret) as desk,
                AsyncClient(publisher.target, key=secret) as client,
            ):
                watching = desk.feedback.WatchDecisions(pb.WatchDecisionsRequest())
                scoring = client.stream_score_articles(articles())
                for call in (watching, scoring):
                    await anext(aiter(call))
                if revoked_elsewhere:
                    with store.writing() as session:
                        revoke_key(session, key.id, tenant="t", now=datetime.now(UTC))
                else:
                    request = access_pb2.RevokeKeyRequest(key_id=key.id)
                    await desks[Role.ADMINISTRATOR].access.RevokeKey(request)
                began = time.perf_counter()
                for call in (watching, scoring):
                    with pytest.raises(KeyUnknown):
                        await asyncio.wait_for(drained(call), 10)
                seconds = time.perf_counter() - began
                where, bound = ("another server", 3) if revoked_elsewhere else ("this server", 1)
                promised(f"open streams end when {where} revokes their key", seconds, at_most=bound, unit="s")
        assert await asyncio.wait_for(watch(publisher, 1), 10), "a key that is good goes on"


async def drained(call: Any) -> None:  # noqa: ANN401 - a stream of any messages
    async for _ in call:
        pass


async def test_what_was_decided_is_exported_as_the_trainer_reads_it(store: Store, tmp_path: Path) -> None:
    async with serving(store) as desks:
        await submit(desks[Role.PUBLISHER])
        await submit(desks[Role.PUBLISHER], OVERSTATED + "\nMore.", "b")
        hedged = pb.SentenceRuling(start=0, end=13, label=moderation_pb2.LABEL_HEDGED)
        await decide(
            desks[Role.MODERATOR],
            "r1",
            pb.Ruling(outcome=pb.OUTCOME_OVERTURNED, label=moderation_pb2.LABEL_HEDGED, sentences=[hedged]),
        )
        await decide(desks[Role.MODERATOR], "r2")
        engineer = desks[Role.ML_ENGINEER].review
        lines = [each.line async for each in engineer.ExportExamples(pb.ExportExamplesRequest())]
    corpus = tmp_path / "desk.jsonl"
    corpus.write_text("\n".join(lines), "utf-8")
    articles = examples.load([corpus])
    assert sorted(each.label.value for each in articles) == ["hedged", "overstated"]
    sources = [each["source"]["kind"] for line in lines for each in json.loads(line)["sentences"]]
    assert sources.count("moderator") == 1
    assert sources.count("model") == 6


async def test_a_sample_has_a_random_arm_and_queues_what_it_chose(store: Store) -> None:
    async with serving(store) as desks:
        for n in range(10):
            await desks[Role.PUBLISHER].moderation.ScoreArticle(
                moderation_pb2.ScoreArticleRequest(
                    article=moderation_pb2.Article(body=f"{CLEAN}\n{n}.", article_id=str(n)),
                    keep=moderation_pb2.KEEP_STORED,
                )
            )
        engineer = desks[Role.ML_ENGINEER].review
        chosen = await engineer.SampleForLabelling(pb.SampleForLabellingRequest(size=5, random_share=0.4))
        arms = [each.arm for each in chosen.sampled]
        assert (arms.count("random"), arms.count("uncertainty")) == (2, 3)
        assert {each.chance for each in chosen.sampled if each.arm == "random"} == {0.2}
        assert (await engineer.CountItems(pb.CountItemsRequest())).total == 5
        with pytest.raises(InvalidRequest):
            await engineer.SampleForLabelling(pb.SampleForLabellingRequest(size=5, random_share=0.01))


async def test_webhooks_are_signed_retried_and_given_up_for_a_person_to_see(store: Store) -> None:
    received: list[tuple[bytes, dict[str, str]]] = []
    answers = iter([500, 200])

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((body, dict(self.headers)))
            self.send_response(next(answers))
            self.end_headers()

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's signature
            """Say nothing."""

    receiver = ThreadingHTTPServer(("127.0.0.1", free_port()), Receiver)
    Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        async with serving(store) as desks:
            publisher = desks[Role.PUBLISHER]
            with pytest.raises(InvalidRequest):
                await publisher.feedback.CreateWebhook(pb.CreateWebhookRequest(url="http://example.test/"))
            made = await publisher.feedback.CreateWebhook(
                pb.CreateWebhookRequest(url=f"http://127.0.0.1:{receiver.server_port}/hook")
            )
            item = await submit(publisher)
            await decide(desks[Role.MODERATOR], "r")
            for _ in range(120):
                if len(received) == 2:
                    break
                await asyncio.sleep(0.1)
    finally:
        receiver.shutdown()
        receiver.server_close()
    assert len(received) == 2
    ids = {headers["webhook-id"] for _, headers in received}
    assert len(ids) == 1
    for body, headers in received:
        told = Webhook(made.secret).verify(body, headers)
        assert told["data"]["reviewId"] == item
        assert told["data"]["state"] == "REVIEW_STATE_DECIDED"


async def test_without_a_key_the_desk_is_shut_and_scoring_is_open(store: Store) -> None:
    async with serving(store) as desks:
        assert await submit(desks[Role.PUBLISHER])
        keyless = AsyncDesk(desks[Role.PUBLISHER].target, key="")
        async with keyless:
            await keyless.moderation.ScoreArticle(
                moderation_pb2.ScoreArticleRequest(article=moderation_pb2.Article(body=CLEAN))
            )
            with pytest.raises(KeyMissing):
                await keyless.review.ListItems(pb.ListItemsRequest())
