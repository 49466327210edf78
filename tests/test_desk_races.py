"""Many moderators at once, through a real server that may be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from service.access import create_key, ensure_tenant
from service.article import Article, Keep
from service.client.desk import AsyncDesk
from service.client.faults import CallFailed
from service.errors import ClaimLost, ItemClosed, Unavailable
from service.moderation import keep_article
from service.pb.overclaim.v1 import review_pb2 as pb
from service.policy import Policy
from service.store.opening import open_store
from service.store.tables import Closing, Decision, Queued
from service.store.words import Role
from tests.conftest import StandIn, free_port
from tests.desks import OVERSTATED, adopt, opened, postgres_database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from service.store.engine import Store
    from tests.conftest import Spawning
    from tests.promises import Promised

CHUNK = 250


def fill(store: Store, *, items: int, workers: int, required: int) -> list[str]:
    """Queue some items, and give a key to each worker."""
    adopt(store, Policy(reviews_required=required, lease_seconds=20))
    now = datetime.now(UTC)
    for start in range(0, items, CHUNK):
        # Many to a transaction: how articles come in is no part of what is tested here.
        with store.writing() as session:
            for number in range(start, min(start + CHUNK, items)):
                body = f"{OVERSTATED}\n{number}."
                article = Article(body, title="Knees", article_id=str(number), publisher="clinic")
                score = StandIn().score(body)
                keep_article(session, article, score, tenant="t", keep=Keep.FOR_REVIEW, points={}, now=now)
    with store.writing() as session:
        return [
            create_key(session, tenant="t", name=f"m{n}", role=Role.MODERATOR, now=now)[1]
            for n in range(workers)
        ]


async def work(address: str, key: str) -> int:
    """Claim and decide until nothing is left for this one; give how many decisions were acknowledged."""
    done = 0
    async with AsyncDesk(address, key=key) as desk:
        while True:
            claimed = await insist(desk.review.ClaimItem, pb.ClaimItemRequest(request_id=str(uuid4())))
            if not claimed.HasField("item"):
                counted = await insist(desk.review.CountItems, pb.CountItemsRequest())
                # While others hold some, a lease may run out and its item come back.
                if not counted.by_state.get("claimed"):
                    return done
                await asyncio.sleep(0.2)
                continue
            request = pb.RecordDecisionRequest(
                item_id=claimed.item.item_id,
                claim_id=claimed.item.claim.claim_id,
                request_id=str(uuid4()),
                ruling=pb.Ruling(outcome=pb.OUTCOME_UPHELD),
            )
            with contextlib.suppress(ClaimLost, ItemClosed):
                await insist(desk.review.RecordDecision, request)
                done += 1


async def insist(call: Callable[..., Awaitable[Any]], request: Any) -> Any:  # noqa: ANN401 - any call
    """Repeat a call, unchanged, for as long as the server is away."""
    while True:
        try:
            return await call(request, timeout=10)
        except (Unavailable, CallFailed):
            await asyncio.sleep(random.uniform(0.1, 0.4))


async def work_all(address: str, keys: Sequence[str]) -> int:
    return sum(await asyncio.gather(*(work(address, key) for key in keys)))


def astray(store: Store, *, items: int, required: int, acknowledged: int) -> dict[str, int]:
    """Count, by kind, what is not as it must be: each item decided by as many as required, nobody twice."""
    with store.reading() as session:
        by_item = Counter(session.scalars(select(Decision.item)))
        pairs = session.execute(select(Decision.item, Decision.moderator)).all()
        closings = session.scalar(select(func.count()).select_from(Closing)) or 0
        waiting = session.scalar(select(func.count()).select_from(Queued).where(Queued.waiting.is_(True)))
    return {
        "items without their decisions": items - sum(each == required for each in by_item.values()),
        "decided twice by one": len(pairs) - len(set(pairs)),
        "not closed once": abs(items - closings),
        "still waiting": waiting or 0,
        "lost or doubled": abs(acknowledged - items * required),
    }


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_ten_moderators_decide_sixty_items_as_often_as_required(
    kind: str, tmp_path: Path, spawning: Spawning
) -> None:
    with opened(kind, tmp_path) as store:
        keys = fill(store, items=60, workers=10, required=2)
        url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        with spawning("--database", url) as server:
            done = await work_all(server.address, keys)
        assert set(astray(store, items=60, required=2, acknowledged=done).values()) == {0}


async def killed_while_deciding(
    spawning: Spawning, *, items: int, workers: int, required: int, kills: int, seconds: float
) -> dict[str, int]:
    with postgres_database() as url:
        store = open_store(url)
        with store.writing() as session:
            ensure_tenant(session, "t", now=datetime.now(UTC))
        keys = fill(store, items=items, workers=workers, required=required)
        port = free_port()
        working = asyncio.create_task(work_all(f"127.0.0.1:{port}", keys))
        for _ in range(kills):
            with spawning("--database", url, port=port) as server:
                await asyncio.sleep(seconds)
                server.process.send_signal(signal.SIGKILL)
                server.process.wait(timeout=10)
        with spawning("--database", url, port=port):
            done = await working
        wrong = astray(store, items=items, required=required, acknowledged=done)
        store.close()
    return wrong


@pytest.mark.postgres
async def test_a_server_that_is_killed_thrice_loses_and_doubles_nothing(spawning: Spawning) -> None:
    wrong = await killed_while_deciding(spawning, items=120, workers=8, required=1, kills=3, seconds=0.5)
    assert set(wrong.values()) == {0}


@pytest.mark.promise
@pytest.mark.postgres
async def test_fifty_moderators_decide_five_thousand_items_through_twenty_kills(
    spawning: Spawning, promised: Promised
) -> None:
    wrong = await killed_while_deciding(spawning, items=5_000, workers=50, required=2, kills=20, seconds=2.0)
    promised(
        "50 moderators decide 5,000 items twice each, the server killed 20 times: decisions lost or doubled",
        sum(wrong.values()),
        exactly=0,
    )
