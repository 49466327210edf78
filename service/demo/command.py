"""`overclaim demo`: service, page and a filled queue in one command, in a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service import access
from service.classifier import artifact
from service.console.command import serve
from service.console.desk import Desk
from service.console.session import Seal
from service.demo.filling import Keys, fill
from service.demo.history import beginning, remember
from service.errors import CannotListen
from service.serving import BUNDLED_MODEL
from service.store.engine import sqlite_url
from service.store.opening import open_store
from service.store.words import Role

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

READY = "Overclaim serves on"
STOP_SECONDS = 20


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    with tempfile.TemporaryDirectory(prefix="overclaim-demo-") as folder:
        database = sqlite_url(Path(folder) / "demo.db")
        keys, waiting = _prepare(database)
        with _serving(options.server, database):
            asyncio.run(_show(options.server, options.listen, keys, waiting))
    return 0


async def _show(server: str, listen: str, keys: Keys, waiting: int) -> None:
    count = waiting + await fill(server, keys)
    seal = Seal(secrets.token_urlsafe(32))
    url = f"http://{listen}"
    _print(
        f"{count} articles wait to be reviewed. Sign in, once and within the hour, at\n\n"
        f"  {url}/sign-in/{seal.link_token(keys.moderator)}\n\n"
        f"or at {url} with the key {keys.moderator}\n"
        "Ctrl+C ends it, and nothing is kept."
    )
    await serve(listen, url=url, connect=lambda key: Desk(server, key=key), seal=seal)


def _prepare(database: str) -> tuple[Keys, int]:
    """Make the keys and the weeks behind; give how many items of those still wait."""
    now = datetime.now(UTC)
    store = open_store(database)
    try:
        with store.writing() as session:
            made = {
                name: access.create_key(
                    session, tenant=access.DEFAULT_TENANT, name=name, role=role, now=beginning(now)
                )[1]
                for name, role in (
                    ("maya", Role.ADMINISTRATOR),
                    ("noor", Role.MODERATOR),
                    ("ida", Role.MODERATOR),
                    ("platform", Role.PUBLISHER),
                )
            }
        waiting = remember(store, artifact.load(BUNDLED_MODEL), now=now)
    finally:
        store.close()
    return Keys(moderator=made["maya"], colleague=made["noor"], publisher=made["platform"]), waiting


@contextmanager
def _serving(server: str, database: str) -> Iterator[None]:
    """Run `overclaim serve` beside this process, once it is ready."""
    command = [sys.executable, "-m", "service", "serve"]
    flags = ["--listen", server, "--database", database, "--log-level", "error"]
    # Ctrl+C reaches every process of a terminal's group; this one shall end when we say so.
    with subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, text=True, process_group=0) as process:  # noqa: S603 - our own command
        try:
            if process.stdout is None or not process.stdout.readline().startswith(READY):
                raise CannotListen(f"the service did not start on {server}; its message stands above")
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command prints
