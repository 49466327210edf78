"""Texts that are past their time are gone from wherever they could be read; what was decided stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from service.errors import InvalidRequest
from service.review.claims import claim_next
from service.review.decisions import record_decision
from service.review.examples import export_page
from service.review.queue import Filter, Order, count_items
from service.review.retention import purge_article, purge_texts, set_retention
from service.store.tables import Closing, Decision, Explanation, StoredScore
from service.upkeep import purge_all
from tests.desks import ANN, NOW, OVERSTATED, UPHELD, later, submit

if TYPE_CHECKING:
    from service.store.engine import Store

WEEK = 7 * 86_400


def decide_both(store: Store) -> None:
    """Submit two articles, the second a week after the first, and decide them."""
    for number, seconds in enumerate((0, WEEK)):
        now = later(seconds)
        submit(store, f"{OVERSTATED}\nXYLOPHONE {number}.", article_id=f"a{number}", now=now)
        with store.writing() as session:
            entry = claim_next(
                session, caller=ANN, which=Filter(), order=Order.DUE, request=str(number), now=now
            )
            assert entry
            assert entry.queued.lease
            record_decision(
                session,
                entry.item.id,
                claim=entry.queued.lease,
                request=str(number),
                ruling=UPHELD,
                caller=ANN,
                now=now,
            )


def exported(store: Store) -> list[str]:
    with store.reading() as session:
        return export_page(session, tenant="t", since=None, until=None, after="")[0]


def left(store: Store) -> tuple[int | None, ...]:
    """Count decisions, closings, scores and explanations."""
    with store.reading() as session:
        tables = (Decision, Closing, StoredScore, Explanation)
        return tuple(session.scalar(select(func.count()).select_from(each)) for each in tables)


def test_a_text_past_its_time_is_in_no_export_and_its_decision_stays(store: Store) -> None:
    decide_both(store)
    assert sum("XYLOPHONE" in line for line in exported(store)) == 2
    with store.writing() as session:
        assert set_retention(session, tenant="t", days=1, now=later(WEEK)) == 1
    [line] = exported(store)
    assert "XYLOPHONE 1" in line
    assert left(store) == (2, 2, 2, 1)


def test_one_article_can_be_purged_before_its_time(store: Store) -> None:
    decide_both(store)
    with store.writing() as session:
        assert purge_article(session, "a1", tenant="u", now=NOW) == 0
        assert purge_article(session, "a1", tenant="t", now=NOW) == 1
    [line] = exported(store)
    assert "XYLOPHONE 0" in line
    closed = Filter(states=(), text="xylophone 1")
    with store.reading() as session:
        assert count_items(session, caller=ANN, which=closed, now=NOW).total == 0


def test_each_tenant_has_its_own_time(store: Store) -> None:
    submit(store, tenant="t")
    submit(store, tenant="u")
    with store.writing() as session:
        set_retention(session, tenant="t", days=1, now=NOW)
        assert purge_texts(session, tenant="t", now=later(86_400 - 1)) == 0
        assert purge_texts(session, tenant="t", now=later(86_400)) == 1
        assert purge_texts(session, tenant="u", now=later(86_400)) == 0
        for days in (0, 3_651):
            with pytest.raises(InvalidRequest):
                set_retention(session, tenant="t", days=days, now=NOW)


def test_the_hourly_purge_goes_over_all_tenants(store: Store) -> None:
    submit(store, tenant="t")
    submit(store, tenant="u")
    for tenant in ("t", "u"):
        with store.writing() as session:
            set_retention(session, tenant=tenant, days=1, now=NOW)
    # Its clock is the machine's, long after what these tests take for now.
    assert purge_all(store) == 2
    assert purge_all(store) == 0
