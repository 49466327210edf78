"""From the contract's messages to the page's values."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from service.article import Article
from service.classifier.results import Category, Label, Reason, Verdict
from service.classifier.text.markup import Format
from service.client.answers import article_score
from service.console.values import (
    Appeal,
    Assessment,
    Caller,
    Claim,
    Counts,
    Decision,
    Event,
    Feedback,
    Item,
    ItemDetail,
    ItemPage,
    ItemState,
    Origin,
    Outcome,
    PhraseMatch,
    PublisherDecision,
    Recorded,
    Ruling,
    SentenceRuling,
    Stage,
    TrackRecord,
)
from service.pb.overclaim.v1 import access_pb2, moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from google.protobuf.timestamp_pb2 import Timestamp


Chosen = TypeVar("Chosen", bound=StrEnum)

_PREFIXES: dict[type[StrEnum], str] = {
    Category: "CATEGORY_",
    ItemState: "ITEM_STATE_",
    Label: "LABEL_",
    Origin: "ORIGIN_",
    Outcome: "OUTCOME_",
    Reason: "UNDETERMINED_REASON_",
    Stage: "STAGE_",
    Verdict: "VERDICT_",
}


def caller(answer: access_pb2.GetCallerResponse) -> Caller:
    """Read whose key it is."""
    return Caller(
        tenant=answer.tenant,
        name=answer.name,
        role=access_pb2.Role.Name(answer.role).removeprefix("ROLE_").lower(),
        categories=_categories(answer.categories),
        methods=frozenset(method.rpartition("/")[2] for method in answer.methods),
    )


def item_page(answer: pb.ListItemsResponse) -> ItemPage:
    """Read a page of a list."""
    return ItemPage(tuple(map(item, answer.items)), answer.next_page_token)


def counts(answer: pb.CountItemsResponse) -> Counts:
    """Read how many there are."""
    return Counts(
        total=answer.total,
        overdue=answer.overdue,
        by_state=dict(answer.by_state),
        by_origin=dict(answer.by_origin),
        by_category=dict(answer.by_category),
        by_severity=dict(answer.by_severity),
    )


def item(message: pb.Item) -> Item:
    """Read an item as lists show it."""
    return Item(
        item_id=message.item_id,
        article_id=message.article_id,
        publisher=message.publisher,
        title=message.title,
        origin=_known(Origin, pb.Origin, message.origin),
        state=_known(ItemState, pb.ItemState, message.state),
        stage=_chosen(Stage, pb.Stage, message.stage),
        verdict=_known(Verdict, moderation_pb2.Verdict, message.verdict),
        reason=_chosen(Reason, moderation_pb2.UndeterminedReason, message.reason),
        severity=message.severity,
        overstated=message.overstated,
        categories=_categories(message.categories),
        model_version=message.model_version,
        action=moderation_pb2.Action.Name(message.action).removeprefix("ACTION_").lower(),
        policy_revision=message.policy_revision,
        create_time=time(message.create_time),
        due_time=time(message.due_time),
        claim=claim(message.claim) if message.HasField("claim") else None,
        assigned_to=message.assigned_to,
        escalated=message.escalated,
        reviews_required=message.reviews_required,
        reviews_recorded=message.reviews_recorded,
    )


def claim(message: pb.Claim) -> Claim:
    """Read who holds an item until when."""
    return Claim(message.claim_id, message.moderator, time(message.expire_time))


def item_detail(answer: pb.GetItemResponse) -> ItemDetail:
    """Read all that a moderator sees of an item."""
    return ItemDetail(
        item=item(answer.item),
        article=_article(answer.article) if answer.HasField("article") else None,
        score=article_score(answer.score),
        assessment=_assessment(answer.assessment),
        decisions=tuple(map(_decision, answer.decisions)),
        events=tuple(Event(each.kind, each.actor, time(each.time), each.text) for each in answer.events),
        appeal=_appeal(answer.appeal) if answer.HasField("appeal") else None,
        feedback=tuple(
            Feedback(
                feedback_id=each.feedback_id,
                author=each.author,
                label=_known(Label, moderation_pb2.Label, each.label),
                text=each.text,
                create_time=time(each.create_time),
            )
            for each in answer.feedback
        ),
        publisher_decisions=tuple(
            PublisherDecision(
                item_id=each.item_id,
                title=each.title,
                outcome=_known(Outcome, pb.Outcome, each.outcome),
                label=_known(Label, moderation_pb2.Label, each.label),
                decide_time=time(each.decide_time),
            )
            for each in answer.publisher_decisions
        ),
        track_record=_track_record(answer.track_record) if answer.HasField("track_record") else None,
    )


def recorded(answer: pb.RecordDecisionResponse) -> Recorded:
    """Read what was recorded."""
    return Recorded(_decision(answer.decision), item(answer.item))


def time(stamp: Timestamp) -> datetime:
    """Read a time, in UTC."""
    return stamp.ToDatetime(tzinfo=UTC)


def _article(message: moderation_pb2.Article) -> Article:
    form = moderation_pb2.Format.Name(message.format).removeprefix("FORMAT_")
    return Article(
        article_id=message.article_id,
        title=message.title,
        body=message.body,
        format=Format[form] if message.format else Format.PLAIN,
        language=message.language,
    )


def _assessment(message: moderation_pb2.Assessment) -> Assessment:
    return Assessment(
        action=moderation_pb2.Action.Name(message.action).removeprefix("ACTION_").lower(),
        policy_revision=message.policy_revision,
        phrases=tuple(PhraseMatch(each.phrase, each.allows, each.sentence) for each in message.phrases),
    )


def _decision(message: pb.Decision) -> Decision:
    return Decision(
        decision_id=message.decision_id,
        moderator=message.moderator,
        decide_time=time(message.decide_time),
        stage=_known(Stage, pb.Stage, message.stage),
        ruling=_ruling(message.ruling),
        undone=message.undone,
    )


def _ruling(message: pb.Ruling) -> Ruling:
    return Ruling(
        outcome=_known(Outcome, pb.Outcome, message.outcome),
        label=_chosen(Label, moderation_pb2.Label, message.label),
        severity=message.severity if message.HasField("severity") else None,
        sentences=tuple(
            SentenceRuling(
                each.start,
                each.end,
                _known(Label, moderation_pb2.Label, each.label),
                _chosen(Category, moderation_pb2.Category, each.category),
            )
            for each in message.sentences
        ),
        reason=message.reason,
        note=message.note,
    )


def _appeal(message: pb.Appeal) -> Appeal:
    return Appeal(
        appeal_id=message.appeal_id,
        decision_id=message.decision_id,
        appellant=message.appellant,
        text=message.text,
        create_time=time(message.create_time),
        close_time=time(message.close_time) if message.HasField("close_time") else None,
        answer=message.answer,
        outcome=_chosen(Outcome, pb.Outcome, message.outcome),
    )


def _track_record(message: pb.TrackRecord) -> TrackRecord:
    return TrackRecord(
        model_version=message.model_version,
        category=_chosen(Category, moderation_pb2.Category, message.category),
        decided=message.decided,
        overturned=message.overturned,
    )


def _categories(values: Iterable[moderation_pb2.Category.ValueType]) -> tuple[Category, ...]:
    found = (_chosen(Category, moderation_pb2.Category, value) for value in values)
    return tuple(category for category in found if category)


def _known(kind: type[Chosen], numbers: Any, value: int) -> Chosen:  # noqa: ANN401 - any of the contract's enums
    """Our value of the same name; raises KeyError on one that this version does not know."""
    return kind[numbers.Name(value).removeprefix(_PREFIXES[kind])]


def _chosen(kind: type[Chosen], numbers: Any, value: int) -> Chosen | None:  # noqa: ANN401 - as above
    return _known(kind, numbers, value) if value else None
