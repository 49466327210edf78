"""A queue of a hundred thousand items is listed page by page, each as quick as the first."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, text

from service.classifier.results import Verdict
from service.classifier.text.markup import Format
from service.policy import Action
from service.review.queue import Filter, Order, count_items, list_items
from service.store.tables import ArticleText, Item, Queued, StoredArticle, StoredScore
from service.store.words import Origin, Stage
from tests.desks import ANN, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.store.engine import Store
    from tests.promises import Promised

ITEMS = 100_000
PAGE = 200
CHUNK = 5_000
# Medians over as many pages: a single page may have to wait for the machine.
PAGES = 50
SECONDS = 0.5


def rows(number: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Write all rows of one item, those that others point to first."""
    key, rng = f"{number:012d}", random.Random(number)
    created = NOW + timedelta(seconds=number)
    own = {"id": key, "tenant": "t", "created": created}
    yield (
        StoredArticle,
        {
            **own,
            "article_id": key,
            "publisher": "clinic",
            "language": "",
            "format": Format.PLAIN,
            "digest": key,
            "text_digest": key,
        },
    )
    yield ArticleText, {"article": key, "title": "Knees", "body": "It cures.", "kept_at": created}
    score: dict[str, Any] = {"verdict": Verdict.OVERSTATED, "reason": None, "severity": 2, "sentences": []}
    numbers = {"overstated": 0.8, "hedged": 0.1, "neutral": 0.1}
    yield StoredScore, {**own, **score, **numbers, "article": key, "model": "m"}
    yield (
        Item,
        {
            **own,
            "article": key,
            "score": key,
            "dedupe": key,
            "text_digest": key,
            "origin": Origin.MODEL,
            "action": Action.REVIEW,
            "category": None,
            "policy_revision": 0,
            "phrases": [],
        },
    )
    yield (
        Queued,
        {
            "item": key,
            "tenant": "t",
            "publisher": "clinic",
            "origin": Origin.MODEL,
            "severity": rng.randrange(4),
            "categories": 0,
            "waiting": True,
            "stage": Stage.REVIEW,
            "required": 1,
            "recorded": 0,
            "assigned": "",
            "escalated": False,
            "lease": None,
            "lease_request": "",
            "holder": "",
            "lease_until": None,
            "created": created,
            "due": NOW + timedelta(seconds=rng.randrange(7 * 86_400)),
            "closed": None,
        },
    )


def fill(store: Store, items: int) -> None:
    for start in range(0, items, CHUNK):
        tables: dict[Any, list[dict[str, Any]]] = {}
        for number in range(start, min(start + CHUNK, items)):
            for table, row in rows(number):
                tables.setdefault(table, []).append(row)
        with store.writing() as session:
            for table, chunk in tables.items():
                session.execute(insert(table), chunk)
    with store.writing() as session:
        session.execute(text("ANALYZE"))


def walk(store: Store, order: Order) -> tuple[list[str], list[float]]:
    """List everything; give the items' ids, and the seconds that each page took."""
    seen, seconds, token, more = [], [], "", True
    while more:
        began = time.perf_counter()
        with store.reading() as session:
            page = list_items(
                session, caller=ANN, which=Filter(), order=order, size=PAGE, token=token, now=NOW
            )
            seen += [each.item.id for each in page.entries]
        seconds.append(time.perf_counter() - began)
        token, more = page.next_token, bool(page.next_token)
    return seen, seconds


@pytest.mark.promise
def test_a_hundred_thousand_items_are_listed_once_each_in_bounded_time(
    store: Store, promised: Promised
) -> None:
    fill(store, ITEMS)
    slowest = 0.0
    for order in Order:
        seen, seconds = walk(store, order)
        assert len(seen) == len(set(seen)) == ITEMS
        first, last = median(seconds[:PAGES]), median(seconds[-PAGES:])
        slowest = max(slowest, last)
        assert last < 3 * first, order
    kind = "SQLite" if store.is_sqlite else "PostgreSQL"
    promised(
        f"the last pages of a queue of 100,000 items, in any order, on {kind}",
        slowest * 1_000,
        at_most=SECONDS * 1_000,
        unit="ms",
    )
    with store.reading() as session:
        assert count_items(session, caller=ANN, which=Filter(), now=NOW).total == ITEMS


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_every_item_once_in_any_order(store: Store, order: Order) -> None:
    fill(store, 450)
    seen, _ = walk(store, order)
    assert len(seen) == len(set(seen)) == 450
