"""What clients of a site were told, to be held against what its database says after each fault."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import select

from service.client.desk import AsyncDesk
from service.client.faults import CallFailed
from service.errors import ClaimLost, ItemClosed, Unavailable
from service.pb.overclaim.v1 import moderation_pb2, review_pb2
from service.store.tables import Decision, StoredArticle
from service.store.words import Role
from tests.calls import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.sites import Site

CLAIM = "Our stem cell injections cure arthritis in every patient."
WRITERS = 3
# Seconds that a writer and a reader rest, so that what begins anew finds a processor.
REST = 0.05


@dataclass
class Record:
    """What was acknowledged: decisions by their request ids, articles; and how many answers were wrong."""

    decided: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    answers: int = 0
    wrong: int = 0


@dataclass(frozen=True)
class Astray:
    """What is not as it must be."""

    lost: int
    doubled: int


async def insist(call: Callable[..., Awaitable[Any]], request: Any) -> Any:  # noqa: ANN401 - any call
    """Repeat a call, unchanged, until it is answered."""
    while True:
        try:
            return await call(request, timeout=10)
        except (Unavailable, CallFailed):
            await asyncio.sleep(random.uniform(0.05, 0.2))


class Work:
    """Clients at work on a site: some write articles and decide on them, one has the same text scored."""

    def __init__(self, site: Site, expected: Mapping[str, float]) -> None:
        """`expected` tells what each model that may serve says of the text that is scored."""
        self.record = Record()
        self._site = site
        self._expected = expected
        self._over = asyncio.Event()
        self._keys = [site.key(f"writer{n}", Role.ADMINISTRATOR) for n in range(WRITERS)]
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Go to work."""
        self._tasks = [asyncio.create_task(self._write(key)) for key in self._keys]
        self._tasks.append(asyncio.create_task(self._read(self._keys[0])))

    async def end(self) -> None:
        """Finish what has begun; raise what went wrong beyond what a client has to expect."""
        self._over.set()
        await asyncio.gather(*self._tasks)

    def require_well(self) -> None:
        """Raise what a client has raised so far."""
        for each in self._tasks:
            if each.done():
                each.result()

    async def _write(self, key: str) -> None:
        async with AsyncDesk(self._site.address, key=key) as desk:
            while not self._over.is_set():
                await self._keep_and_decide(desk)
                await asyncio.sleep(REST)

    async def _keep_and_decide(self, desk: AsyncDesk) -> None:
        article = str(uuid4())
        # In digits: letters at random can look like a language that the model does not judge.
        kept = ask(f"{CLAIM} {UUID(article).int}.", article_id=article, keep=moderation_pb2.KEEP_FOR_REVIEW)
        self._note_model(await insist(desk.moderation.ScoreArticle, kept))
        self.record.kept.add(article)
        claim = review_pb2.ClaimItemRequest(request_id=str(uuid4()))
        claimed = await insist(desk.review.ClaimItem, claim)
        if not claimed.HasField("item"):
            return
        request = review_pb2.RecordDecisionRequest(
            item_id=claimed.item.item_id,
            claim_id=claimed.item.claim.claim_id,
            request_id=str(uuid4()),
            ruling=review_pb2.Ruling(outcome=review_pb2.OUTCOME_UPHELD),
        )
        with suppress(ClaimLost, ItemClosed):
            recorded = await insist(desk.review.RecordDecision, request)
            self.record.decided[request.request_id] = recorded.decision.decision_id

    async def _read(self, key: str) -> None:
        async with AsyncDesk(self._site.address, key=key) as desk:
            while not self._over.is_set():
                answer = await insist(desk.moderation.ScoreArticle, ask(CLAIM))
                self._note_model(answer)
                said = answer.score.scores.overstated
                expected = self._expected.get(answer.score.model_version, -1.0)
                self.record.wrong += abs(said - expected) > 1e-6
                await asyncio.sleep(REST)

    def _note_model(self, answer: moderation_pb2.ScoreArticleResponse) -> None:
        self.record.answers += 1
        self.record.wrong += answer.score.model_version not in self._expected


def astray(site: Site, record: Record) -> Astray:
    """Hold what was acknowledged against what is there."""
    with site.store.reading() as session:
        decisions = session.execute(select(Decision.request, Decision.id, Decision.item)).all()
        articles = Counter(session.scalars(select(StoredArticle.article_id)))
    there = {request: decision for request, decision, _ in decisions}
    items = Counter(item for _, _, item in decisions)
    lost = sum(there.get(request) != decision for request, decision in record.decided.items())
    lost += len(record.kept - articles.keys())
    doubled = sum(number - 1 for number in (*items.values(), *articles.values()))
    return Astray(lost, doubled + len(decisions) - len(there))
