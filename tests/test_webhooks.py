"""Deliveries that fail: retried on their timetable, given up, listed, and sent again when somebody asks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from service.errors import InvalidRequest, NotFound
from service.review.claims import claim_next
from service.review.decisions import record_decision
from service.review.queue import Filter, Order
from service.review.webhooks import (
    RETRIES,
    create_webhook,
    dead_letters,
    delete_webhook,
    record_attempt,
    redeliver,
    take_due,
)
from service.upkeep import deliver
from tests.conftest import free_port
from tests.desks import ANN, NOW, OVERSTATED, UPHELD, submit

if TYPE_CHECKING:
    from datetime import datetime

    from service.store.engine import Store
    from service.store.outward import Webhook

LOCAL = "http://127.0.0.1:1/hook"


def hook(store: Store, url: str = LOCAL) -> Webhook:
    with store.writing() as session:
        return create_webhook(session, url, tenant="t", local=True, now=NOW)


def decide_one(store: Store, number: int = 0) -> str:
    """Submit an article and decide it; give its review's id."""
    item = submit(store, f"{OVERSTATED}\n{number}.", article_id=str(number))
    with store.writing() as session:
        entry = claim_next(session, caller=ANN, which=Filter(), order=Order.DUE, request=str(number), now=NOW)
        assert entry
        assert entry.queued.lease
        record_decision(
            session, item, claim=entry.queued.lease, request=str(number), ruling=UPHELD, caller=ANN, now=NOW
        )
    return item


def fail_until_given_up(store: Store) -> tuple[set[str], datetime]:
    """Fail whatever is due, at each time that it is; give the deliveries' ids, and the time of the last."""
    ids, now = set(), NOW
    for wait in (0, *RETRIES):
        now += timedelta(seconds=wait)
        with store.writing() as session:
            due = take_due(session, now=now)
            assert due, wait
            # Nobody else tries it meanwhile, nor before its time.
            assert take_due(session, now=now) == []
            for each in due:
                record_attempt(session, each.id, failure="HTTP 500", now=now)
                ids.add(each.id)
    return ids, now


def test_what_always_fails_is_given_up_and_tried_no_more(store: Store) -> None:
    hook(store)
    item = decide_one(store)
    ids, now = fail_until_given_up(store)
    with store.writing() as session:
        assert take_due(session, now=now + timedelta(days=365)) == []
        [(delivery, review)], token = dead_letters(session, tenant="t", size=0, token="")
        assert ({delivery.id}, review, token) == (ids, item, "")
        assert (delivery.attempts, delivery.failure) == (len(RETRIES) + 1, "HTTP 500")
        assert dead_letters(session, tenant="u", size=0, token="")[0] == []


def test_a_dead_letter_is_sent_again_by_its_own_tenant_alone_and_once(store: Store) -> None:
    hook(store)
    decide_one(store)
    (delivery,), now = fail_until_given_up(store)
    with store.writing() as session:
        with pytest.raises(NotFound):
            redeliver(session, delivery, tenant="u", now=now)
        redeliver(session, delivery, tenant="t", now=now)
        with pytest.raises(NotFound):
            redeliver(session, delivery, tenant="t", now=now)
        assert [each.id for each in take_due(session, now=now)] == [delivery]
        record_attempt(session, delivery, failure="", now=now)
        assert take_due(session, now=now + timedelta(days=365)) == []
        assert dead_letters(session, tenant="t", size=0, token="")[0] == []


def test_dead_letters_are_listed_by_pages(store: Store) -> None:
    hook(store)
    wanted = {decide_one(store, number) for number in range(5)}
    fail_until_given_up(store)
    found, token, more = set(), "", True
    with store.reading() as session:
        while more:
            page, token = dead_letters(session, tenant="t", size=2, token=token)
            found |= {review for _, review in page}
            more = bool(token)
        with pytest.raises(InvalidRequest):
            dead_letters(session, tenant="t", size=2, token="later")  # noqa: S106 - of a page, and no password
    assert found == wanted


def test_an_address_that_was_deleted_is_told_nothing_that_was_due(store: Store) -> None:
    made = hook(store)
    decide_one(store)
    with store.writing() as session:
        delete_webhook(session, made.id, tenant="t", now=NOW)
        assert take_due(session, now=NOW) == []


async def test_a_letter_sent_again_arrives_signed_and_under_its_first_id(store: Store) -> None:
    received: list[tuple[bytes, dict[str, str]]] = []
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.rfile.read(int(self.headers["content-length"])), dict(self.headers)))
            self.send_response(204)
            self.end_headers()
            loop.call_soon_threadsafe(arrived.set)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's signature
            """Say nothing."""

    receiver = ThreadingHTTPServer(("127.0.0.1", free_port()), Receiver)
    Thread(target=receiver.serve_forever, daemon=True).start()
    made = hook(store, f"http://127.0.0.1:{receiver.server_port}/hook")
    item = decide_one(store)
    (delivery,), now = fail_until_given_up(store)
    with store.writing() as session:
        redeliver(session, delivery, tenant="t", now=now - timedelta(days=30))
    delivering = asyncio.create_task(deliver(store, local=True))
    try:
        async with asyncio.timeout(20):
            await arrived.wait()
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        receiver.shutdown()
        receiver.server_close()
    [(body, headers)] = received
    assert headers["webhook-id"] == delivery
    assert Verifier(made.secret).verify(body, headers)["data"]["reviewId"] == item
