"""Real databases and a real desk for tests: SQLite, and PostgreSQL where one listens."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from service.access import Caller, ensure_tenant
from service.article import Article, Keep
from service.moderation import keep_article
from service.review.policies import policy_in_force, set_policy
from service.review.rulings import Ruling
from service.store.engine import sqlite_url
from service.store.opening import open_store
from service.store.words import Outcome, Role
from tests.conftest import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from service.classifier.results import Label
    from service.policy import Policy
    from service.store.engine import Store

SERVER = os.environ.get("OVERCLAIM_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANN, BOB = (Caller("t", name, Role.MODERATOR) for name in ("ann", "bob"))
SUE = Caller("t", "sue", Role.SENIOR_MODERATOR)
PUB = Caller("t", "pub", Role.PUBLISHER)
OVERSTATED = "It cures all.\nIt may help.\nCall us."
CLEAN = "It may help.\nCall us."
UPHELD = Ruling(outcome=Outcome.UPHELD)


@contextmanager
def postgres_database() -> Iterator[str]:
    """Make a database that is thrown away, and give its URL; skips where no server listens."""
    name = f"overclaim_{secrets.token_hex(6)}"
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip(f"no PostgreSQL answers at {SERVER.rpartition('@')[2]}")
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def default_database(folder: Path) -> Iterator[str]:
    """Give the URL of a fresh database for tests that need but one: SQLite, or what TESTS_DATABASE names."""
    if os.environ.get("TESTS_DATABASE") == "postgres":
        with postgres_database() as url:
            yield url
    else:
        yield sqlite_url(folder / "desk.db")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Open a fresh database of a kind, with a tenant "t" in it."""
    if kind == "sqlite":
        store = open_store(f"sqlite:///{folder / 'desk.db'}")
        yield _with_tenant(store)
        store.close()
        return
    with postgres_database() as url:
        store = open_store(url)
        yield _with_tenant(store)
        store.close()


def _with_tenant(store: Store) -> Store:
    with store.writing() as session:
        for tenant in ("t", "u"):
            ensure_tenant(session, tenant, now=NOW)
    return store


def submit(
    store: Store,
    body: str = OVERSTATED,
    *,
    tenant: str = "t",
    model: str = "stand-in",
    now: datetime = NOW,
    keep: Keep = Keep.FOR_REVIEW,
    article_id: str = "a",
    publisher: str = "clinic",
) -> str:
    """Score an article with the stand-in and keep it; give its review's id, or none."""
    article = Article(body, title="Knees", article_id=article_id, publisher=publisher)
    with store.writing() as session:
        score = StandIn(model).score(body)
        return keep_article(session, article, score, tenant=tenant, keep=keep, points={}, now=now).item


def adopt(store: Store, policy: Policy, *, points: Mapping[str, float] | None = None) -> None:
    """Put a policy in force."""
    with store.writing() as session:
        base = policy_in_force(session, "t").number
        set_policy(session, policy, points=points or {}, caller=SUE, base=base, remark="", now=NOW)


def overturned(label: Label, note: str = "") -> Ruling:
    """A ruling that says that the model was wrong."""
    return Ruling(outcome=Outcome.OVERTURNED, label=label, note=note)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
