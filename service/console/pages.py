"""How a page is made: templates, their words, and what each of them is told."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from service.classifier.results import Category, Label
from service.console.values import ItemOrder, ItemState, Origin, Outcome
from service.console.wording import wording
from service.report.visible import visible
from service.report.words import explanation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from service.classifier.results import Contribution

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
# Of the words that made a score, those worth a reader's time.
MOST_WORDS = 6
LEAST_WEIGHT = 0.05


def page(request: Request, template: str, *, status: int = 200, **told: object) -> HTMLResponse:
    """Render a page for whoever asks for it."""
    theme = request.cookies.get("theme", THEMES[0])
    context: dict[str, object] = {
        "path": request.url.path,
        "caller": getattr(request.state, "caller", None),
        "csrf": request.app.state.seal.csrf_token(request.state.session),
        "theme": theme if theme in THEMES else THEMES[0],
        "now": datetime.now(UTC),
        "notice": "",
        "done": "",
        "decision_id": "",
        "fault": "",
    }
    return HTMLResponse(_environment().get_template(template).render(context | told), status_code=status)


def notice(request: Request) -> Mapping[str, Any]:
    """What an address says was just done: only ever one of our texts, and an id to undo it by."""
    name = request.query_params.get("notice", "")
    known = name in wording().group("notice")
    return {
        "notice": name if known else "",
        "done": request.query_params.get("done", "") if known else "",
        "decision_id": request.query_params.get("decision", "") if known else "",
    }


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = wording()
    environment.globals.update(
        t=texts,
        language=texts.language,
        event_kinds=frozenset(texts.group("event")),
        script_words=texts.group("script"),
        themes=THEMES,
        Category=Category,
        ItemOrder=ItemOrder,
        ItemState=ItemState,
        Label=Label,
        Origin=Origin,
        Outcome=Outcome,
        explanation=explanation,
    )
    environment.filters.update(
        iso=_iso, utc=_utc, percent=_percent, visible=visible, card=_card, telling=_telling
    )
    return environment


def _iso(time: datetime) -> str:
    return time.isoformat()


def _utc(time: datetime) -> str:
    """A time as somebody without our script reads it."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _telling(contributions: Sequence[Contribution]) -> list[Contribution]:
    """The words that made the score, without those that hardly did; they come with the weightiest first."""
    words = (each for each in contributions if each.start is not None and abs(each.weight) >= LEAST_WEIGHT)
    return list(islice(words, MOST_WORDS))


def _card(text: str) -> Markup:
    """A model's card: Markdown of our own workshop, in which HTML is text all the same."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    # A table that is wider than the screen is scrolled by itself, and by keys too.
    name = escape(wording()("models.table"))
    opening = f'<div class="wide" role="group" tabindex="0" aria-label="{name}"><table>'
    markdown.add_render_rule("table_open", lambda *_: opening)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return Markup(markdown.render(text))  # noqa: S704 - as above
