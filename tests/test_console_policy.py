"""The policy's page in a browser: previewed, put in force, refused, rolled back, by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from service.pb.overclaim.v1 import models_pb2, moderation_pb2, review_pb2
from service.registry import Models
from tests import pages
from tests.conftest import BUNDLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.pages import Site

pytestmark = pytest.mark.browser

PRECISE = "maximum recall @ precision >= 0.9"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pages.browser() as started:
        yield started


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site_on(request.param, tmp_path_factory.mktemp("site")) as served:
        yield served


def press(page: Page, key: str) -> None:
    page.wait_for_selector("html.scripted")
    page.keyboard.press(key)


def in_force(site: Site) -> review_pb2.PolicyRevision:
    found = site.ask("sue", lambda desk: desk.review.GetPolicy(review_pb2.GetPolicyRequest()))
    revision: review_pb2.PolicyRevision = found.revision
    return revision


@pytest.mark.parametrize("scripted", [True, False])
def test_a_policy_is_previewed_put_in_force_and_rolled_back(
    chromium: Browser, site: Site, *, scripted: bool
) -> None:
    site.submit("To moderators as it is")  # the stand-in gives it 0.9
    start = in_force(site).revision
    page = pages.sign_in(chromium, site, "sue", java_script_enabled=scripted)
    page.goto(f"{site.url}/policy")
    expect(page.get_by_text(f"Revision {start} is in force")).to_be_visible()
    page.locator("[name=review_threshold]").fill("0.95")
    page.locator("[name=revise_threshold]").fill("1")
    page.locator("[name=block_phrases]").fill("miracle\n  100 % safe \n\nmiracle")
    page.get_by_label("testimonial").check()
    page.locator("[name=lease_minutes]").fill("20")
    page.locator("[name='due_hours-3']").fill("2")
    page.locator("[name=audit_percent]").fill("2.5")
    page.locator("[name=remark]").fill("Fewer, and <b>sooner</b>.")
    page.get_by_role("button", name="Preview").click()
    told = page.get_by_role("status")
    expect(told).to_contain_text("1 fewer" if not start else "2 fewer")
    expect(told).to_contain_text("Nothing has changed yet")
    assert in_force(site).revision == start
    if scripted:
        assert pages.violations(page) == []
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("status")).to_contain_text("in force now")
    now = in_force(site)
    assert (now.revision, now.author, now.remark) == (start + 1, "sue", "Fewer, and <b>sooner</b>.")
    assert now.policy.review.threshold == pytest.approx(0.95)
    assert [*now.policy.block_phrases] == ["miracle", "100 % safe"]
    assert [*now.policy.always_review] == [moderation_pb2.CATEGORY_TESTIMONIAL]
    assert (now.policy.lease_seconds, now.policy.due_seconds[3]) == (1_200, 7_200)
    assert now.policy.audit_share == pytest.approx(0.025)
    changed = page.locator(".revisions > li").first
    for text in ("0.95", "miracle; 100 % safe", "20 minutes", "2 hours", "Fewer, and <b>sooner</b>."):
        expect(changed).to_contain_text(text)
    page.get_by_role("button", name=f"Roll back to revision {start}", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("in force again")
    back = in_force(site)
    assert (back.revision, [*back.policy.block_phrases]) == (start + 2, [])
    page.get_by_role("link", name=f"Begin a change from revision {start + 1}", exact=True).click()
    expect(page.locator("[name=block_phrases]")).to_have_value("miracle\n100 % safe")
    assert in_force(site).revision == start + 2
    page.context.close()


def test_what_is_refused_or_came_too_late_stands_in_the_form_still(chromium: Browser, site: Site) -> None:
    page = pages.sign_in(chromium, site, "sue", java_script_enabled=False)
    page.goto(f"{site.url}/policy")
    start = in_force(site).revision
    page.locator("[name=review_threshold]").fill("0.9")
    page.locator("[name=remark]").fill("Mine")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("alert")).to_contain_text("Revise from must not be below")
    expect(page.locator("[name=remark]")).to_have_value("Mine")
    site.lease(600)
    page.locator("[name=review_threshold]").fill("0.7")
    page.locator("[name=base]").evaluate("field => { field.value -= 1 }")  # as a page opened before would
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody has changed the policy meanwhile")
    expect(page.locator("[name=review_threshold]")).to_have_value("0.7")
    assert in_force(site).revision == start + 1
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("status")).to_contain_text("in force now")
    assert in_force(site).revision == start + 2
    page.context.close()


def test_every_key_of_the_policy_does_what_the_map_says(chromium: Browser, site: Site) -> None:
    site.lease(900)
    site.lease(600)
    start = in_force(site).revision
    page = pages.sign_in(chromium, site, "sue")
    press(page, "y")
    page.wait_for_url("**/policy")
    press(page, "?")
    earlier = set(map(str, range(1, min(start, 9) + 1)))
    assert set(page.locator("#keys dt kbd").all_inner_texts()) == {*"qbyp?tXgvs", "Esc"} | earlier
    page.keyboard.press("Escape")
    press(page, "g")
    expect(page.locator("[name=review_point]")).to_be_focused()
    press(page, "Escape")
    press(page, "v")
    expect(page.get_by_role("status")).to_contain_text("Nothing has changed yet")
    press(page, "s")
    expect(page.get_by_role("status")).to_contain_text("in force now")
    assert in_force(site).revision == start + 1
    press(page, "2")
    expect(page.get_by_role("status")).to_contain_text("in force again")
    assert (in_force(site).revision, in_force(site).policy.lease_seconds) == (start + 2, 900)
    page.context.close()


def test_points_of_the_model_that_serves_are_chosen_by_name(chromium: Browser, site: Site) -> None:
    version = Models(BUNDLED, None).all()[0].version
    request = models_pb2.ActivateModelRequest(version=version)
    site.ask("eng", lambda desk: desk.models.ActivateModel(request))
    page = pages.sign_in(chromium, site, "adm")
    page.goto(f"{site.url}/policy")
    page.locator("[name=revise_point]").select_option(PRECISE)
    page.locator("[name=review_threshold]").fill("0.01")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("status")).to_contain_text("in force now")
    assert in_force(site).policy.revise.name == PRECISE
    expect(page.locator("[name=revise_point]")).to_have_value(PRECISE)
    page.context.close()


def test_moderators_see_the_policy_and_engineers_preview_it_and_neither_changes_it(
    chromium: Browser, site: Site
) -> None:
    page = pages.sign_in(chromium, site, "ann")
    page.goto(f"{site.url}/policy")
    expect(page.get_by_role("row", name="Length of a claim")).to_contain_text("15 minutes")
    assert page.locator("main button").count() == 0
    assert pages.violations(page) == []
    page.context.close()
    page = pages.sign_in(chromium, site, "eng")
    page.goto(f"{site.url}/policy")
    assert page.get_by_role("button", name="Put in force").count() == 0
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("status")).to_contain_text("What it would have done")
    page.context.close()
