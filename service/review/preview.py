"""What a change of policy would have done, told over the stored scores."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.classifier.results import Category, Label
from service.policy import Action, Policy, assess
from service.review.policies import policy_in_force, violations
from service.review.texts import require
from service.store.tables import ArticleText, StoredArticle, StoredScore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.policy import Points

MOST_SCORES = 20_000
MOST_NAMED = 20


@dataclass(slots=True)
class Preview:
    """How many articles each policy would have advised what, and which ones they part on."""

    scores: int = 0
    without_text: int = 0
    in_force: Counter[Action] = field(default_factory=Counter)
    proposed: Counter[Action] = field(default_factory=Counter)
    added: int = 0
    removed: int = 0
    added_articles: list[str] = field(default_factory=list)
    removed_articles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    label: Label
    category: Category | None


def preview_policy(
    session: Session, policy: Policy, *, tenant: str, model: str, points: Points, since: datetime
) -> Preview:
    """Compare a policy with the one in force over the latest scores since a time.

    Where a text is purged, no phrase can be looked for, and it counts as without any. What an audit would
    have chosen at random is left out. `model` is the one that serves, whose operating points may be named.
    """
    require(violations(policy, points.get(model, {})))
    in_force = policy_in_force(session, tenant).policy
    preview = Preview()
    query = (
        select(StoredScore, StoredArticle.article_id, ArticleText.body)
        .join(StoredArticle, StoredArticle.id == StoredScore.article)
        .outerjoin(ArticleText, ArticleText.article == StoredScore.article)
        .where(StoredScore.tenant == tenant, StoredScore.created >= since)
        .order_by(StoredScore.created.desc())
        .limit(MOST_SCORES)
        .execution_options(yield_per=200)
    )
    for row in session.execute(query):
        score, article_id, body = row
        at = points.get(score.model, {})
        before, after = (_action(score, body, policy=each, points=at) for each in (in_force, policy))
        preview.scores += 1
        preview.without_text += body is None
        preview.in_force[before] += 1
        preview.proposed[after] += 1
        _part(preview, article_id, before=before, after=after)
        session.expunge(score)
    return preview


def _action(score: StoredScore, body: str | None, *, policy: Policy, points: Mapping[str, float]) -> Action:
    sentences = [
        _Sentence(
            (body or "")[each["start"] : each["end"]],
            Label(each["label"]),
            Category(each["category"]) if each["category"] else None,
        )
        for each in score.sentences
    ]
    return assess(
        verdict=score.verdict, overstated=score.overstated, sentences=sentences, policy=policy, points=points
    ).action


def _part(preview: Preview, article_id: str, *, before: Action, after: Action) -> None:
    if before is Action.PUBLISH and after is not Action.PUBLISH:
        preview.added += 1
        preview.added_articles += [article_id] * (len(preview.added_articles) < MOST_NAMED)
    elif after is Action.PUBLISH and before is not Action.PUBLISH:
        preview.removed += 1
        preview.removed_articles += [article_id] * (len(preview.removed_articles) < MOST_NAMED)
