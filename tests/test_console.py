"""The page's parts that need no browser: its words, its forms, its headers, its links, its shapes."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from starlette.datastructures import QueryParams
from starlette.routing import Route

from service.classifier.results import Category, Label, Scores, SentenceScore
from service.console import charts, filters, rulings
from service.console.app import ROUTES, application
from service.console.forms import Form
from service.console.marks import runs
from service.console.pages import TEMPLATES
from service.console.session import LINK_SECONDS, SESSION_SECONDS, Seal
from service.console.values import Outcome, Ruling, SentenceRuling
from service.console.wording import wording
from service.errors import QuotaSpent, RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from service.console.desk import Desk

KEY = "oc_secret"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def sentence(start: int, end: int, label: Label, text: str = "") -> SentenceScore:
    return SentenceScore(start, end, text, label, Scores(0.8, 0.1, 0.1), None, (), 0.0, (), None)


def unreachable(key: str) -> Desk:
    raise AssertionError(f"nobody may ask the server with {key}")


def answer(
    method: str,
    path: str,
    *,
    cookie: str = "",
    body: bytes = b"",
    host: str = "127.0.0.1",
    connect: Callable[[str], Desk] = unreachable,
) -> tuple[int, dict[str, str], str]:
    """Ask the application itself, and give status, headers and body."""
    seal = Seal("s" * 32)
    app = application(connect=connect, seal=seal, hosts=["127.0.0.1"], https=True)
    sent: list[MutableMapping[str, Any]] = []
    received: list[bool] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", host.encode()), (b"cookie", cookie.encode())],
        "server": ("127.0.0.1", 443),
        "client": ("127.0.0.1", 1),
        "scheme": "https",
        "http_version": "1.1",
        "root_path": "",
    }

    async def receive() -> MutableMapping[str, Any]:
        if received:
            await asyncio.Event().wait()  # a browser that waits for its answer
        received.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode("utf-8", "replace")
    return sent[0]["status"], headers, text


def signed_in() -> str:
    seal = Seal("s" * 32)
    return f"__Host-session={seal.cookie(seal.sign_in(KEY))}"


POSTS = [
    route.path.format(item_id="x", version="x", step="x", token="x")  # noqa: S106 - stands for a link's
    for route in ROUTES
    if isinstance(route, Route) and "POST" in (route.methods or ())
]


@pytest.mark.parametrize("path", POSTS)
def test_no_form_is_taken_that_this_session_was_not_given(path: str) -> None:
    for body in (b"", b"csrf=", b"csrf=" + b"0" * 64, b"csrf=%ff"):
        status, _, text = answer("POST", path, cookie=signed_in(), body=body)
        assert status == 403
        assert wording()("fault.form") in text


def test_a_form_larger_than_any_of_ours_is_refused() -> None:
    assert answer("POST", "/queue/claim", cookie=signed_in(), body=b"a" * (2 << 20))[0] == 413


@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/nowhere", "/static/page.css", "/healthz"])
def test_every_answer_tells_the_browser_what_to_refuse(path: str) -> None:
    _, headers, _ = answer("GET", path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_a_probe_may_come_by_any_address_and_nothing_else_may() -> None:
    for host in ("10.1.2.3:8424", "[::1]:8424", "", "elsewhere.example"):
        assert answer("GET", "/healthz", host=host)[::2] == (200, "ok")
        assert answer("GET", "/sign-in", host=host)[0] == 400
        assert answer("GET", "/healthz/../sign-in", host=host)[0] == 400


def test_the_cookie_is_for_this_host_over_https_and_no_script() -> None:
    cookie = answer("GET", "/sign-in")[1]["set-cookie"].lower()
    assert cookie.startswith("__host-session=")
    assert all(word in cookie for word in ("secure", "httponly", "samesite=lax", "path=/"))


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back() -> None:
    status, headers, _ = answer("GET", "/items/7")
    assert (status, headers["location"]) == (303, "/sign-in?to=%2Fitems%2F7")


def test_another_hosts_name_is_not_answered() -> None:
    assert answer("GET", "/sign-in", host="evil.example")[0] == 400


def test_no_template_has_markup_that_the_policy_would_refuse() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:|\|\s*safe\b", text), template.name


def test_every_text_that_is_named_exists_and_every_text_is_named() -> None:
    sources = [*TEMPLATES.glob("*.html"), *TEMPLATES.parent.rglob("*.py"), *TEMPLATES.parent.rglob("*.js")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    texts = wording().texts
    named = set(re.findall(r"\bt\(\s*[\"']([a-z_]+\.[a-z_0-9]+)[\"']\s*[,)]", text))
    assert not {name for name in named if name not in texts and f"{name}.other" not in texts}
    # Groups whose names are put together from a value's: not each stands written out.
    built = {*"action category decide event label notice order origin outcome role script severity".split()}
    built |= {*"dashboard fault item policy queue signin site stage standing state step".split()}
    built |= {*"trust verdict".split()}
    for name in texts:
        bare = re.sub(r"\.(one|other)$", "", name)
        assert bare in text or bare.partition(".")[0] in built, name


def test_a_session_ends_with_its_time_its_sign_out_or_another_secret() -> None:
    clock = Clock()
    seal = Seal("a" * 32, clock=clock)
    session = seal.sign_in(KEY)
    cookie = seal.cookie(session)
    assert seal.session(cookie) == session
    assert Seal("b" * 32, clock=clock).session(cookie) is None
    assert seal.session(cookie[:-8] + "AAAAAAA=") is None
    clock.now += SESSION_SECONDS + 1
    assert seal.session(cookie) is None
    again = seal.sign_in(KEY)
    seal.sign_out(again)
    assert seal.session(seal.cookie(again)) is None


def test_a_link_is_good_once_for_an_hour_and_is_no_cookie() -> None:
    clock = Clock()
    seal = Seal("a" * 32, clock=clock)
    link = seal.link_token(KEY)
    assert seal.session(link) is None
    assert seal.redeem(link) == KEY
    assert seal.redeem(link) is None
    late = seal.link_token(KEY)
    clock.now += LINK_SECONDS + 1
    assert seal.redeem(late) is None
    assert KEY not in repr(seal.sign_in(KEY))


def test_a_view_is_its_address_and_nonsense_in_one_is_left_out() -> None:
    query = "state=open&origin=appeal&category=safety&publisher=A%26B&severity=2&mine=1&text=x&order=newest"
    view = filters.view(QueryParams(query), caller="ann")
    assert view.query == query
    assert view.wanted.assigned_to == "ann"
    assert view.address("/queue", page="t") == f"/queue?{query}&page=t"
    odd = filters.view(QueryParams("state=nope&severity=-1&order=&notice=decided"), caller="ann")
    assert odd.query == ""


def test_the_body_is_shown_whole_with_what_would_hide_made_visible() -> None:
    body = "# One.\r\nTwo \u202eis\u0007 here."
    found = list(runs(body, (sentence(2, 6, Label.OVERSTATED), sentence(8, len(body), Label.HEDGED))))
    assert [run.number for run in found] == [0, 1, 0, 2]
    assert "".join(run.text for run in found) == "# One.\nTwo \ufffdis\u2407 here."


def test_a_ruling_comes_back_as_the_form_that_said_it() -> None:
    said = {"outcome": "overturned", "label": "hedged", "severity": "1", "reason": "r", "note": "n"}
    marks = {"label-1": "overstated", "category-1": "safety", "label-2": ""}
    sentences = (sentence(0, 4, Label.NEUTRAL), sentence(5, 9, Label.HEDGED))
    ruled = Ruling(
        outcome=Outcome.OVERTURNED,
        label=Label.HEDGED,
        severity=1,
        sentences=(SentenceRuling(0, 4, Label.OVERSTATED, Category.SAFETY),),
        reason="r",
        note="n",
    )
    held = rulings.fields(ruled, sentences)
    assert held == {**said, "label-1": "overstated", "category-1": "safety"}
    assert Form({**held, **marks})["label-1"] == "overstated"


@pytest.mark.parametrize("values", [[0, 0], [1, 3], [7, 1_000_000], [5]])
def test_bars_stand_on_the_floor_and_within_the_chart(values: list[int]) -> None:
    chart = charts.bars(values, values[::-1])
    for bar in chart.bars:
        assert abs(bar.y + bar.height - chart.floor) < 0.02
        assert bar.y >= charts.TOP - 0.01
        assert chart.left <= bar.x <= bar.x + bar.width <= chart.width


def test_a_line_leaves_a_gap_where_there_is_no_figure() -> None:
    chart = charts.line([0.1, None, 0.2, 0.3], marks=(0.25,))
    assert chart.line.count("M") == 2
    assert [dot.index for dot in chart.dots] == [0, 2, 3]
    assert charts.line([None, None]).line == ""
    assert charts.line([-0.4, 1.0]).ticks[0].value <= -0.4


@pytest.mark.parametrize("kind", [RateLimited, QuotaSpent])
def test_a_tenant_that_asks_too_often_is_told_so(kind: type[RateLimited]) -> None:
    def connect(_: str) -> Desk:
        raise kind("the tenant may ask for 1 calls a second; retry later", retry_after=1.0)

    status, _, text = answer("GET", "/queue", cookie=signed_in(), connect=connect)
    assert status == 429
    assert wording()("fault.rate_limited") in text
