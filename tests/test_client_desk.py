"""What publishers do with a key through the Python clients, against a real server and a real desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from service.access import create_key
from service.classifier.results import Label, Verdict
from service.client import (
    Action,
    Article,
    AsyncClient,
    Client,
    Keep,
    KeyMissing,
    KeyUnknown,
    NotDecided,
    NotFound,
    ReviewState,
    Ruled,
    Unavailable,
)
from service.review.claims import claim_next
from service.review.decisions import record_decision
from service.review.queue import Filter, Order
from service.store.words import Role
from tests.conftest import free_port
from tests.desks import ANN, CLEAN, OVERSTATED, PUB, overturned

if TYPE_CHECKING:
    from service.store.engine import Store
    from tests.conftest import Spawning


@dataclass(frozen=True)
class Desk:
    """A database, a way to serve it on one port, and a publisher's key to it."""

    store: Store
    flags: tuple[str, ...]
    port: int
    key: str

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture
def desk(store: Store) -> Desk:
    with store.writing() as session:
        key = create_key(session, tenant="t", name=PUB.name, role=Role.PUBLISHER, now=datetime.now(UTC))
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    return Desk(store, ("--database", url), free_port(), key[1])


def decide(desk: Desk, request: str) -> str:
    """Decide what is next, as a moderator; give the item's id."""
    now = datetime.now(UTC)
    with desk.store.writing() as session:
        entry = claim_next(session, caller=ANN, which=Filter(), order=Order.DUE, request=request, now=now)
        assert entry
        assert entry.queued.lease
        record_decision(
            session,
            entry.item.id,
            ruling=overturned(Label.HEDGED, note="softer"),
            claim=entry.queued.lease,
            request=request,
            caller=ANN,
            now=now,
        )
        return entry.item.id


def test_a_publisher_submits_hears_and_objects(desk: Desk, spawning: Spawning) -> None:
    article = Article(OVERSTATED, article_id="knees", publisher="clinic")
    with spawning(*desk.flags, port=desk.port), Client(desk.address, key=desk.key) as client:
        submitted = client.submit_article(article)
        assert (submitted.score.verdict, submitted.action) == (Verdict.OVERSTATED, Action.REVISE)
        waiting = client.get_review(submitted.review_id)
        assert (waiting.state, waiting.decision, waiting.publisher) == (ReviewState.WAITING, None, "clinic")
        with pytest.raises(NotDecided):
            client.create_appeal(submitted.review_id, "why?")
        decide(desk, "one")
        told = next(client.watch_decisions())
        assert (told.review.article_id, told.review.state) == ("knees", ReviewState.DECIDED)
        assert told.review.decision
        assert (told.review.decision.outcome, told.review.decision.note) == (Ruled.OVERTURNED, "softer")
        appeal = client.create_appeal(submitted.review_id, "It is neutral.")
        assert (appeal.text, appeal.outcome, appeal.closed) == ("It is neutral.", None, None)
        assert client.get_review(submitted.review_id).appeal == appeal
        assert client.get_review(submitted.review_id).state is ReviewState.APPEALED


def test_what_is_only_stored_comes_before_a_moderator_by_feedback(desk: Desk, spawning: Spawning) -> None:
    with spawning(*desk.flags, port=desk.port), Client(desk.address, key=desk.key) as client:
        stored = client.submit_article(Article(CLEAN, article_id="b"), keep=Keep.STORED)
        assert (stored.action, stored.review_id) == (Action.PUBLISH, "")
        found = client.submit_feedback("b", Label.OVERSTATED, "look again")
        assert client.get_review(found).state is ReviewState.WAITING
        client.batch_score_articles([Article(OVERSTATED, article_id="c")], keep=Keep.STORED)
        list(client.stream_score_articles([Article(f"{OVERSTATED} d", article_id="d")], keep=Keep.STORED))
        assert client.submit_feedback("c", Label.HEDGED)
        assert client.submit_feedback("d", Label.HEDGED)
        with pytest.raises(NotFound):
            client.submit_feedback("never sent", Label.HEDGED)


def test_the_desk_asks_for_a_good_key(desk: Desk, spawning: Spawning) -> None:
    with spawning(*desk.flags, port=desk.port):
        with Client(desk.address) as client, pytest.raises(KeyMissing):
            client.get_review("x")
        with Client(desk.address, key="bad") as client, pytest.raises(KeyUnknown):
            next(client.watch_decisions())


def test_one_watch_lasts_while_the_server_is_killed_and_restarted(desk: Desk, spawning: Spawning) -> None:
    with ThreadPoolExecutor(1) as threads, Client(desk.address, key=desk.key) as client:
        with spawning(*desk.flags, port=desk.port) as server:
            for number in range(4):
                client.submit_article(Article(f"{OVERSTATED}\n{number}.", article_id=str(number)))
            watch = client.watch_decisions()
            first = [decide(desk, "0"), decide(desk, "1")]
            told = [next(watch), next(watch)]
            waiting = threads.submit(lambda: list(islice(watch, 2)))
            server.process.kill()
        second = [decide(desk, "2"), decide(desk, "3")]
        with spawning(*desk.flags, port=desk.port):
            told += waiting.result(timeout=30)
            again = list(islice(client.watch_decisions(told[0].resume_token), 3))
    assert [each.review.review_id for each in told] == first + second
    assert again == told[1:]


def test_a_watch_gives_up_when_the_server_stays_away(desk: Desk) -> None:
    with Client(desk.address, key=desk.key) as client, pytest.raises(Unavailable):
        next(client.watch_decisions(patience=0.1))


async def test_the_async_client_does_the_same(desk: Desk, spawning: Spawning) -> None:
    with spawning(*desk.flags, port=desk.port) as server:
        async with AsyncClient(desk.address, key=desk.key) as client:
            submitted = await client.submit_article(Article(OVERSTATED, article_id="a"))
            await client.submit_article(Article(f"{OVERSTATED}\nMore.", article_id="b"))
            decide(desk, "one")
            watch = client.watch_decisions()
            first = await anext(watch)
            assert await client.get_review(first.review.review_id) == first.review
            await client.create_appeal(first.review.review_id, "No.")
            assert (await anext(watch)).review.state is ReviewState.APPEALED
            assert await client.submit_feedback("b", Label.HEDGED)
            server.stop()
            with spawning(*desk.flags, port=desk.port):
                decide(desk, "two")
                last = await anext(watch)
            await watch.aclose()
    assert submitted.review_id
    assert last.review.state is ReviewState.DECIDED
