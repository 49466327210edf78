"""A model that is activated somewhere serves everywhere that has it."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.classifier import artifact
from service.registry import Models, last_activation, note_serving, record_activation
from service.rpc.server import Server
from service.settings import Settings
from tests.conftest import BUNDLED, StandIn, free_port
from tests.test_workers import copied

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from service.store.engine import Store


@asynccontextmanager
async def serving(store: Store, folder: Path) -> AsyncIterator[Server]:
    server = Server(
        Settings(listen=f"127.0.0.1:{free_port()}", drain_seconds=0, models=folder),
        store=store,
        models=Models(BUNDLED, folder),
    )
    await server.start()
    await server.open(StandIn)
    try:
        yield server
    finally:
        await server.drain()


def activate(store: Store, version: str, actor: str = "eve") -> int:
    with store.writing() as session:
        record_activation(session, version, actor=actor, now=datetime.now(UTC))
    with store.reading() as session:
        return last_activation(session)


def serves(server: Server) -> str:
    return server._scorer.require_model().version


async def test_a_server_without_the_model_serves_on_and_takes_it_once_it_is_there(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(store, tmp_path) as server:
        activate(store, "next+1")
        for _ in range(3):
            await server._following.catch_up()
        assert serves(server) == "stand-in"
        assert capsys.readouterr().out.count("not served here") == 1
        copied("next+1", tmp_path)
        await server._following.catch_up()
        assert serves(server) == "next+1"
        assert server._points["next+1"]


async def test_a_damaged_model_is_not_followed(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as server:
        copied("next+1", tmp_path)
        weights = tmp_path / "next+1" / artifact.WEIGHTS
        weights.write_bytes(weights.read_bytes()[:-1] + b"?")
        activate(store, "next+1")
        await server._following.catch_up()
        assert serves(server) == "stand-in"


async def test_what_was_activated_before_a_server_began_and_what_another_began_with_are_not_followed(
    store: Store, tmp_path: Path
) -> None:
    """The first is the settings' to say, the second concerns the other alone."""
    copied("next+1", tmp_path)
    activate(store, "next+1")
    async with serving(store, tmp_path) as server:
        await server._following.catch_up()
        assert serves(server) == "stand-in"
        with store.writing() as session:
            note_serving(session, "next+1", now=datetime.now(UTC))
        await server._following.catch_up()
        assert serves(server) == "stand-in"


async def test_a_worker_begun_anew_takes_what_was_activated_since_the_first_of_them_began(
    store: Store, tmp_path: Path
) -> None:
    version = copied("next+1", tmp_path)
    activate(store, "stand-in")
    async with serving(store, tmp_path) as server:
        since = activate(store, version) - 1
        await server._following.begin(since)
        await server._following.catch_up()
        assert serves(server) == version


def test_a_copied_model_differs_in_its_name_alone(tmp_path: Path) -> None:
    copied("next+1", tmp_path)
    folders = (BUNDLED, tmp_path / "next+1")
    first, second = (json.loads((each / artifact.MANIFEST).read_text("utf-8")) for each in folders)
    assert first | {"version": "next+1"} == second
