"""A server anchors its audit log by itself, and the log is held against what it wrote."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from service import upkeep
from service.__main__ import main as overclaim
from service.access import create_key, ensure_tenant
from service.audit import anchors
from service.settings import Settings
from service.store.opening import open_store
from service.store.words import Role
from tests.conftest import free_port
from tests.test_audit import pair
from tests.test_main import OVERCLAIM, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.store.engine import Store

__all__ = ["pair"]  # a fixture


def add_key(store: Store, name: str) -> None:
    with store.writing() as session:
        ensure_tenant(session, "t", now=datetime.now(UTC))
        create_key(session, tenant="t", name=name, role=Role.PUBLISHER, now=datetime.now(UTC))


async def until(happens: Callable[[], bool]) -> None:
    while not happens():  # noqa: ASYNC110 - a file and a log tell nobody when they change
        await asyncio.sleep(0.01)


def drop_the_log(store: Store) -> None:
    """Leave no trace of the tenant's chain, as who owns the database can."""
    with store.engine.begin() as connection:
        for kind, name in connection.execute(
            text("SELECT type, name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP {kind} {name}"))
        for table in ("audit", "audit_heads", "keys"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables


def test_a_server_takes_an_anchor_when_it_begins_and_verify_holds_the_log_against_it(
    tmp_path: Path,
    pair: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    private, public = pair
    database, kept = f"sqlite:///{tmp_path / 'desk.db'}", tmp_path / "anchors.jsonl"
    store = open_store(database)
    add_key(store, "first")
    flags = ("--database", database, "--audit-anchors", str(kept), "--audit-key", str(private))
    with serving(free_port(), *flags):
        assert len(anchors.read(kept, trusted=public)) == 1
    monkeypatch.setenv("OVERCLAIM_AUDIT_ANCHORS", str(kept))
    verify = ["audit", "verify", "--database", database, "--trust", str(public)]
    assert overclaim(verify) == 0
    assert "held against 1 anchors" in capsys.readouterr().out
    drop_the_log(store)
    store.close()
    assert overclaim(verify) == 1
    assert "an anchor names an entry that is not there" in capsys.readouterr().out


async def test_an_anchor_is_added_again_and_again_and_a_failure_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SECONDS_BETWEEN_ANCHORS", 0.01)
    store, kept = open_store(f"sqlite:///{tmp_path / 'desk.db'}"), tmp_path / "kept" / "anchors.jsonl"
    add_key(store, "first")
    with capture_logs() as logged:
        task = asyncio.create_task(upkeep.anchor(store, kept, key=None))
        async with asyncio.timeout(20):
            await until(lambda: bool(logged))
            kept.parent.mkdir()
            await until(lambda: kept.exists() and len(kept.read_text().splitlines()) > 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert logged[0]["event"] == "no anchor of the audit log was taken"
    assert "No such file" in logged[0]["reason"]
    assert {each.heads["t"][0] for each in anchors.read(kept, trusted=None)} == {1}
    store.close()


@pytest.mark.parametrize("lacking", ["folder", "key"])
def test_a_server_that_cannot_anchor_does_not_begin(tmp_path: Path, lacking: str) -> None:
    kept = tmp_path / ("none/anchors" if lacking == "folder" else "anchors")
    key = ["--audit-key", str(tmp_path / "none")] if lacking == "key" else []
    listen = ["--listen", f"127.0.0.1:{free_port()}", "--database", f"sqlite:///{tmp_path / 'desk.db'}"]
    command = [OVERCLAIM, "serve", *listen, "--audit-anchors", str(kept), *key]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "No such file" in done.stderr


def test_no_server_anchors_unasked() -> None:
    assert Settings().audit_anchors is None
