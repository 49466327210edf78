"""Twelve weeks of a desk at work, made up and recorded through the use cases as if they had been."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from service.access import DEFAULT_TENANT, Caller
from service.article import Article, Keep
from service.classifier.results import Label
from service.moderation import keep_article, score_afresh
from service.policy import Policy
from service.review.claims import claim_item
from service.review.decisions import record_decision
from service.review.policies import set_policy
from service.review.rulings import Ruling
from service.store.ids import fresh_id
from service.store.words import Outcome, Role, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from service.moderation import Classifier
    from service.store.engine import Store

PARTS = tomllib.loads((Path(__file__).parent / "history.toml").read_text("utf-8"))
# One more than the page shows, so that its first week has something to be compared with.
WEEKS = 12
# Above what drift needs of a week.
ARTICLES_A_WEEK = 52
# A campaign: for a week, most articles overstate.
CAMPAIGN_WEEK = 8
HOUR = timedelta(hours=1)

MAYA = Caller(DEFAULT_TENANT, "maya", Role.ADMINISTRATOR)
NOOR = Caller(DEFAULT_TENANT, "noor", Role.MODERATOR)
IDA = Caller(DEFAULT_TENANT, "ida", Role.MODERATOR)


@dataclass(frozen=True, slots=True)
class _Sent:
    """An article on its way in, and what it is in truth."""

    article: Article
    truth: Label
    week: int


@dataclass(frozen=True, slots=True)
class _Turn:
    """A moderator's turn at an item."""

    item: str
    truth: Label
    week: int
    moderator: Caller


def remember(store: Store, classifier: Classifier, *, now: datetime) -> int:
    """Live through the weeks until `now`, and give how many items are left waiting."""
    rng = random.Random(2026)  # noqa: S311 - a story, no secret
    story = _Story(classifier, rng)
    start = beginning(now)
    with store.writing() as session:
        policy = Policy(reviews_required=2, audit_share=0.2)
        _adopt(session, policy, base=0, remark="Two people look at everything for now.", at=start)
    for at, sent in _sent(rng, start, now):
        story.expect(at, sent)
    with store.writing() as session:
        story.live(session, until=now)
        _adopt(
            session,
            replace(policy, reviews_required=1),
            base=1,
            remark="The two agree: one is enough.",
            at=now,
        )
    return story.waiting


def beginning(now: datetime) -> datetime:
    """Give the Monday on which the history begins."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=now.weekday(), weeks=WEEKS)


class _Story:
    """What happens when, in the order of time: the audit log is written in it."""

    def __init__(self, classifier: Classifier, rng: random.Random) -> None:
        self.waiting = 0
        self._classifier = classifier
        self._rng = rng
        self._order = count()
        self._ahead: list[tuple[datetime, int, _Sent | _Turn]] = []

    def expect(self, at: datetime, what: _Sent | _Turn) -> None:
        """Let something happen at its time."""
        heappush(self._ahead, (at, next(self._order), what))

    def live(self, session: Session, *, until: datetime) -> None:
        """Let everything happen up to a time."""
        while self._ahead and self._ahead[0][0] < until:
            at, _, what = heappop(self._ahead)
            if isinstance(what, _Sent):
                self._send(session, what, at)
            else:
                self._decide(session, what, at)

    def _send(self, session: Session, sent: _Sent, at: datetime) -> None:
        score = score_afresh(sent.article, self._classifier)
        kept = keep_article(
            session,
            sent.article,
            score,
            tenant=DEFAULT_TENANT,
            keep=Keep.FOR_REVIEW,
            points={},
            now=at,
        )
        if kept.item:
            self.waiting += 1
            for moderator in (NOOR, IDA):
                later = at + HOUR * self._rng.lognormvariate(3.6 - sent.week / 16, 0.8)
                self.expect(later, _Turn(kept.item, sent.truth, sent.week, moderator))

    def _decide(self, session: Session, turn: _Turn, at: datetime) -> None:
        entry = claim_item(session, turn.item, caller=turn.moderator, request="", now=at)
        said = turn.truth
        # They learn to agree; who adjudicates is right.
        if turn.moderator is not MAYA and self._rng.random() > 0.8 + turn.week / 80:
            said = self._rng.choice([each for each in Label if each is not turn.truth])
        upheld = said.value == entry.score.verdict.value
        _, after = record_decision(
            session,
            turn.item,
            claim=entry.queued.lease or "",
            request=fresh_id(),
            ruling=Ruling(outcome=Outcome.UPHELD if upheld else Outcome.OVERTURNED, label=said),
            caller=turn.moderator,
            now=at,
        )
        if not after.queued.waiting:
            self.waiting -= 1
        elif after.queued.stage is Stage.ADJUDICATION:
            self.expect(at + 8 * HOUR, _Turn(turn.item, turn.truth, turn.week, MAYA))


def _adopt(session: Session, policy: Policy, *, base: int, remark: str, at: datetime) -> None:
    set_policy(session, policy, points={}, caller=MAYA, base=base, remark=remark, now=at)


def _sent(rng: random.Random, start: datetime, now: datetime) -> Iterator[tuple[datetime, _Sent]]:
    numbers = count(1)
    for week in range(WEEKS + 1):
        for _ in range(round(ARTICLES_A_WEEK * rng.uniform(1, 1.15))):
            at = start + timedelta(weeks=week, hours=rng.uniform(0, 7 * 24))
            shares = (6, 1, 1) if week == CAMPAIGN_WEEK else (2, 2, 3)
            sounds = rng.choices((Label.OVERSTATED, Label.HEDGED, Label.NEUTRAL), shares)[0]
            # Some are other than they sound, fewer from week to week, and the model is overturned.
            truth = rng.choice([*Label]) if rng.random() < 0.3 - week / 50 else sounds
            article = _article(rng, sounds, next(numbers))
            # Reasons are told of what may still be open; of all the rest they would take too long.
            sent = _Sent(replace(article, explain=week >= WEEKS - 1), truth, week)
            if at < now:
                yield at, sent


def _article(rng: random.Random, sounds: Label, number: int) -> Article:
    words = {name: rng.choice(PARTS[name]) for name in ("therapies", "conditions")}

    def fill(text: str) -> str:
        return str(
            text.format(
                therapy=words["therapies"], condition=words["conditions"], number=rng.randrange(12, 97)
            )
        )

    told = [*rng.sample(PARTS["sentences"][sounds], 2), *rng.sample(PARTS["sentences"]["neutral"], 2)]
    rng.shuffle(told)
    title = fill(rng.choice(PARTS["titles"][sounds]))
    return Article(
        "\n\n".join(fill(each) for each in [*told, f"Page reference: {number}."]),
        title=title[0].upper() + title[1:],
        article_id=f"archive-{number}",
        publisher=rng.choice(PARTS["publishers"]),
    )
