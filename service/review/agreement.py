"""How far moderators agree: Krippendorff's alpha over what they decided without knowing each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import krippendorff
import numpy as np
from sqlalchemy import exists, select

from service.classifier.results import Category
from service.review.rulings import sentences_of
from service.store.tables import Decision, Item, StoredScore, Undoing
from service.store.words import Stage

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha over units that two or more have labelled; None where there is none, or all say one thing."""

    alpha: float | None
    units: int


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Agreement on articles, in total and between two moderators, and on sentences by category."""

    articles: Agreement
    categories: Mapping[Category, Agreement]
    pairs: Mapping[tuple[str, str], Agreement]


@dataclass(frozen=True, slots=True)
class Review:
    """A blind review, and the sentences of the score that it is about."""

    decision: Decision
    sentences: Sequence[Mapping[str, object]]


def agreement_report(session: Session, *, tenant: str, since: datetime) -> AgreementReport:
    """Measure agreement over the reviews since a time."""
    reviews = blind_reviews(session, tenant=tenant, since=since)
    return AgreementReport(
        articles=article_agreement(reviews),
        categories={category: agreement(_votes_on(category, reviews)) for category in Category},
        pairs=dict(_pairs(reviews)),
    )


def blind_reviews(session: Session, *, tenant: str, since: datetime) -> list[Review]:
    """Give the reviews since a time that were not taken back; adjudications and answers are no reviews."""
    undone = exists().where(Undoing.decision == Decision.id)
    query = (
        select(Decision, StoredScore.sentences)
        .join(Item, Item.id == Decision.item)
        .join(StoredScore, StoredScore.id == Item.score)
        .where(Decision.tenant == tenant, Decision.at >= since, Decision.stage == Stage.REVIEW, ~undone)
        .order_by(Decision.at)
    )
    return [Review(*row) for row in session.execute(query)]


def article_agreement(reviews: Iterable[Review]) -> Agreement:
    """Measure agreement on the labels of articles."""
    votes: defaultdict[str, list[Hashable]] = defaultdict(list)
    for each in reviews:
        votes[each.decision.item].append(each.decision.label)
    return agreement(votes.values())


def agreement(units: Iterable[Sequence[Hashable]]) -> Agreement:
    """Measure agreement; each unit is what was said of it, by whomever."""
    pairable = [unit for unit in units if len(unit) > 1]
    values = {value: place for place, value in enumerate(dict.fromkeys(v for unit in pairable for v in unit))}
    if len(values) < 2:  # noqa: PLR2004 - where all say one thing, chance would agree as well
        return Agreement(None, len(pairable))
    counts = np.zeros((len(pairable), len(values)), dtype=int)
    for place, unit in enumerate(pairable):
        for value in unit:
            counts[place, values[value]] += 1
    alpha = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    return Agreement(float(alpha), len(pairable))


def _pairs(reviews: Sequence[Review]) -> Iterator[tuple[tuple[str, str], Agreement]]:
    votes: defaultdict[str, dict[str, Hashable]] = defaultdict(dict)
    for each in reviews:
        votes[each.decision.item][each.decision.moderator] = each.decision.label
    units: defaultdict[tuple[str, str], list[list[Hashable]]] = defaultdict(list)
    for labels in votes.values():
        for first, second in combinations(sorted(labels), 2):
            units[first, second].append([labels[first], labels[second]])
    for pair in sorted(units):
        yield pair, agreement(units[pair])


def _votes_on(category: Category, reviews: Iterable[Review]) -> Iterable[Sequence[Hashable]]:
    """Gather, for each sentence, whether each moderator finds it overstated in this category."""
    votes: defaultdict[tuple[str, object], list[Hashable]] = defaultdict(list)
    for each in reviews:
        ruled = {(ruling.start, ruling.end): ruling.category for ruling in sentences_of(each.decision)}
        for sentence in each.sentences:
            span = (sentence["start"], sentence["end"])
            said = ruled[span] if span in ruled else sentence["category"]
            votes[each.decision.item, span].append(said == category)
    return votes.values()
