"""The page under test: a real server with a real store, a real console, a real browser."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from service import access
from service.client.desk import AsyncDesk
from service.pb.overclaim.v1 import moderation_pb2, review_pb2
from service.store.opening import open_store
from service.store.words import Role
from tests.conftest import ROOT, free_port
from tests.desks import default_database, postgres_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS_TO_LISTEN = 30
CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
)
BODY = "Our injection cures arthritis.\nIt may also help with pain.\nWe open at nine."
PEOPLE = {
    "ann": Role.MODERATOR,
    "bob": Role.MODERATOR,
    "sue": Role.SENIOR_MODERATOR,
    "eng": Role.ML_ENGINEER,
    "adm": Role.ADMINISTRATOR,
    "pub": Role.PUBLISHER,
}


@dataclass
class Site:
    """A console, the server that it asks, and everybody's keys."""

    url: str
    server: str
    database: str
    folder: Path
    keys: dict[str, str]
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def models(self) -> Path:
        """Where the server looks for further models."""
        return self.folder / "models"

    def start(self) -> None:
        """Start the server, or start it again."""
        command = [sys.executable, "-m", "tests.conftest", "--listen", self.server]
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--database", self.database, "--models", str(self.models), "--drain-seconds", "0"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        assert self.process.stdout.readline().startswith("ready")

    def kill(self) -> None:
        """End the server with no chance to say goodbye."""
        assert self.process
        self.process.kill()
        self.process.communicate()

    def ask(self, who: str, question: Callable[[AsyncDesk], Any]) -> Any:  # noqa: ANN401 - any message of the contract
        """Ask the server itself, past the page."""

        async def asking() -> Any:  # noqa: ANN401 - as above
            async with AsyncDesk(self.server, key=self.keys[who]) as desk:
                return await question(desk)

        # Playwright keeps a loop running in this thread.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, asking()).result()

    def submit(self, title: str, body: str = BODY, publisher: str = "Harbour") -> str:
        """Send an article in for review and give its item's id."""
        article = moderation_pb2.Article(
            article_id=str(uuid4()), title=title, body=f"{body}\n{uuid4()}", publisher=publisher
        )
        request = moderation_pb2.ScoreArticleRequest(article=article, keep=moderation_pb2.KEEP_FOR_REVIEW)
        answer = self.ask("pub", lambda desk: desk.moderation.ScoreArticle(request))
        return str(answer.assessment.review_id)

    def item(self, item_id: str, who: str = "sue") -> review_pb2.GetItemResponse:
        """Give an item as the server knows it."""
        request = review_pb2.GetItemRequest(item_id=item_id)
        found: review_pb2.GetItemResponse = self.ask(who, lambda desk: desk.review.GetItem(request))
        return found

    def lease(self, seconds: int) -> None:
        """Let claims last so long from now on."""
        self.change_policy(review_pb2.Policy(lease_seconds=seconds))

    def reviews(self, number: int) -> None:
        """Let articles that come from now on need so many reviews."""
        self.change_policy(review_pb2.Policy(reviews_required=number))

    def change_policy(self, change: review_pb2.Policy) -> None:
        """Set what the change sets, and leave the rest of the policy as it is."""
        held = self.ask("sue", lambda desk: desk.review.GetPolicy(review_pb2.GetPolicyRequest())).revision
        held.policy.MergeFrom(change)
        request = review_pb2.SetPolicyRequest(policy=held.policy, base_revision=held.revision)
        self.ask("sue", lambda desk: desk.review.SetPolicy(request))


@contextmanager
def site(folder: Path, *, database: str = "") -> Iterator[Site]:
    """Serve a fresh desk and its page, on the tests' default unless an empty database is given."""
    with default_database(folder) if not database else nullcontext(database) as chosen:
        yield from _served(folder, chosen)


def _served(folder: Path, database: str) -> Iterator[Site]:
    store = open_store(database)
    with store.writing() as session:
        keys = {
            name: access.create_key(session, tenant="default", name=name, role=role, now=datetime.now(UTC))[1]
            for name, role in PEOPLE.items()
        }
    store.close()
    listen = f"127.0.0.1:{free_port()}"
    made = Site(f"http://{listen}", f"127.0.0.1:{free_port()}", database, folder, keys)
    made.start()
    command = [sys.executable, "-m", "service", "console", "--server", made.server, "--listen", listen]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as console:
        try:
            assert console.stdout
            assert "page is on" in console.stdout.readline()
            await_listener(listen)
            yield made
        finally:
            console.terminate()
            made.kill()


@contextmanager
def site_on(kind: str, folder: Path) -> Iterator[Site]:
    """Serve a fresh desk and its page on "sqlite" or "postgres"."""
    with (
        postgres_database() if kind == "postgres" else nullcontext("") as database,
        site(folder, database=database) as served,
    ):
        yield served


def await_listener(address: str) -> None:
    """Wait until somebody listens."""
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + SECONDS_TO_LISTEN
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(address)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        try:
            yield chromium
        finally:
            chromium.close()


def sign_in(chromium: Browser, place: Site, who: str = "ann", **options: Any) -> Page:  # noqa: ANN401 - Playwright's
    """Open a browser of its own for somebody, signed in."""
    context = chromium.new_context(**options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{place.url}/sign-in")
    page.get_by_label("Access key").fill(place.keys[who])
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/queue")
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the script has bound what it binds, where there is one."""
    if page.evaluate("document.readyState") and page.locator("script[type=module]").count():
        page.wait_for_load_state("load")


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, each with where it stands."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
