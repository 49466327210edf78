"""Fills a queue as publishers and a colleague would: articles, some decisions, one objection."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from service.client.desk import AsyncDesk
from service.console.desk import Desk
from service.console.values import Outcome, Ruling
from service.pb.overclaim.v1 import moderation_pb2, review_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

ARTICLES = Path(__file__).parent / "articles.toml"
DECIDED = 3


@dataclass(frozen=True, slots=True)
class Keys:
    """The access keys of those who take part."""

    moderator: str = field(repr=False)
    colleague: str = field(repr=False)
    publisher: str = field(repr=False)


async def fill(server: str, keys: Keys) -> int:
    """Send every article in and let the colleague decide a few; give how many are left to review."""
    async with (
        AsyncDesk(server, key=keys.moderator) as administrator,
        AsyncDesk(server, key=keys.publisher) as publisher,
    ):
        await _send_all_to_review(administrator)
        articles = tomllib.loads(ARTICLES.read_text("utf-8"))["article"]
        answers = [await publisher.moderation.ScoreArticle(_request(article)) for article in articles]
        worst = sorted(answers, key=lambda answer: answer.score.severity, reverse=True)
        colleague = Desk(server, key=keys.colleague)
        decided = [await _decide(colleague, answer.assessment.review_id) for answer in worst[:DECIDED]]
        await colleague.close()
        await publisher.feedback.CreateAppeal(
            review_pb2.CreateAppealRequest(
                review_id=decided[0],
                text="The leaflet was written by our physician, and patients tell us that it is true.",
            )
        )
    return len(articles) - DECIDED + 1


async def _send_all_to_review(administrator: AsyncDesk) -> None:
    """Audit every article that nothing speaks against: a queue without well hedged ones teaches little."""
    held = (await administrator.review.GetPolicy(review_pb2.GetPolicyRequest())).revision
    held.policy.audit_share = 1.0
    held.policy.block_phrases.append("miracle")
    await administrator.review.SetPolicy(
        review_pb2.SetPolicyRequest(
            policy=held.policy, base_revision=held.revision, remark="Everything is reviewed in the demo."
        )
    )


async def _decide(colleague: Desk, item_id: str) -> str:
    """Uphold what the model said of an item, and give the item's id."""
    item = await colleague.claim(item_id)
    if item.claim is None:
        raise RuntimeError("who has just claimed an item holds it")
    ruling = Ruling(
        outcome=Outcome.UPHELD,
        reason="The central claim has no study behind it.",
        note="Please name the evidence, or say that there is none yet.",
    )
    await colleague.decide(item.item_id, claim_id=item.claim.claim_id, request_id=str(uuid4()), ruling=ruling)
    return item.item_id


def _request(article: Mapping[str, str]) -> moderation_pb2.ScoreArticleRequest:
    return moderation_pb2.ScoreArticleRequest(
        article=moderation_pb2.Article(
            article_id=article["id"],
            title=article["title"],
            body=article["body"],
            publisher=article["publisher"],
            format=moderation_pb2.Format.Value(f"FORMAT_{article['format'].upper()}"),
        ),
        keep=moderation_pb2.KEEP_FOR_REVIEW,
    )
