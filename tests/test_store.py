from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from service.errors import StoreUnavailable
from service.store import ledger, metering, outward, tables
from service.store.columns import Table
from service.store.engine import Store
from service.store.migrate import downgrade, migrate
from service.store.opening import default_path, is_current
from tests.desks import NOW, submit

if TYPE_CHECKING:
    from pathlib import Path

DEFINED = (ledger, metering, outward, tables)


def test_the_migrations_make_the_tables_that_the_code_defines(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_only_an_older_schema_is_to_be_brought_up_to_date(store: Store) -> None:
    assert is_current(store.engine)
    downgrade(store.engine, "0003")
    assert not is_current(store.engine)
    migrate(store.engine)
    assert is_current(store.engine)


def test_every_revision_goes_down_and_up(store: Store) -> None:
    for revision in ("0003", "0002", "0001", "base"):
        downgrade(store.engine, revision)
        migrate(store.engine)
    with store.reading() as session:
        assert session.scalars(select(tables.Tenant)).all() == []


def test_times_keep_their_zone_and_naive_ones_are_refused(store: Store) -> None:
    submit(store)
    with store.reading() as session:
        assert session.scalars(select(tables.Item.created)).one() == NOW
    with store.writing() as session, pytest.raises(Exception, match="without its zone"):
        session.execute(select(tables.Item).where(tables.Item.created == datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point


def test_what_raises_is_rolled_back(store: Store) -> None:
    def fail() -> None:
        with store.writing() as session:
            session.execute(text("DELETE FROM tenants"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.reading() as session:
        assert len(session.scalars(select(tables.Tenant)).all()) == 2


def test_a_database_that_is_away_says_so_in_our_words() -> None:
    away = Store("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable), away.reading() as session:
        session.execute(text("SELECT 1"))


def test_a_fresh_machine_keeps_its_state_where_xdg_says(tmp_path: Path) -> None:
    assert default_path({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "overclaim/overclaim.db"
    assert default_path({}).parts[-4:] == (".local", "state", "overclaim", "overclaim.db")


def test_a_text_stands_once_however_many_store_it(store: Store) -> None:
    for _ in range(3):
        submit(store, now=datetime.now(UTC))
    with store.reading() as session:
        assert len(session.scalars(select(tables.ArticleText)).all()) == 1
        assert len(session.scalars(select(tables.StoredScore)).all()) == 1
