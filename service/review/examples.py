"""What people decided, as lines of a corpus that say where each label comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from service.classifier.results import Category, Label
from service.classifier.text import document
from service.review.decisions import standing_decisions
from service.review.rulings import sentences_of
from service.store.tables import (
    ArticleText,
    Closing,
    Decision,
    Item,
    Queued,
    StoredArticle,
    StoredScore,
    Undoing,
)
from service.store.words import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

GENRE = "review desk"
PAGE = 50


def export_page(
    session: Session, *, tenant: str, since: datetime | None, until: datetime | None, after: str
) -> tuple[list[str], str]:
    """Give some lines in the order of the items' ids, and the id to go on after; empty at the end.

    Left out are items that wait again, articles whose text is purged, and those without a sentence.
    """
    undone = exists().where(Undoing.decision == Closing.decision)
    bounds = [Closing.at >= since] if since else []
    bounds += [Closing.at < until] if until else []
    closed = exists().where(Closing.item == Item.id, ~undone, *bounds)
    query = (
        select(Item, StoredArticle, StoredScore, ArticleText)
        .join(Queued, Queued.item == Item.id)
        .join(StoredArticle, StoredArticle.id == Item.article)
        .join(StoredScore, StoredScore.id == Item.score)
        .join(ArticleText, ArticleText.article == Item.article)
        .where(Item.tenant == tenant, Queued.waiting.is_(False), closed, Item.id > after)
        .order_by(Item.id)
        .limit(PAGE)
    )
    found = list(session.execute(query))
    lines = [
        json.dumps(_line(session, *each), ensure_ascii=False, separators=(",", ":"))
        for each in found
        if each[2].sentences
    ]
    return lines, found[-1][0].id if len(found) == PAGE else ""


def _line(
    session: Session, item: Item, article: StoredArticle, score: StoredScore, text: ArticleText
) -> dict[str, Any]:
    decisions = standing_decisions(session, item.id)
    last = decisions[-1]
    return {
        "id": f"desk-{item.id}",
        "publisher": article.publisher or f"{article.tenant}/{article.article_id or item.id}",
        "genre": GENRE,
        "title": text.title,
        "label": last.label,
        "severity": last.severity,
        "sentences": _sentences(decisions, article, score, text),
        "source": {
            "kind": "moderator",
            "decision": last.id,
            "stage": last.stage,
            "reviews": len(decisions),
            "origin": item.origin,
            "model": score.model,
            "policy": item.policy_revision,
        },
    }


def _sentences(
    decisions: Sequence[Decision], article: StoredArticle, score: StoredScore, text: ArticleText
) -> list[dict[str, Any]]:
    prose = {
        (each.start, each.end): each.prose for each in document.read(text.body, article.format).sentences
    }
    ruled = [
        (decision, {(each.start, each.end): each for each in sentences_of(decision)})
        for decision in decisions
    ]
    lines = []
    for sentence in score.sentences:
        span = (sentence["start"], sentence["end"])
        line: dict[str, Any] = {"text": prose.get(span, text.body[slice(*span)])}
        said = [(decision, rulings[span]) for decision, rulings in ruled if span in rulings]
        if said:
            decision, ruling = said[-1]
            line |= _label(ruling.label, ruling.category)
            line["source"] = {"kind": "moderator", "decision": decision.id}
            second = [other.label for by, other in said[:-1] if by.stage is Stage.REVIEW]
            line |= {"second_label": second[0]} if second else {}
        else:
            line |= _unruled(decisions[-1], sentence, score)
        lines.append(line)
    return lines


def _unruled(last: Decision, sentence: dict[str, Any], score: StoredScore) -> dict[str, Any]:
    """Label a sentence that nobody has labelled: as the model did, unless the article's label denies it."""
    label = Label(sentence["label"])
    if label is Label.OVERSTATED and last.label is not Label.OVERSTATED:
        return _label(last.label, None) | {"source": {"kind": "article", "decision": last.id}}
    category = Category(sentence["category"]) if sentence["category"] else None
    return _label(label, category) | {"source": {"kind": "model", "version": score.model}}


def _label(label: Label, category: Category | None) -> dict[str, Any]:
    return {"label": label, "category": category} if category else {"label": label}
