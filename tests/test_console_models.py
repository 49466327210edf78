"""The page of models and trials: what engineers do there, each step confirmed, and who may not see it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from service.classifier import artifact
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import review_pb2
from tests import pages
from tests.test_console_browser import PHONE, ZOOMED
from tests.test_console_stages import add_model, press, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.pages import Site

    Form = dict[str, str | float | bool]

pytestmark = pytest.mark.browser

FIRST, NEXT, BROKEN = "first", "next", "broken"
# A verdict of the stand-in that no model shares: it calls any line with "cures" overstated.
LONE = "Nobody knows whether it cures."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pages.browser() as started:
        yield started


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site_on(request.param, tmp_path_factory.mktemp("site")) as served:
        for version in (FIRST, NEXT, BROKEN):
            add_model(served.models / version, version, higher_by=0.0)
        (served.models / BROKEN / artifact.WEIGHTS).write_bytes(b"?")
        yield served


@pytest.fixture
def site(installed: Site) -> Site:
    """The site with `first` in service, and nothing on trial."""
    listed = models(installed)
    if listed.HasField("shadow"):
        installed.ask("eng", lambda desk: desk.models.SetShadow(pb.SetShadowRequest()))
    if listed.HasField("canary"):
        installed.ask("eng", lambda desk: desk.models.SetCanary(pb.SetCanaryRequest()))
    activate(installed, FIRST)
    return installed


def activate(site: Site, version: str) -> None:
    request = pb.ActivateModelRequest(version=version, again=True)
    site.ask("eng", lambda desk: desk.models.ActivateModel(request))


def models(site: Site) -> pb.ListModelsResponse:
    request = pb.ListModelsRequest()
    found: pb.ListModelsResponse = site.ask("eng", lambda desk: desk.models.ListModels(request))
    return found


def begin(site: Site, kind: str, percent: int, version: str = NEXT) -> None:
    if kind == "shadow":
        shadow = pb.SetShadowRequest(version=version, percent=percent)
        site.ask("eng", lambda desk: desk.models.SetShadow(shadow))
    else:
        canary = pb.SetCanaryRequest(version=version, percent=percent)
        site.ask("eng", lambda desk: desk.models.SetCanary(canary))


def await_compared(site: Site, number: int) -> pb.Comparison:
    """Wait until so many articles stand in the report."""
    request = pb.GetShadowReportRequest()
    for _ in range(60):
        report = site.ask("eng", lambda desk: desk.models.GetShadowReport(request))
        if report.comparisons and report.comparisons[0].compared >= number:
            found: pb.Comparison = report.comparisons[0]
            return found
        time.sleep(0.25)
    pytest.fail("not all was compared within fifteen seconds")


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(text)


def figure(section: Locator, name: str) -> Locator:
    """Find the figure that stands above its name."""
    return section.locator(".fates > div").filter(has_text=name).locator("dd")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_shadow_is_begun_read_changed_and_ended(chromium: Browser, site: Site, *, scripted: bool) -> None:
    page = pages.sign_in(chromium, site, "eng", java_script_enabled=scripted)
    page.goto(f"{site.url}/models")
    expect(page.get_by_text(f"{FIRST} serves since")).to_contain_text("by eng")
    page.get_by_role("link", name=f"Try {NEXT}").click()
    page.get_by_label("Shadow").check()
    page.get_by_label("Of a hundred").fill("100")
    assert not models(site).HasField("shadow")
    page.get_by_role("button", name="Begin").click()
    said(page, "The trial goes on as you said.")
    tried = models(site).shadow
    assert (tried.version, tried.percent, tried.actor) == (NEXT, 100, "eng")
    expect(page.get_by_text("Nothing is compared yet")).to_be_visible()
    for body in (pages.BODY, "We open at nine on every day of the week."):
        site.submit("Compared", body=body)
    found = await_compared(site, 2)
    page.reload()
    shadow = page.get_by_role("region", name=f"Shadow: {NEXT}")
    expect(shadow).to_contain_text("100 % of articles · since")
    for name, number in (("articles scored by both", "2"), ("failed", "0"), ("left out under load", "0")):
        expect(figure(shadow, name)).to_have_text(number)
    table = page.get_by_role("region", name=f"Verdicts of both models, beside {found.serving_version}")
    # One row for each verdict of the serving model, its articles where the columns are the shadow's.
    total = sum(int(cell) for cell in table.locator("tbody td.number.same, .other").all_inner_texts())
    assert total == 2
    expect(table.get_by_role("columnheader", name="agreement")).to_be_visible()
    page.get_by_role("link", name="Share of the shadow").click()
    expect(page.get_by_label("Shadow")).to_be_checked()
    expect(page.get_by_label("Of a hundred")).to_have_value("100")
    page.get_by_label("Of a hundred").fill("50")
    page.get_by_role("button", name="Begin").click()
    said(page, "The trial goes on")
    assert models(site).shadow.percent == 50
    page.get_by_role("link", name="End the shadow").click()
    expect(page.get_by_role("heading", name=f"End the shadow {NEXT}?")).to_be_visible()
    assert models(site).HasField("shadow")
    page.get_by_role("button", name="End the shadow").click()
    said(page, "The trial has ended.")
    assert not models(site).HasField("shadow")
    expect(page.get_by_role("region", name=f"Shadow: {NEXT}")).to_contain_text("has ended")
    page.context.close()


def test_what_two_models_call_otherwise_is_told_by_verdict(chromium: Browser, site: Site) -> None:
    site.kill()  # so that it begins with the stand-in, which serves until something is activated
    site.start()
    begin(site, "shadow", 100)
    site.submit("Called otherwise", body=f"{LONE}\n{LONE}")
    found = await_compared(site, 1)
    assert found.serving_version == "stand-in"
    page = pages.sign_in(chromium, site, "eng")
    page.goto(f"{site.url}/models")
    expect(page.get_by_text("What serves is none of the models that this server lists.")).to_be_visible()
    (pair,) = found.verdicts
    told = page.get_by_role("region", name=f"Shadow: {NEXT}")
    assert pair.serving != pair.shadow
    expect(figure(told, "verdicts differ")).to_have_text("1")
    expect(figure(told, "agreement")).to_have_text("0.0 %")
    expect(told).to_contain_text("1 from overstated to")
    expect(told).to_contain_text("0.0 to 79.3")
    page.get_by_text("Overstated sentences by category").click()
    expect(told.get_by_role("row", name="efficacy")).to_be_visible()
    page.get_by_text("Differences of the score for overstated").click()
    expect(told).to_contain_text("Population stability index")
    assert pages.violations(page) == []
    page.context.close()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_canary_is_begun_judged_promoted_and_rolled_back(
    chromium: Browser, site: Site, *, scripted: bool
) -> None:
    page = pages.sign_in(chromium, site, "adm", java_script_enabled=scripted)
    page.goto(f"{site.url}/models")
    page.get_by_role("link", name=f"Try {NEXT}").click()
    page.get_by_label("Canary").check()
    page.get_by_label("Of a hundred").fill("100")
    page.get_by_role("button", name="Begin").click()
    said(page, "The trial goes on")
    assert serving(site) == NEXT
    canary = page.get_by_role("region", name=f"Canary: {NEXT}")
    expect(canary).to_contain_text("100 % of tenants · since")
    uphold(site, "Our injection cures arthritis in every patient, guaranteed, with no side effects at all.")
    page.reload()
    row = canary.get_by_role("row", name=NEXT)
    expect(row).to_contain_text("0.0 %")
    page.get_by_role("link", name="Serve all tenants").click()
    expect(page.get_by_role("heading", name=f"Serve all tenants with {NEXT}?")).to_be_visible()
    assert [each.version for each in models(site).models if each.active] == [FIRST]
    page.get_by_role("button", name="Serve all tenants").click()
    said(page, "This model serves now.")
    assert [each.version for each in models(site).models if each.active] == [NEXT]
    assert not models(site).HasField("canary")
    page.get_by_role("link", name="Roll back").click()
    expect(page.get_by_text(f"From the next article on, {FIRST}, which served before")).to_be_visible()
    page.get_by_role("button", name="Roll back").click()
    said(page, "The earlier model serves again.")
    assert serving(site) == FIRST
    history = page.locator(".history li").all_inner_texts()
    assert [each.split(" ")[0] for each in history[:3]] == [FIRST, NEXT, FIRST]
    assert "by adm" in history[0]
    page.context.close()


def uphold(site: Site, body: str) -> None:
    item = site.submit("Decided", body=body)
    claimed = site.ask("ann", lambda desk: desk.review.ClaimItem(review_pb2.ClaimItemRequest(item_id=item)))
    request = review_pb2.RecordDecisionRequest(
        item_id=item,
        claim_id=claimed.item.claim.claim_id,
        request_id=item,
        ruling=review_pb2.Ruling(outcome=review_pb2.OUTCOME_UPHELD),
    )
    site.ask("ann", lambda desk: desk.review.RecordDecision(request))


def test_every_key_of_a_trial_asks_before_it_does_anything(chromium: Browser, site: Site) -> None:
    begin(site, "shadow", 20)
    begin(site, "canary", 30)
    page = pages.sign_in(chromium, site, "eng")
    page.goto(f"{site.url}/models")
    before = models(site)
    for key, heading in (
        ("s", f"Try {NEXT}"),
        ("e", f"End the shadow {NEXT}?"),
        ("a", f"Try {NEXT}"),
        ("n", f"End the canary {NEXT}?"),
        ("u", f"Serve all tenants with {NEXT}?"),
        ("r", f"Roll back from {FIRST}?"),
    ):
        press(page, key)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        press(page, "c")
        page.wait_for_url("**/models")
    press(page, "g")
    expect(page.get_by_role("heading", name="Try ")).to_be_visible()
    press(page, "a")
    expect(page.get_by_label("Canary")).to_be_checked()
    press(page, "s")
    expect(page.get_by_label("Shadow")).to_be_checked()
    press(page, "g")
    expect(page.get_by_label("Of a hundred")).to_be_focused()
    press(page, "Escape")
    press(page, "d")  # nothing is sent without a share
    expect(page.locator("[name=percent]:invalid")).to_be_focused()
    assert models(site) == before
    press(page, "Escape")
    press(page, "c")
    page.wait_for_url("**/models")
    press(page, "n")
    expect(page.get_by_role("heading", name=f"End the canary {NEXT}?")).to_be_visible()
    press(page, "d")
    said(page, "The trial has ended.")
    assert not models(site).HasField("canary")
    assert models(site).HasField("shadow")
    page.context.close()


def test_who_confirms_what_others_have_changed_meanwhile_is_told_so(chromium: Browser, site: Site) -> None:
    begin(site, "shadow", 20)
    first, second = (pages.sign_in(chromium, site, who, java_script_enabled=False) for who in ("eng", "adm"))
    first.goto(f"{site.url}/models/{FIRST}/roll-back")
    second.goto(f"{site.url}/models/{NEXT}/end-shadow")
    activate(site, NEXT)
    for page, button in ((first, "Roll back"), (second, "End the shadow")):
        with page.expect_response("**/models/**") as answered:
            page.get_by_role("button", name=button).click()
        assert answered.value.status == 409
        expect(page.get_by_role("alert")).to_contain_text("Somebody has changed the models meanwhile")
        assert [each.version for each in models(site).models if each.active] == [NEXT]
        page.context.close()


def test_a_model_that_is_refused_leaves_all_as_it_was_and_says_why(chromium: Browser, site: Site) -> None:
    page = pages.sign_in(chromium, site, "eng")
    page.goto(f"{site.url}/models/{BROKEN}/activate")
    press(page, "d")
    expect(page.get_by_role("alert")).to_contain_text(f"{BROKEN} cannot be served: ARTIFACT_DAMAGED")
    page.goto(f"{site.url}/models/{NEXT}/try")
    for wrong in ("0", "101", ""):
        page.locator("[name=percent]").evaluate("field => field.form.noValidate = true")
        page.locator("[name=percent]").fill(wrong)
        press(page, "Escape")
        press(page, "d")
        expect(page.get_by_role("alert")).to_contain_text("must be 1 to 100")
        page.goto(f"{site.url}/models/{NEXT}/try")
    assert not models(site).HasField("shadow")
    assert serving(site) == FIRST
    for path in ("models/nowhere/activate", f"models/{NEXT}/burn"):
        answer = page.goto(f"{site.url}/{path}")
        assert answer
        assert answer.status == 404
    page.context.close()


def test_a_retired_model_is_named_so_and_serves_again_when_that_is_confirmed(
    chromium: Browser, site: Site
) -> None:
    for version in ("second", "third"):
        if not (site.models / version).exists():
            add_model(site.models / version, version, higher_by=0.0)
    for version in (NEXT, FIRST, "second", "third"):
        activate(site, version)
    page = pages.sign_in(chromium, site, "eng")
    page.goto(f"{site.url}/models")
    expect(page.get_by_role("heading", name=NEXT, exact=False).first).to_contain_text("retired")
    page.get_by_role("link", name=f"Activate {NEXT}").click()
    expect(page.get_by_text("This model is retired")).to_be_visible()
    page.get_by_role("button", name="Activate").click()
    said(page, "This model serves now.")
    assert serving(site) == NEXT
    page.context.close()


@pytest.mark.parametrize("who", ["ann", "sue", "pub"])
def test_who_puts_no_model_in_service_neither_sees_the_page_nor_does_anything_by_it(
    chromium: Browser, site: Site, who: str
) -> None:
    page = pages.sign_in(chromium, site, who)
    assert page.locator("nav").get_by_role("link", name="Models").count() == 0
    token = page.locator("[name=csrf]").first.get_attribute("value")
    before = models(site)
    for path in ("models", f"models/{NEXT}", f"models/{NEXT}/activate", f"models/{NEXT}/try"):
        answer = page.goto(f"{site.url}/{path}")
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("alert")).to_contain_text("Your role does not allow this.")
        assert NEXT not in page.locator("main").inner_text()
    for step in ("activate", "try", "promote"):
        form: Form = {"csrf": token or "", "serving": FIRST, "kind": "shadow", "percent": "10"}
        posted = page.request.post(f"{site.url}/models/{NEXT}/{step}", form=form, max_redirects=0)
        assert posted.status == 403
    assert models(site) == before
    page.context.close()


def test_a_form_of_another_session_changes_nothing(chromium: Browser, site: Site) -> None:
    page = pages.sign_in(chromium, site, "eng")
    forms: tuple[Form, ...] = ({"serving": FIRST}, {"serving": FIRST, "csrf": "forged"})
    for form in forms:
        posted = page.request.post(f"{site.url}/models/{NEXT}/activate", form=form, max_redirects=0)
        assert posted.status == 403
    assert serving(site) == FIRST
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", [{}, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_a_trial_and_every_step_is_accessible_and_never_scrolls_sideways(
    chromium: Browser, site: Site, scheme: str, shape: dict[str, object]
) -> None:
    begin(site, "shadow", 100)
    begin(site, "canary", 1)
    site.submit("Seen")
    await_compared(site, 1)
    page = pages.sign_in(chromium, site, "eng", color_scheme=scheme, **shape)
    steps = [f"{NEXT}/{each}" for each in ("activate", "try", "end-shadow", "end-canary", "promote")]
    for path in ("", *(f"/{each}" for each in steps), f"/{FIRST}/roll-back"):
        page.goto(f"{site.url}/models{path}")
        page.wait_for_selector("html.scripted")
        for each in page.locator(".trial details summary").all():
            each.click()
        assert pages.violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.context.close()
