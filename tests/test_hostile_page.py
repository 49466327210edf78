"""What would be code somewhere else is text on the moderators' page, in a real browser."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests import pages
from tests.hostile.articles import CLEAN
from tests.hostile.injections import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.pages import Site

pytestmark = pytest.mark.browser

TOGETHER = 12  # injections an article
LIVE = "script, style, img, svg, math, iframe, object, embed, form, link, meta, base, textarea, details, h1"
PLAIN = re.compile(r"[ -~\n]+")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pages.browser() as started:
        yield started


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site(tmp_path_factory.mktemp("hostile")) as served:
        yield served


@contextmanager
def nothing_happening(page: Page, site: Site) -> Iterator[None]:
    """No dialog, no call elsewhere, no message on the console; a violation of the page's policy is one."""
    happened: list[str] = []
    page.on("console", lambda message: happened.append(message.text))
    page.on("pageerror", lambda error: happened.append(str(error)))
    page.on("dialog", lambda dialog: happened.append(dialog.message))
    page.on(
        "request", lambda asked: happened.append(asked.url) if not asked.url.startswith(site.url) else None
    )
    yield
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hacked") is None
    assert happened == []


def said(text: str) -> str:
    return " ".join(text.split())


def test_a_queue_of_hostile_titles_and_publishers_is_inert(chromium: Browser, site: Site) -> None:
    for text in ALL.values():
        site.submit(text, CLEAN, publisher=text[:200])
    page = pages.sign_in(chromium, site)
    with nothing_happening(page, site):
        page.goto(f"{site.url}/queue")
        page.wait_for_selector("html.scripted")
        shown = said(page.locator("main").inner_text())
        titles = page.locator(".items .title")
        assert titles.count() == len(ALL)
        assert page.locator(f".items :is({LIVE})").count() == 0
        titles.first.hover()
    plain = [text for text in ALL.values() if PLAIN.fullmatch(text)]
    assert len(plain) > len(ALL) - 5
    assert [text for text in plain if said(text) not in shown] == []
    page.context.close()


@pytest.mark.parametrize("start", range(0, len(ALL), TOGETHER))
def test_hostile_articles_are_inert(chromium: Browser, site: Site, start: int) -> None:
    texts = [*ALL.values()][start : start + TOGETHER]
    item = site.submit(texts[0], "\n\n".join([CLEAN, *texts]), publisher=texts[-1][:200])
    page = pages.sign_in(chromium, site)
    with nothing_happening(page, site):
        page.goto(f"{site.url}/items/{item}")
        page.get_by_role("button", name="Claim").click()
        page.wait_for_selector("#decision")
        body = page.locator(".body")
        assert body.locator(LIVE).count() == 0
        assert page.locator("main a[href^='javascript:'], main a[href^='data:']").count() == 0
        for mark in page.locator(".body [id]").all()[:3]:
            mark.hover()
        shown = said(body.inner_text())
    assert [text for text in texts if PLAIN.fullmatch(text) and said(text) not in shown] == []
    page.context.close()
