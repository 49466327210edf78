"""The moderators' page in a real browser, against a real server with a real store."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import pages
from tests.conftest import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages import Site

pytestmark = pytest.mark.browser

SHOTS = "RENEW_SCREENSHOTS"  # set it to renew the pictures of the README
LARGEST_SHOT = 200_000
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
ZOOMED = {"viewport": {"width": 320, "height": 256}}  # 1280 by 1024 at 400 %
HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>\n"
    "</div></article><h1>It cures all</h1> {{ 7 * 7 }} \u202eesrever\u202c \u200bhidden\n"
    '<a href="javascript:window.hacked = 1">cures</a>'
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pages.browser() as started:
        yield started


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site(tmp_path_factory.mktemp("site")) as served:
        yield served


def open_item(page: Page, site: Site, item: str, *, claim: bool = True) -> None:
    page.goto(f"{site.url}/items/{item}")
    if claim:
        page.get_by_role("button", name="Claim").click()
        page.wait_for_selector("#decision")
    page.wait_for_load_state("load")


def press(page: Page, key: str) -> None:
    page.wait_for_selector("html.scripted")
    page.keyboard.press(key)


def choose(page: Page, outcome: str) -> None:
    page.locator(f"[name=outcome][value={outcome}]").check()


def test_a_link_signs_in_once_and_only_by_its_button(chromium: Browser) -> None:
    with demo() as (url, link):
        page = chromium.new_context().new_page()
        for _ in range(2):
            page.goto(link)  # what previews links must not use it up
        page.locator("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Review queue")).to_be_visible()
        for scheme in ("light", "dark"):
            photograph(page, url, scheme)
        other = chromium.new_context().new_page()
        other.goto(link)
        other.locator("main").get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("alert")).to_contain_text("used already")
        page.context.close()
        other.context.close()


class demo:  # noqa: N801 - reads as what it is, a context
    """`overclaim demo` on free ports: its address and its sign-in link."""

    def __enter__(self) -> tuple[str, str]:
        """Start it and read what it prints."""
        server, listen = (f"127.0.0.1:{free_port()}" for _ in range(2))
        command = [sys.executable, "-m", "service", "demo", "--server", server, "--listen", listen]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        link = next(line.strip() for line in self._process.stdout if "/sign-in/" in line)
        pages.await_listener(listen)
        return f"http://{listen}", link

    def __exit__(self, *_: object) -> None:
        """End it as Ctrl+C does; nothing may be left behind."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=30)
        assert self._process.returncode == 0


def photograph(page: Page, url: str, scheme: str) -> None:
    """Every screen, for people to look at; two of them for the README."""
    folder = ROOT / "docs"
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    page.goto(f"{url}/queue")
    page.wait_for_selector("html.scripted")
    shots = {"queue": page.screenshot()}
    page.get_by_role("link", name="Exosomes").or_(page.locator(".items .title")).first.click()
    page.wait_for_selector("html.scripted")
    if page.get_by_role("button", name="Claim").count():
        page.get_by_role("button", name="Claim").click()
    page.wait_for_selector("#decision")
    page.wait_for_selector("html.scripted")
    page.locator("[name=outcome][value=upheld]").check()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.wait_for_timeout(700)
    shots["item"] = page.screenshot()
    assert pages.violations(page) == []
    for name in ("dashboard", "policy", "models"):
        page.goto(f"{url}/{name}")
        page.wait_for_selector("html.scripted")
        shots[name] = page.screenshot(full_page=True)
        assert pages.violations(page) == []
    if SHOTS in os.environ:
        kept = {("queue", "light"), ("item", "dark")}
        for name, shot in shots.items():
            place = folder if (name, scheme) in kept else ROOT / ".screenshots"
            place.mkdir(exist_ok=True)
            assert len(shot) < LARGEST_SHOT or place != folder
            (place / f"desk-{name}-{scheme}.png").write_bytes(shot)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A desk on either database; the one on SQLite is shared with the other tests."""
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
        return
    with pages.site_on("postgres", tmp_path) as served:
        yield served


def test_decide_and_next_by_keys_alone_then_undo(chromium: Browser, either: Site) -> None:
    site = either
    first = site.submit("First by keys", publisher="Keys")
    site.submit("Second by keys", publisher="Keys")
    page = pages.sign_in(chromium, site)
    page.goto(f"{site.url}/queue?publisher=Keys")
    press(page, "n")
    page.wait_for_url("**/items/**")
    assert first in page.url
    press(page, "u")
    press(page, "i")
    page.keyboard.type("No trial is named.")
    press(page, "Escape")
    press(page, "d")
    page.wait_for_url("**notice=decided**")
    expect(page.get_by_role("status").first).to_contain_text("Decided")
    assert first not in page.url.split("?", maxsplit=1)[0]
    assert site.item(first, "ann").decisions[0].ruling.reason == "No trial is named."
    press(page, "z")
    page.wait_for_url(f"**/items/{first}**")
    expect(page.locator("[name=reason]")).to_have_value("No trial is named.")
    assert site.item(first, "ann").decisions[0].undone
    page.context.close()


def test_every_key_of_an_item_does_what_the_map_says(chromium: Browser, site: Site) -> None:
    item = site.submit("Keys of an item")
    page = pages.sign_in(chromium, site)
    open_item(page, site, item, claim=False)
    press(page, "c")
    page.wait_for_selector("#decision")
    press(page, "o")
    expect(page.locator("[value=overturned]")).to_be_checked()
    for key, name in [("i", "reason"), ("n", "note"), ("g", "label"), ("v", "severity")]:
        press(page, key)
        expect(page.locator(f"#decision [name={name}]")).to_be_focused()
        press(page, "Escape")
    press(page, "j")
    expect(page.locator("#s2")).to_be_focused()
    press(page, "k")
    expect(page.locator("#s1")).to_be_focused()
    for key, value in [("2", "hedged"), ("3", "neutral"), ("1", "overstated"), ("0", "")]:
        press(page, key)
        expect(page.locator(f"[name=label-1][value='{value}']")).to_be_checked()
    press(page, "1")
    press(page, "x")
    expect(page.locator("[name=category-1]")).to_be_focused()
    press(page, "Escape")
    for key, name in [("a", "moderator"), ("e", "escalation"), ("w", "comment")]:
        press(page, key)
        expect(page.locator(f"[name={name}]")).to_be_visible()
        press(page, key)
    press(page, "?")
    expect(page.locator("#keys dd").filter(has_text="Hand over")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, "p")
    page.get_by_label("Find a command").fill("dash")
    expect(page.locator("#commands li")).to_have_count(1)
    page.keyboard.press("Escape")
    theme = page.locator("html").get_attribute("data-theme")
    press(page, "t")
    expect(page.locator("html")).not_to_have_attribute("data-theme", theme or "")
    press(page, "r")
    page.wait_for_url("**notice=released**")
    for key, path in [("b", "dashboard"), ("m", "models"), ("q", "queue")]:
        if page.locator(f"nav [data-key={key}]").count():
            press(page, key)
            page.wait_for_url(f"**/{path}")
    press(page, "/")
    expect(page.locator("[name=text]")).to_be_focused()
    press(page, "Escape")
    press(page, "j")
    expect(page.locator(".items .title").first).to_be_focused()
    press(page, "X")
    page.wait_for_url("**/sign-in**")
    page.context.close()


def test_keys_can_be_turned_off(chromium: Browser, site: Site) -> None:
    page = pages.sign_in(chromium, site)
    press(page, "?")
    page.get_by_label("Turn these keys off").check()
    page.keyboard.press("Escape")
    press(page, "t")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    page.context.close()


@pytest.mark.parametrize("scripted", [True, False])
def test_every_action_works_by_mouse_with_and_without_script(
    chromium: Browser, site: Site, *, scripted: bool
) -> None:
    page = pages.sign_in(chromium, site, "sue", java_script_enabled=scripted)
    item = site.submit("By mouse", publisher=f"Mouse {scripted}")
    open_item(page, site, item)
    page.get_by_role("button", name="Renew").click()
    page.locator("summary", has_text="Comment").click()
    page.locator("[name=comment]").fill("Looks familiar.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_role("status").first).to_contain_text("Comment added")
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("status").first).to_contain_text("Released")
    open_item(page, site, item)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("status").first).to_contain_text("Skipped")
    open_item(page, site, item)
    page.locator("summary", has_text="Escalate").click()
    page.locator("[name=escalation]").fill("Beyond me.")
    page.get_by_role("button", name="Escalate now").click()
    expect(page.get_by_role("status").first).to_contain_text("Escalated")
    open_item(page, site, item)
    page.locator("summary", has_text="Hand over").click()
    page.locator("[name=moderator]").fill("sue")
    page.get_by_role("button", name="Hand over now").click()
    expect(page.get_by_role("status").first).to_contain_text("Handed over")
    open_item(page, site, item, claim=False)  # who hands an item to herself keeps it
    choose(page, "overturned")
    page.get_by_label("The article is").select_option("hedged")
    page.locator("[name=label-1][value=hedged]").check()
    page.get_by_role("button", name="Decide D").click()
    expect(page.get_by_role("status").first).to_contain_text("Decided")
    said = site.item(item).decisions[-1].ruling
    assert (said.label, said.sentences[0].label) == (2, 2)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    assert [event.kind for event in site.item(item).events].count("undone") == 1
    page.context.close()


def test_of_two_who_race_for_an_item_one_is_told_who_holds_it(chromium: Browser, site: Site) -> None:
    item = site.submit("Raced for")
    ann, bob = (pages.sign_in(chromium, site, who) for who in ("ann", "bob"))
    for page in (ann, bob):
        open_item(page, site, item, claim=False)
    open_item(ann, site, item)
    bob.get_by_role("button", name="Claim").click()
    expect(bob.get_by_role("alert")).to_contain_text("Somebody else holds this item: ann")
    assert site.item(item).item.claim.moderator == "ann"
    ann.context.close()
    bob.context.close()


def test_a_lease_that_runs_out_loses_nothing_and_work_renews_it(chromium: Browser, site: Site) -> None:
    site.lease(10)
    try:
        item = site.submit("Short lease")
        page = pages.sign_in(chromium, site, java_script_enabled=False)
        working = pages.sign_in(chromium, site, "bob")
        other = site.submit("Worked on")
        open_item(working, site, other)
        open_item(page, site, item)
        choose(page, "upheld")
        page.locator("[name=note]").fill("Name the trial.")
        until = time.monotonic() + 11
        while time.monotonic() < until:
            working.locator("[name=reason]").press_sequentially("so ", delay=100)
        assert working.locator("[data-left]").inner_text() != "0:00"
        page.get_by_role("button", name="Decide D").click()
        expect(page.get_by_role("alert")).to_contain_text("nothing was recorded")
        expect(page.locator("[name=note]")).to_have_value("Name the trial.")
        page.get_by_role("button", name="Claim").click()
        expect(page.locator("[name=note]")).to_have_value("Name the trial.")
        page.get_by_role("button", name="Decide D").click()
        expect(page.get_by_role("status").first).to_contain_text("Decided")
        assert [each.ruling.note for each in site.item(item, "ann").decisions] == ["Name the trial."]
        page.context.close()
        working.context.close()
    finally:
        site.lease(900)


def test_a_decision_while_the_server_restarts_is_recorded_once(chromium: Browser, site: Site) -> None:
    item = site.submit("Restarted under")
    page = pages.sign_in(chromium, site)
    open_item(page, site, item)
    choose(page, "upheld")
    site.kill()
    again = threading.Timer(1.0, site.start)
    again.start()
    page.get_by_role("button", name="Decide D").click()
    again.join()
    resend = page.get_by_role("button", name="Send it again")
    expect(resend.or_(page.get_by_text("Decided.")).first).to_be_visible(timeout=30_000)
    if resend.is_visible():
        resend.click()
    expect(page.get_by_text("Decided.")).to_be_visible(timeout=30_000)
    assert len(site.item(item, "ann").decisions) == 1
    page.context.close()


def test_a_draft_survives_a_reload_and_goes_with_the_decision(chromium: Browser, site: Site) -> None:
    item = site.submit("Drafted")
    page = pages.sign_in(chromium, site)
    open_item(page, site, item)
    page.wait_for_selector("html.scripted")
    page.locator("[name=reason]").fill("Half a thought")
    choose(page, "upheld")
    page.reload()
    expect(page.locator("[name=reason]")).to_have_value("Half a thought")
    expect(page.locator("[value=upheld]")).to_be_checked()
    page.get_by_role("button", name="Decide D").click()
    page.wait_for_url("**notice=decided**")
    page.wait_for_selector("html.scripted")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft'))") == []
    page.context.close()


def test_hostile_text_is_only_ever_text(chromium: Browser, site: Site) -> None:
    item = site.submit("<img src=x onerror=alert(1)>", HOSTILE, publisher="<script>1</script>")
    page = pages.sign_in(chromium, site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(f"{site.url}/queue")
    open_item(page, site, item)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".body script, .body img, .body h1, main a[href^='javascript:']").count() == 0
    text = page.locator(".body").inner_text()
    assert "<script>window.hacked = 1</script>" in text
    assert "{{ 7 * 7 }}" in text
    assert "\u202e" not in text
    assert said == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", [{}, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_every_screen_is_accessible_and_never_scrolls_sideways(
    chromium: Browser, site: Site, scheme: str, shape: dict[str, object]
) -> None:
    item = site.submit(f"Seen {scheme} {len(str(shape))}")
    page = pages.sign_in(chromium, site, "adm", color_scheme=scheme, **shape)
    page.goto(f"{site.url}/models")
    card = (page.get_by_role("link", name="Card").first.get_attribute("href") or "").lstrip("/")
    for path in ("queue", f"items/{item}", "dashboard", "policy", "models", card, "nowhere"):
        page.goto(f"{site.url}/{path}")
        if path == card:
            expect(page.locator(".wide > table").first).to_be_visible()
        if path.startswith("items"):
            page.get_by_role("button", name="Claim").click()
            page.wait_for_selector("#decision")
        page.wait_for_selector("html.scripted")
        assert pages.violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    lightness = sum(int(part) for part in re.findall(r"\d+", background)[:3])
    assert (lightness > 3 * 128) == (scheme == "light")
    page.context.close()


def test_pages_of_the_queue_follow_a_cursor(chromium: Browser, site: Site) -> None:
    for number in range(52):
        site.submit(f"Article {number}", publisher="Pages")
    page = pages.sign_in(chromium, site)
    page.goto(f"{site.url}/queue?publisher=Pages")
    expect(page.locator(".items .title")).to_have_count(50)
    press(page, "]")
    expect(page.locator(".items .title")).to_have_count(2)
    press(page, "[")
    expect(page.locator(".items .title")).to_have_count(50)
    page.context.close()
