"""Every revision goes up and down on a database in use; on PostgreSQL, while others write to it."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from service.access import create_key, ensure_tenant
from service.classifier.results import Label
from service.policy import Policy
from service.quota.amounts import Amount, Limits
from service.quota.limits import set_limits
from service.quota.usage import reserve
from service.registry import note_serving
from service.review.claims import claim_next, skip_item
from service.review.decisions import record_decision, undo_decision
from service.review.objections import create_appeal, submit_feedback
from service.review.queue import Filter, Order
from service.review.webhooks import create_webhook
from service.signin.grants import Grant
from service.signin.keys import sign_in
from service.signin.token import Person
from service.store.migrate import downgrade, migrate
from service.store.tables import Sampling
from service.store.words import Role, TrialKind
from service.trials.counts import add_counts
from service.trials.standing import begin_trial
from tests.desks import ANN, BOB, NOW, OVERSTATED, PUB, UPHELD, adopt, opened, submit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from service.store.engine import Store
    from tests.promises import Promised

PERSON = Person("https://id.example.org", "1", "ann", ("mods",), "nonce")
GRANT = Grant("mods", Role.MODERATOR, "t")
# What the design allows a writer to wait for.
STALL_SECONDS = 0.5
POLICY = Policy(reviews_required=1)
ARTICLE = """
INSERT INTO articles (id, tenant, article_id, publisher, language, format, digest, text_digest, created)
VALUES (:id, 't', '', '', '', 'plain', :id, :id, :now)
"""
# One row: writers that lock several, each in its own order, would wait for each other without any migration.
QUEUED = "UPDATE queue SET recorded = recorded WHERE item = (SELECT min(item) FROM queue)"


def fill(store: Store) -> None:
    """Do all that leaves rows behind."""
    with store.writing() as session:
        create_key(session, tenant="t", name="ann", role=Role.MODERATOR, now=NOW)
        sign_in(session, PERSON, GRANT, hours=8, now=NOW)
        create_webhook(session, "https://example.org/hook", tenant="t", local=False, now=NOW)
        note_serving(session, "stand-in", now=NOW)
        shadow = begin_trial(session, TrialKind.SHADOW, "next", percent=9, actor="eve", now=NOW)
        add_counts(session, Counter({(shadow.id, "stand-in", "fate", "compared"): 1}))
        limits = set_limits(session, "t", {"daily_articles": 9}, caller=None, defaults=Limits(), now=NOW)
        reserve(session, "t", day="2026-01-05", wanted=Amount(1, 0), limits=limits)
    adopt(store, POLICY)
    items = [submit(store, f"{OVERSTATED}\n{number}.", article_id=str(number)) for number in range(3)]
    with store.writing() as session:
        for request in ("kept", "undone"):
            entry = claim_next(session, caller=ANN, which=Filter(), order=Order.DUE, request=request, now=NOW)
            assert entry
            assert entry.queued.lease
            decision, _ = record_decision(
                session,
                entry.item.id,
                claim=entry.queued.lease,
                request=request,
                ruling=UPHELD,
                caller=ANN,
                now=NOW,
            )
            if request == "undone":
                undo_decision(session, entry.item.id, decision=decision.id, caller=ANN, now=NOW)
            else:
                create_appeal(session, entry.item.id, text="No.", caller=PUB, now=NOW)
        third = claim_next(session, caller=BOB, which=Filter(), order=Order.DUE, request="b", now=NOW)
        assert third
        assert third.queued.lease
        skip_item(session, third.item.id, claim=third.queued.lease, caller=BOB, now=NOW)
        submit_feedback(session, "0", label=Label.HEDGED, text="", caller=PUB, points={}, now=NOW)
        session.add(Sampling(item=items[0], arm="random", chance=0.5, at=NOW))


def counted(store: Store) -> dict[str, int]:
    """Count the rows of every table that there is."""
    with store.engine.connect() as connection:
        names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 - our own tables
            for name in names
        }


def columns(store: Store) -> set[tuple[str, str]]:
    """List every table's columns."""
    with store.engine.connect() as connection:
        seen = inspect(connection)
        return {(table, each["name"]) for table in seen.get_table_names() for each in seen.get_columns(table)}


def revisions() -> list[str]:
    """List all revisions, the newest first, and the empty database at last."""
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    return [*(each.revision for each in ScriptDirectory.from_config(config).walk_revisions()), "base"]


def test_every_revision_goes_down_and_up_on_a_database_that_is_full(store: Store) -> None:
    fill(store)
    full, whole = counted(store), columns(store)
    assert 0 not in full.values(), full
    steps = revisions()
    for revision in steps[1:]:
        downgrade(store.engine, revision)
        below = counted(store)
        assert below == {name: full[name] for name in below}, revision
        assert columns(store) < whole
        for up in reversed(steps[: steps.index(revision)]):
            migrate(store.engine, up)
        again = counted(store)
        assert again.keys() == full.keys()
        assert {name: again[name] for name in below} == below, revision
        # What later revisions hold is lost on the way down, so fill again for the next step.
        downgrade(store.engine, "base")
        migrate(store.engine)
        _tenants(store)
        fill(store)


def _tenants(store: Store) -> None:
    with store.writing() as session:
        for tenant in ("t", "u"):
            ensure_tenant(session, tenant, now=NOW)


@contextmanager
def writers(store: Store, number: int, tables: Sequence[str] = ()) -> Iterator[list[float]]:
    """Write without pause to tables that every revision has; gather how long each transaction took.

    Of further `tables`, each in its turn is locked as a write to it would.
    """
    over, seconds, broken = Event(), list[float](), list[Exception]()

    def write() -> None:
        row = 0
        while not over.is_set():
            row += 1
            began = time.perf_counter()
            try:
                with store.writing() as session:
                    session.execute(text(ARTICLE), {"id": uuid4().hex, "now": datetime.now(UTC)})
                    session.execute(text(QUEUED))
                    if tables:
                        table = tables[row % len(tables)]
                        session.execute(text(f'LOCK TABLE "{table}" IN ROW EXCLUSIVE MODE'))
            except Exception as error:  # noqa: BLE001 - a writer that fails for whatever reason fails the test
                broken.append(error)
                return
            seconds.append(time.perf_counter() - began)

    threads = [Thread(target=write) for _ in range(number)]
    for each in threads:
        each.start()
    try:
        yield seconds
    finally:
        over.set()
        for each in threads:
            each.join()
    assert broken == []


@pytest.mark.promise  # its figure is a wall clock's: it needs a machine that does nothing else
@pytest.mark.postgres
def test_writers_are_not_held_up_by_revisions_on_postgres(tmp_path: Path, promised: Promised) -> None:
    waited: list[float] = []
    with opened("postgres", tmp_path) as store:
        fill(store)
        # From the newest down, so that each revision comes up on what the product itself has filled.
        for newer, older in pairwise(revisions()[:-1]):
            downgrade(store.engine, older)
            with writers(store, 2, sorted(counted(store))) as seconds:
                for _ in range(3):
                    migrate(store.engine, newer)
                    time.sleep(0.1)
                    downgrade(store.engine, older)
            assert len(seconds) > 20
            waited += seconds
        migrate(store.engine)
    promised("writers wait for a migration of PostgreSQL", max(waited), at_most=STALL_SECONDS, unit="s")


@pytest.mark.promise  # the same
@pytest.mark.postgres
def test_a_revision_gives_way_to_a_long_transaction_and_comes_through_after_it(
    tmp_path: Path, promised: Promised
) -> None:
    with opened("postgres", tmp_path) as store:
        fill(store)
        downgrade(store.engine, "0001")
        with store.engine.connect() as long, writers(store, 2) as seconds:
            long.execute(text("UPDATE tenants SET salt = salt"))
            migrating = Thread(target=migrate, args=(store.engine,))
            migrating.start()
            time.sleep(1.5)
            assert migrating.is_alive()
            long.rollback()
            migrating.join(timeout=20)
        assert not migrating.is_alive()
        assert "webhooks" in counted(store)
    promised(
        "writers wait while a migration waits for a long transaction",
        max(seconds),
        at_most=STALL_SECONDS,
        unit="s",
    )
