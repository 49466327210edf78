"""Signing in to the page with an identity provider: by HTTP, step by step, and once in a real browser."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from service.console.session import BEGINNING_SECONDS, Seal
from tests import pages
from tests.conftest import ROOT, free_port
from tests.provider import CLIENT, CLIENT_SECRET, SUBJECT, Provider, provider
from tests.test_console import Clock, answer
from tests.test_signin import GRANTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAVE = "Sign out of Clinic ID too"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Provider]]:
    """The address of a page whose server trusts a provider, and the provider."""
    folder = tmp_path_factory.mktemp("signin")
    with provider() as idp, served(folder, idp) as url:
        yield url, idp


@pytest.fixture
def site(place: tuple[str, Provider]) -> str:
    return place[0]


@pytest.fixture
def idp(place: tuple[str, Provider]) -> Provider:
    made = place[1]
    made.person = {"sub": SUBJECT, "groups": ["mods"]}
    made.wrong, made.refuses, made.offers_sign_out = {}, "", True
    made.redirect = lambda answer: answer
    return made


@contextmanager
def served(folder: Path, idp: Provider) -> Iterator[str]:
    (folder / "roles.toml").write_text(GRANTS)
    (folder / "secret").write_text(CLIENT_SECRET)
    server, listen = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    oidc = ["--oidc-issuer", idp.issuer, "--oidc-client-id", CLIENT]
    serving = [
        *(sys.executable, "-m", "tests.conftest", "--listen", server, "--drain-seconds", "0", *oidc),
        *("--oidc-roles", str(folder / "roles.toml"), "--database", f"sqlite:///{folder / 'desk.db'}"),
    ]
    showing = [
        *(sys.executable, "-m", "service", "console", "--server", server, "--listen", listen, *oidc),
        *("--oidc-client-secret-file", str(folder / "secret"), "--oidc-name", "Clinic ID"),
    ]
    with (
        subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as one,
        subprocess.Popen(showing, cwd=ROOT, stdout=subprocess.PIPE) as two,
    ):
        try:
            for each in (one, two):
                assert each.stdout
                assert each.stdout.readline()
            with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as probe:
                assert probe.get(f"http://{listen}/healthz").text == "ok"
            yield f"http://{listen}"
        finally:
            one.terminate()
            two.terminate()


def visitor(site: str) -> httpx.Client:
    """A browser without script, which goes where it is sent when it is told to."""
    return httpx.Client(base_url=site, timeout=30)


def sent_to_provider(browser: httpx.Client, to: str = "") -> str:
    """Begin to sign in, and give where the provider's page is."""
    answer = browser.get("/identity/begin", params={"to": to} if to else {})
    assert answer.status_code == 303
    return answer.headers["location"]


def sent_back(browser: httpx.Client, to: str = "") -> str:
    """Begin, let the provider ask, and give the address to which it sends back."""
    answer = httpx.get(sent_to_provider(browser, to))
    assert answer.status_code == 307, answer.text
    return answer.headers["location"]


def back(browser: httpx.Client, **change: Any) -> httpx.Response:  # noqa: ANN401 - a parameter's value, or None
    """Sign in, with the provider's answer changed on its way."""
    return browser.get(httpx.URL(sent_back(browser)).copy_merge_params(change))


def test_somebody_signs_in_and_lands_where_they_wanted_to_go(site: str, idp: Provider) -> None:
    with visitor(site) as browser:
        page = browser.get("/sign-in", params={"to": "/dashboard"})
        assert 'href="/identity/begin?to=%2Fdashboard"' in page.text
        assert "Sign in with Clinic ID" in page.text
        answer = browser.get(sent_back(browser, "/dashboard"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
        assert SUBJECT in browser.get("/dashboard").text
        assert idp.issuer not in browser.get("/dashboard").text
        assert list(browser.cookies) == ["session"], "what was begun is over"


def test_the_provider_is_asked_with_pkce_state_and_nonce_each_new_each_time(site: str, idp: Provider) -> None:
    asked = []
    for _ in range(2):
        with visitor(site) as browser:
            asked.append(parse_qs(urlsplit(sent_to_provider(browser)).query))
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["response_type"] == ["code"]
    assert asked[0]["redirect_uri"] == [f"{site}/identity/callback"]
    assert idp.issuer


def test_an_address_of_another_site_is_no_place_to_land(site: str, idp: Provider) -> None:
    for to in ("https://elsewhere.example.org", "//elsewhere.example.org", "/\\elsewhere"):
        with visitor(site) as browser:
            assert browser.get(sent_back(browser, to)).headers["location"] == "/queue"
    assert idp.issuer


@pytest.mark.parametrize("change", [{"state": "another"}, {"state": None}, {"state": "é"}])
def test_a_state_that_was_not_given_here_is_refused(site: str, idp: Provider, change: dict[str, Any]) -> None:
    with visitor(site) as browser:
        answer = back(browser, **change)
        assert answer.status_code == 403
        assert "Begin again" in answer.text
        assert browser.get("/queue").status_code == 303
    assert idp.issuer


def test_what_was_begun_in_one_browser_ends_in_no_other(site: str, idp: Provider) -> None:
    """Nobody is signed in to somebody else's account by an address that they are sent."""
    with visitor(site) as mine, visitor(site) as theirs:
        address = sent_back(mine)
        sent_to_provider(theirs)
        assert theirs.get(address).status_code == 403
        assert mine.get(address).status_code == 303
    assert idp.issuer


def test_the_same_answer_is_good_once(site: str, idp: Provider) -> None:
    with visitor(site) as browser:
        address = sent_back(browser)
        cookies = dict(browser.cookies)
        assert browser.get(address).status_code == 303
        browser.cookies.clear()
        browser.cookies.update(cookies)
        assert browser.get(address).status_code == 403
    assert idp.issuer


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"iss": "https://elsewhere.example.org"}, "another identity provider"),
        ({"iss": None}, "another identity provider"),
        ({"code": "guessed"}, "refuses the code (invalid_grant)"),
        ({"code": None}, "did not let you in"),
        ({"error": "access_denied", "error_description": "<b>pay here</b>"}, "did not let you in"),
    ],
)
def test_an_answer_that_is_not_the_providers_is_refused(
    site: str, idp: Provider, change: dict[str, Any], told: str
) -> None:
    with visitor(site) as browser:
        answer = back(browser, **change)
        assert answer.status_code == 403
        assert told in answer.text
        assert "pay here" not in answer.text
        assert browser.get("/queue").status_code == 303, "nobody is signed in"
    assert idp.issuer


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"aud": "another"}, "its aud is another"),
        ({"exp": 1}, "has expired"),
        ({"nonce": "replayed"}, "its nonce is another"),
    ],
)
def test_a_token_that_the_server_does_not_believe_signs_nobody_in(
    site: str, idp: Provider, wrong: dict[str, Any], told: str
) -> None:
    idp.wrong = wrong
    with visitor(site) as browser:
        answer = browser.get(sent_back(browser))
        assert answer.status_code == 403
        assert told in answer.text
        assert browser.get("/queue").status_code == 303


def test_who_has_no_role_is_told_what_to_ask_of_whom(site: str, idp: Provider) -> None:
    idp.person = {"sub": "eve<b>", "groups": ["visitors"]}
    with visitor(site) as browser:
        answer = browser.get(sent_back(browser))
    assert answer.status_code == 403
    assert f"eve&lt;b&gt; is known to {idp.issuer}" in answer.text
    assert "Ask the administrator of Overclaim to give one of your groups a role" in answer.text


def test_signing_out_ends_the_key_and_offers_to_leave_the_provider(site: str, idp: Provider) -> None:
    with visitor(site) as browser:
        browser.get(sent_back(browser))
        stolen = dict(browser.cookies)
        token = browser.get("/queue").text.partition('name="csrf" value="')[2].partition('"')[0]
        answer = browser.post("/sign-out", data={"csrf": token})
        assert answer.headers["location"] == "/sign-in?told=out_provider"
        page = browser.get(answer.headers["location"])
        assert LEAVE in page.text
        idp.offers_sign_out = False
        assert LEAVE not in browser.get(answer.headers["location"]).text
        browser.cookies.update(stolen)
        assert browser.get("/queue").status_code == 303


def test_a_page_without_a_provider_has_no_way_there() -> None:
    for path in ("/identity/begin", "/identity/callback"):
        assert answer("GET", path)[0] == 404
    assert "/identity" not in answer("GET", "/sign-in")[2]


def test_what_was_begun_is_good_for_ten_minutes_with_its_state_alone() -> None:
    clock = Clock()
    seal = Seal("s" * 32, clock=clock)
    begun = seal.begin("/queue")
    cookie = seal.beginning_cookie(begun)
    assert begun.verifier not in cookie
    assert begun.verifier not in repr(begun)
    assert seal.resume(cookie, "another") is None
    assert seal.resume(cookie, begun.state) == begun
    assert seal.resume(cookie, begun.state) is None
    other = seal.begin("/queue")
    cookie = seal.beginning_cookie(other)
    clock.now += BEGINNING_SECONDS + 1
    assert seal.resume(cookie, other.state) is None


@pytest.mark.browser
def test_in_a_browser_somebody_signs_in_out_and_out_of_the_provider(site: str, idp: Provider) -> None:
    signed_out = idp.signed_out
    with pages.browser() as chromium:
        page = chromium.new_context().new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{site}/dashboard")
        assert not pages.violations(page)
        page.get_by_role("link", name="Sign in with Clinic ID").click()
        page.get_by_role("link", name="Continue").click()
        page.wait_for_url(f"{site}/dashboard")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out here.")).to_be_visible()
        assert not pages.violations(page)
        page.get_by_role("link", name=LEAVE).click()
        page.wait_for_url(f"{site}/sign-in")
        assert idp.signed_out == signed_out + 1
        idp.person = {"sub": "eve", "groups": []}
        page.get_by_role("link", name="Sign in with Clinic ID").click()
        page.get_by_role("link", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("You are not let in yet.")
        assert not pages.violations(page)
