"""Between the contract's messages on items and the values of the review desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import moderation_pb2
from service.pb.overclaim.v1 import review_pb2 as pb
from service.review.queue import Filter, State
from service.review.rulings import Ruling, SentenceRuling, sentences_of
from service.rpc import convert, enums
from service.rpc.enums import instant, written_category, written_label, written_outcome
from service.store.columns import unmask

if TYPE_CHECKING:
    from datetime import datetime

    from service.access import Caller
    from service.review.queue import Counts, Entry
    from service.review.sight import Sight
    from service.store.tables import Appeal, Decision, Event, Queued


def read_filter(sent: pb.ItemFilter) -> Filter:
    """Read a filter; InvalidRequest for words that this version lacks."""
    return Filter(
        states=tuple(filter(None, (enums.state(each, "filter.states") for each in sent.states))),
        origins=tuple(filter(None, (enums.origin(each, "filter.origins") for each in sent.origins))),
        categories=enums.categories(sent.categories, "filter.categories"),
        publisher=sent.publisher,
        min_severity=sent.min_severity,
        assigned_to=sent.assigned_to,
        escalated=sent.escalated if sent.HasField("escalated") else None,
        text=sent.text,
    )


def read_ruling(sent: pb.Ruling) -> Ruling:
    """Read a ruling; what it leaves out stays open."""
    outcome = enums.outcome(sent.outcome, "ruling.outcome")
    if outcome is None:
        raise InvalidRequest((Violation("ruling.outcome", "is required"),))
    return Ruling(
        outcome=outcome,
        label=enums.label(sent.label, "ruling.label"),
        severity=sent.severity if sent.HasField("severity") else None,
        sentences=tuple(
            _read_sentence(each, f"ruling.sentences[{place}]") for place, each in enumerate(sent.sentences)
        ),
        reason=sent.reason,
        note=sent.note,
    )


def written_ruling(ruling: Ruling) -> pb.Ruling:
    """Write a ruling as it was sent."""
    return pb.Ruling(
        outcome=written_outcome(ruling.outcome),
        label=written_label(ruling.label),
        severity=ruling.severity,
        sentences=[_sentence(each) for each in ruling.sentences],
        reason=ruling.reason,
        note=ruling.note,
    )


def item(entry: Entry, *, caller: Caller, now: datetime) -> pb.Item:
    """Write an item as the caller may see it."""
    kept, queued, score = entry.item, entry.queued, entry.score
    state = entry.state(now)
    return pb.Item(
        item_id=kept.id,
        article_id=entry.article.article_id,
        publisher=entry.article.publisher,
        title=entry.title,
        origin=pb.Origin.Value(f"ORIGIN_{queued.origin.name}"),
        state=pb.ItemState.Value(f"ITEM_STATE_{state.name}"),
        stage=pb.Stage.Value(f"STAGE_{queued.stage.name if queued.stage else 'UNSPECIFIED'}"),
        verdict=moderation_pb2.Verdict.Value(f"VERDICT_{score.verdict.name}"),
        reason=moderation_pb2.UndeterminedReason.Value(
            f"UNDETERMINED_REASON_{score.reason.name if score.reason else 'UNSPECIFIED'}"
        ),
        severity=score.severity,
        overstated=score.overstated,
        categories=[written_category(each) for each in unmask(queued.categories)],
        model_version=score.model,
        action=moderation_pb2.Action.Value(f"ACTION_{kept.action.name}"),
        policy_revision=kept.policy_revision,
        create_time=instant(kept.created),
        due_time=instant(queued.due),
        claim=claim(queued, caller=caller) if state is State.CLAIMED else None,
        assigned_to=queued.assigned,
        escalated=queued.escalated,
        reviews_required=queued.required,
        reviews_recorded=queued.recorded,
    )


def claim(queued: Queued, *, caller: Caller) -> pb.Claim:
    """Write who holds an item; the claim's id is the holder's alone."""
    is_own = queued.holder == caller.name
    return pb.Claim(
        claim_id=(queued.lease or "") if is_own else "",
        moderator=queued.holder,
        expire_time=instant(queued.lease_until),
    )


def counts(found: Counts) -> pb.CountItemsResponse:
    """Write how many items there are."""
    return pb.CountItemsResponse(
        total=found.total,
        overdue=found.overdue,
        by_state={word.value: number for word, number in found.by_state.items()},
        by_origin={word.value: number for word, number in found.by_origin.items()},
        by_category={word.value: number for word, number in found.by_category.items()},
        by_severity=dict(found.by_severity),
    )


def sight(seen: Sight, *, caller: Caller, now: datetime) -> pb.GetItemResponse:
    """Write all that a moderator sees of an item."""
    entry, text = seen.entry, seen.text
    article = entry.article
    return pb.GetItemResponse(
        item=item(entry, caller=caller, now=now),
        article=moderation_pb2.Article(
            article_id=article.article_id,
            title=text.title,
            body=text.body,
            format=moderation_pb2.Format.Value(f"FORMAT_{article.format.name}"),
            language=article.language,
            publisher=article.publisher,
        )
        if text
        else None,
        score=convert.article_score(
            seen.score, article_id=article.article_id, body=text.body if text else ""
        ),
        assessment=moderation_pb2.Assessment(
            action=moderation_pb2.Action.Value(f"ACTION_{entry.item.action.name}"),
            policy_revision=entry.item.policy_revision,
            phrases=[moderation_pb2.PhraseMatch(**each) for each in entry.item.phrases],
            review_id=entry.item.id,
        ),
        decisions=[decision(each, undone=each.id in seen.undone) for each in seen.decisions],
        events=[event(each) for each in seen.events],
        appeal=appeal(seen.appeal, seen.answer) if seen.appeal else None,
        feedback=[
            pb.Feedback(
                feedback_id=each.id,
                author=each.author,
                label=written_label(each.label),
                text=each.text,
                create_time=instant(each.created),
            )
            for each in seen.feedback
        ],
        publisher_decisions=[
            pb.PublisherDecision(
                item_id=each.item,
                title=each.title,
                outcome=written_outcome(each.outcome),
                label=written_label(each.label),
                decide_time=instant(each.at),
            )
            for each in seen.earlier
        ],
        track_record=pb.TrackRecord(
            model_version=entry.score.model,
            category=written_category(entry.item.category),
            decided=seen.decided,
            overturned=seen.overturned,
        ),
    )


def decision(made: Decision, *, undone: bool = False) -> pb.Decision:
    """Write a decision on record."""
    return pb.Decision(
        decision_id=made.id,
        moderator=made.moderator,
        decide_time=instant(made.at),
        stage=pb.Stage.Value(f"STAGE_{made.stage.name}"),
        ruling=pb.Ruling(
            outcome=written_outcome(made.outcome),
            label=written_label(made.label),
            severity=made.severity,
            sentences=[_sentence(each) for each in sentences_of(made)],
            reason=made.reason,
            note=made.note,
        ),
        undone=undone,
    )


def event(happened: Event) -> pb.Event:
    """Write what happened."""
    return pb.Event(kind=happened.kind, actor=happened.actor, time=instant(happened.at), text=happened.text)


def appeal(made: Appeal, answer: Decision | None) -> pb.Appeal:
    """Write an objection and, once there is one, its answer."""
    return pb.Appeal(
        appeal_id=made.id,
        decision_id=made.objected,
        appellant=made.appellant,
        text=made.text,
        create_time=instant(made.created),
        close_time=instant(answer.at) if answer else None,
        answer=answer.note if answer else "",
        outcome=written_outcome(answer.outcome if answer else None),
    )


def _read_sentence(sent: pb.SentenceRuling, field: str) -> SentenceRuling:
    label = enums.label(sent.label, f"{field}.label")
    if label is None:
        raise InvalidRequest((Violation(f"{field}.label", "is required"),))
    return SentenceRuling(sent.start, sent.end, label, enums.category(sent.category, f"{field}.category"))


def _sentence(ruling: SentenceRuling) -> pb.SentenceRuling:
    return pb.SentenceRuling(
        start=ruling.start,
        end=ruling.end,
        label=written_label(ruling.label),
        category=written_category(ruling.category),
    )
