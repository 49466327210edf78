"""What a browser is needed for beyond a first review: appeals, adjudication, models, and the keys' map.

All of it runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from service.classifier import artifact
from service.pb.overclaim.v1 import moderation_pb2, review_pb2
from tests import pages
from tests.conftest import BUNDLED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.pages import Site

pytestmark = pytest.mark.browser

EVERYWHERE = {"q", "b", "y", "m", "p", "?", "t", "X", "Esc"}
# Every key, by the page that has it; what each does is tested here or in test_console_browser.py. Those of
# pages of a list ("[", "]"), of undoing ("z"), of rolling back ("r") and of trials show only where there is
# such; test_console_models.py presses the last.
KEYS = {
    "queue": EVERYWHERE | {"n", "/", "o", "f", "c", "j", "k"},
    "unclaimed": EVERYWHERE | {"c", "a", "e", "w", "j", "k"},
    "claimed": EVERYWHERE | set("lsraewkj") | set("0123x") | set("uogvindD"),
    "dashboard": EVERYWHERE,
    "models": EVERYWHERE | {"d", "f", "g"},
    "models/next/activate": EVERYWHERE | {"d", "c"},
    "models/next/try": EVERYWHERE | set("sagdc"),
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pages.browser() as started:
        yield started


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site_on(request.param, tmp_path_factory.mktemp("site")) as served:
        add_model(served.models / "next", "next", higher_by=0.0625)
        yield served


def add_model(directory: Path, version: str, *, higher_by: float) -> None:
    """Put the bundled model beside itself under another name, all its figures higher."""
    shutil.copytree(BUNDLED, directory)
    manifest = artifact.manifest_of(directory)
    manifest["version"] = version
    for measure in manifest["measures"].values():
        if isinstance(measure, dict) and "value" in measure:
            measure["value"] += higher_by
    (directory / artifact.MANIFEST).write_text(json.dumps(manifest), "utf-8")


def press(page: Page, key: str) -> None:
    page.wait_for_selector("html.scripted")
    page.keyboard.press(key)


def claim(page: Page, site: Site, item: str) -> None:
    page.goto(f"{site.url}/items/{item}")
    press(page, "c")
    page.wait_for_selector("#decision")


def decide(page: Page, site: Site, item: str, key: str) -> None:
    """Claim the item, choose an outcome and stay, all by keys."""
    claim(page, site, item)
    choose(page, key)
    press(page, "D")
    page.wait_for_url("**/queue?**notice=decided**")


def choose(page: Page, key: str) -> None:
    """Choose an outcome by its key; who overturns says what the article is instead."""
    press(page, key)
    if key == "o":
        press(page, "g")
        page.locator("#decision [name=label]").select_option("hedged")
        press(page, "Escape")


def map_of(page: Page) -> set[str]:
    """Read the keys that the map shows, and close it."""
    press(page, "?")
    shown = set(page.locator("#keys dt kbd").all_inner_texts())
    page.keyboard.press("Escape")
    return shown


def test_the_map_of_each_page_shows_the_keys_that_are_tested_and_no_other(
    chromium: Browser, site: Site
) -> None:
    item = site.submit("Mapped")
    page = pages.sign_in(chromium, site, "adm")
    shown = {"queue": map_of(page)}
    page.goto(f"{site.url}/items/{item}")
    shown["unclaimed"] = map_of(page)
    press(page, "c")
    page.wait_for_selector("#decision")
    press(page, "j")  # the controls of a sentence answer once it is chosen,
    press(page, "1")  # and its category once it is overstated
    shown["claimed"] = map_of(page)
    for name in ("dashboard", "models/next/activate", "models/next/try", "models"):
        page.goto(f"{site.url}/{name}")
        shown[name] = map_of(page)
    # One for each model that does not serve, and one to roll back where another served before.
    others = {key_of(page, each) for each in models_of(page)}
    assert others
    back = {"r"} if page.get_by_role("link", name="Roll back").count() else set()
    assert shown == KEYS | {"models": KEYS["models"] | others | back}
    page.context.close()


def test_what_the_server_did_not_hear_is_sent_again_by_its_key(chromium: Browser, site: Site) -> None:
    item = site.submit("Sent again")
    page = pages.sign_in(chromium, site)
    claim(page, site, item)
    press(page, "u")
    press(page, "i")
    page.keyboard.type("Worth keeping.")
    press(page, "Escape")
    site.kill()
    press(page, "d")
    expect(page.get_by_role("heading", name="Not recorded yet")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("What you wrote")).to_have_value("Worth keeping.")
    site.start()
    # Until it has found the server again, the page asks to be tried again in a moment.
    for _ in range(5):
        with page.expect_navigation(timeout=30_000):
            press(page, "d")
        if page.get_by_text("Decided.").is_visible():
            break
    expect(page.get_by_text("Decided.")).to_be_visible()
    assert [each.ruling.reason for each in site.item(item, "ann").decisions] == ["Worth keeping."]
    page.context.close()


def test_skipping_renewing_and_deciding_without_going_on_have_keys(chromium: Browser, site: Site) -> None:
    item = site.submit("Kept by keys", publisher="Stay")
    page = pages.sign_in(chromium, site)
    claim(page, site, item)
    before = site.item(item, "ann").item.claim.expire_time.ToNanoseconds()
    with page.expect_response(f"**/items/{item}/renew**"):
        press(page, "l")
    assert site.item(item, "ann").item.claim.expire_time.ToNanoseconds() > before
    press(page, "s")
    expect(page.get_by_role("status").first).to_contain_text("Skipped")
    assert not site.item(item, "ann").item.HasField("claim")
    decide(page, site, item, "u")
    assert len(site.item(item, "ann").decisions) == 1
    page.context.close()


def test_the_queue_is_ordered_filtered_and_cleared_by_keys(chromium: Browser, site: Site) -> None:
    for title, publisher in (("Wanted", "Filtered"), ("Unwanted", "Other")):
        site.submit(title, publisher=publisher)
    page = pages.sign_in(chromium, site)
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        press(page, key)
        expect(page.locator(".items .title").nth(row)).to_be_focused()
    press(page, "o")
    expect(page.locator("[name=order]")).to_be_focused()
    page.locator("[name=order]").select_option(index=1)
    press(page, "Escape")
    page.locator("[name=publisher]").fill("Filtered")
    press(page, "Escape")
    press(page, "f")
    page.wait_for_url("**publisher=Filtered**")
    expect(page.locator(".items .title")).to_have_count(1)
    press(page, "c")
    page.wait_for_url("**/queue")
    expect(page.locator("[name=publisher]")).to_have_value("")
    page.context.close()


def test_a_senior_moderator_settles_what_two_reviewers_disagree_about(chromium: Browser, site: Site) -> None:
    site.reviews(2)
    try:
        item = site.submit("Disputed")
    finally:
        site.reviews(1)
    ann, bob, sue = (pages.sign_in(chromium, site, who) for who in ("ann", "bob", "sue"))
    decide(ann, site, item, "u")
    bob.goto(f"{site.url}/items/{item}")
    expect(bob.get_by_text("Other reviews stay hidden until all are in.")).to_be_visible()
    assert not site.item(item, "bob").decisions
    decide(bob, site, item, "o")
    ann.goto(f"{site.url}/items/{item}")
    press(ann, "c")
    expect(ann.get_by_role("alert")).to_be_visible()  # not hers to settle
    claim(sue, site, item)
    expect(sue.get_by_role("heading", name="Settle")).to_be_visible()
    expect(sue.locator(".history")).to_contain_text(["ann", "bob"])
    choose(sue, "o")
    press(sue, "d")
    sue.wait_for_url("**notice=decided**")
    settled = site.item(item)
    assert settled.item.state == review_pb2.ITEM_STATE_CLOSED
    assert [each.moderator for each in settled.decisions] == ["ann", "bob", "sue"]
    for page in (ann, bob, sue):
        page.context.close()


def test_an_appeal_is_answered_by_another_moderator_and_closed(chromium: Browser, site: Site) -> None:
    item = site.submit("Objected to")
    ann, bob = (pages.sign_in(chromium, site, who) for who in ("ann", "bob"))
    decide(ann, site, item, "u")
    appeal = review_pb2.CreateAppealRequest(review_id=item, text="The trial is <b>named</b> below.")
    site.ask("pub", lambda desk: desk.feedback.CreateAppeal(appeal))
    ann.goto(f"{site.url}/items/{item}")
    press(ann, "c")
    expect(ann.get_by_role("alert")).to_be_visible()  # her own decision
    claim(bob, site, item)
    expect(bob.get_by_text("The trial is <b>named</b> below.")).to_be_visible()
    choose(bob, "o")
    press(bob, "d")  # an appeal is not closed without an answer
    expect(bob.locator("[name=note]:invalid")).to_be_focused()
    bob.keyboard.type("You are right.")
    press(bob, "Escape")
    press(bob, "d")
    bob.wait_for_url("**notice=decided**")
    closed = site.item(item)
    assert closed.item.state == review_pb2.ITEM_STATE_CLOSED
    assert closed.appeal.answer == "You are right."
    assert closed.appeal.outcome == review_pb2.OUTCOME_OVERTURNED
    for page in (ann, bob):
        page.context.close()


def test_an_engineer_compares_activates_and_rolls_back_models_by_keys(chromium: Browser, site: Site) -> None:
    bundled = artifact.manifest_of(BUNDLED)["version"]
    page = pages.sign_in(chromium, site, "eng")
    press(page, "m")
    page.wait_for_url("**/models")
    press(page, "d")
    expect(page.locator("[name=first]")).to_be_focused()
    page.locator("[name=first]").select_option(bundled)
    page.locator("[name=second]").select_option("next")
    press(page, "Escape")
    press(page, "f")
    page.wait_for_url("**second=next**")
    expect(page.get_by_role("cell", name="+0.062").first).to_be_visible()
    for version in (bundled, "next"):
        press(page, key_of(page, version))
        expect(page.get_by_role("heading", name=f"Activate {version}?")).to_be_visible()
        press(page, "d")
        expect(page.get_by_role("status").first).to_contain_text("This model serves now")
        assert serving(site) == version
    press(page, "r")
    expect(page.get_by_role("heading", name="Roll back from next?")).to_be_visible()
    press(page, "d")
    expect(page.get_by_role("status").first).to_contain_text("The earlier model serves again")
    assert serving(site) == bundled
    page.get_by_role("link", name="Card of next").click()
    page.wait_for_url("**/models/next")
    expect(page.locator("main")).to_contain_text("All models")
    page.context.close()


def models_of(page: Page) -> list[str]:
    """List the versions that could be put in service."""
    named = page.get_by_role("link", name="Activate ").all()
    return [(each.get_attribute("aria-label") or "").removeprefix("Activate ") for each in named]


def key_of(page: Page, version: str) -> str:
    """Read the key that activates a model."""
    return page.get_by_role("link", name=f"Activate {version}").locator("kbd").inner_text()


def serving(site: Site) -> str:
    """Ask the server which model an answer is by."""
    article = moderation_pb2.Article(article_id="serving", body=pages.BODY)
    request = moderation_pb2.ScoreArticleRequest(article=article)
    answer = site.ask("pub", lambda desk: desk.moderation.ScoreArticle(request))
    return str(answer.score.model_version)
