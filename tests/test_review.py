from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from service.article import Keep
from service.classifier.results import Category, Label
from service.errors import (
    CannotUndo,
    ClaimLost,
    InvalidRequest,
    ItemClosed,
    ItemTaken,
    KeyReused,
    NotDecided,
    NotFound,
)
from service.policy import Policy
from service.review import announcing, claims, decisions, objections, queue, retention, reviews, sight
from service.review.queue import Filter, Order, State
from service.review.rulings import Ruling, SentenceRuling
from service.store.words import Origin, Outcome, Stage
from tests.desks import ANN, BOB, CLEAN, NOW, OVERSTATED, PUB, SUE, UPHELD, adopt, later, overturned, submit

if TYPE_CHECKING:
    from datetime import datetime

    from service.access import Caller
    from service.review.queue import Entry
    from service.store.engine import Store
    from service.store.tables import Decision


def claim(store: Store, caller: Caller = ANN, *, now: datetime = NOW, request: str = "") -> Entry | None:
    with store.writing() as session:
        return claims.claim_next(
            session, caller=caller, which=Filter(), order=Order.DUE, request=request, now=now
        )


def decide(
    store: Store,
    entry: Entry | None,
    caller: Caller = ANN,
    *,
    ruling: Ruling = UPHELD,
    request: str = "r",
    now: datetime = NOW,
) -> tuple[Decision, Entry]:
    assert entry
    with store.writing() as session:
        return decisions.record_decision(
            session,
            entry.item.id,
            claim=entry.queued.lease or "",
            request=request,
            ruling=ruling,
            caller=caller,
            now=now,
        )


def told(store: Store, item: str) -> str:
    with store.reading() as session:
        state = reviews.review(session, item, tenant="t")["state"]
        assert isinstance(state, str)
        return state.removeprefix("REVIEW_STATE_")


def test_what_is_overstated_comes_before_a_moderator_and_what_is_not_does_not(store: Store) -> None:
    item = submit(store)
    assert item
    assert submit(store, CLEAN) == ""
    assert submit(store, OVERSTATED + "!", keep=Keep.STORED) == ""
    found = claim(store)
    assert found
    assert found.item.id == item
    assert found.title == "Knees"


def test_the_same_text_under_the_same_policy_and_model_is_queued_once(store: Store) -> None:
    item = submit(store)
    assert submit(store) == item
    assert submit(store, article_id="other") == item
    assert submit(store, model="newer") != item
    adopt(store, Policy(review=0.4))
    assert submit(store) != item


def test_a_cleared_text_comes_back_only_when_its_score_has_moved(store: Store) -> None:
    item = submit(store)
    decide(store, claim(store), ruling=overturned(Label.NEUTRAL))
    assert submit(store, model="newer") == item
    adopt(store, Policy(requeue_shift=0.0))
    assert submit(store, model="newest") != item


def test_an_empty_queue_answers_at_once_and_two_moderators_get_two_items(store: Store) -> None:
    assert claim(store) is None
    submit(store, OVERSTATED)
    submit(store, OVERSTATED + "\nReally.")
    first, second = claim(store, ANN), claim(store, BOB)
    assert first
    assert second
    assert first.item.id != second.item.id
    assert claim(store, SUE) is None


def test_a_claim_repeated_with_its_request_id_is_the_same_claim(store: Store) -> None:
    submit(store)
    submit(store, OVERSTATED + "\nReally.")
    first, again = claim(store, request="x"), claim(store, request="x")
    assert first
    assert again
    assert first.queued.lease == again.queued.lease


def test_a_lease_runs_out_and_the_late_decision_comes_back_as_a_draft(store: Store) -> None:
    submit(store)
    mine = claim(store)
    assert mine
    with store.writing() as session, pytest.raises(ItemTaken, match="ann"):
        claims.claim_item(session, mine.item.id, caller=BOB, request="", now=later(10))
    ruling = replace(UPHELD, reason="an hour of work")
    with pytest.raises(ClaimLost) as lost:
        decide(store, mine, ruling=ruling, now=later(901))
    assert lost.value.draft == ruling
    theirs = claim(store, BOB, now=later(902))
    assert theirs
    with store.writing() as session, pytest.raises(ClaimLost):
        claims.renew_claim(session, mine.item.id, claim=mine.queued.lease or "", caller=ANN, now=later(903))


def test_a_lease_that_ran_out_is_renewed_while_nobody_else_has_claimed(store: Store) -> None:
    submit(store)
    mine = claim(store)
    assert mine
    with store.writing() as session:
        claims.renew_claim(session, mine.item.id, claim=mine.queued.lease or "", caller=ANN, now=later(5_000))
    decide(store, mine, now=later(5_100))


def test_a_decision_is_written_once_and_repeats_give_the_same_answer(store: Store) -> None:
    item = submit(store)
    mine = claim(store)
    first, _ = decide(store, mine)
    again, _ = decide(store, mine, now=later(9_999))
    assert first.id == again.id
    with pytest.raises(KeyReused):
        decide(store, mine, ruling=overturned(Label.HEDGED))
    with store.reading() as session:
        assert len(decisions.standing_decisions(session, item)) == 1


def test_a_skipped_item_goes_to_others_and_comes_back_after_a_while(store: Store) -> None:
    submit(store)
    mine = claim(store)
    assert mine
    with store.writing() as session:
        claims.skip_item(session, mine.item.id, claim=mine.queued.lease or "", caller=ANN, now=NOW)
    assert claim(store, ANN) is None
    theirs = claim(store, BOB)
    assert theirs
    with store.writing() as session:
        claims.release_item(session, theirs.item.id, claim=theirs.queued.lease or "", caller=BOB, now=NOW)
    assert claim(store, ANN, now=later(6 * 3_600 + 1))


def test_assigned_and_escalated_items_go_to_whom_they_are_meant_for(store: Store) -> None:
    item = submit(store)
    with store.writing() as session:
        claims.assign_item(session, item, moderator="bob", caller=SUE, now=NOW)
    assert claim(store, ANN) is None
    assert claim(store, BOB)
    with store.writing() as session:
        claims.escalate_item(session, item, reason="law", caller=BOB, now=NOW)
    assert claim(store, BOB) is None
    with store.writing() as session, pytest.raises(ItemClosed):
        claims.claim_item(session, item, caller=ANN, request="", now=NOW)
    assert claim(store, SUE)


def test_reviews_are_blind_until_the_required_number_is_in(store: Store) -> None:
    adopt(store, Policy(reviews_required=2))
    item = submit(store)
    _, after = decide(store, claim(store, ANN), ruling=overturned(Label.HEDGED))
    assert (after.queued.stage, after.queued.recorded) == (Stage.REVIEW, 1)
    assert claim(store, ANN) is None
    with store.reading() as session:
        assert len(sight.look_at(session, item, caller=ANN).decisions) == 1
        blind = sight.look_at(session, item, caller=BOB)
        assert blind.decisions == []
        assert {each.actor for each in blind.events} == {""}
        assert {each.kind for each in sight.look_at(session, item, caller=ANN).events} >= {
            "claimed",
            "decided",
        }
    assert told(store, item) == "WAITING"
    _, after = decide(store, claim(store, BOB), BOB)
    assert after.queued.stage is Stage.ADJUDICATION
    with store.reading() as session:
        open_to_her = sight.look_at(session, item, caller=SUE)
        assert len(open_to_her.decisions) == 2
        assert {each.actor for each in open_to_her.events} >= {"ann", "bob"}
    assert claim(store, BOB) is None
    _, after = decide(store, claim(store, SUE), SUE)
    assert after.state(NOW) is State.CLOSED
    assert told(store, item) == "DECIDED"


def test_reviews_that_agree_close_the_item(store: Store) -> None:
    adopt(store, Policy(reviews_required=2))
    submit(store)
    decide(store, claim(store, ANN))
    _, after = decide(store, claim(store, BOB), BOB)
    assert after.state(NOW) is State.CLOSED


def test_an_undone_decision_stays_on_record_and_the_publisher_is_told(store: Store) -> None:
    item = submit(store)
    made, _ = decide(store, claim(store))
    with store.writing() as session:
        back = decisions.undo_decision(session, item, decision=made.id, caller=ANN, now=later(5))
    assert back.queued.holder == "ann"
    assert told(store, item) == "WITHDRAWN"
    with store.reading() as session:
        seen = sight.look_at(session, item, caller=ANN)
        assert seen.undone == {made.id}
        positions = [each.position for each in announcing.announcements(session, tenant="t", after=0)]
    assert positions == [1, 2]
    with store.writing() as session, pytest.raises(CannotUndo):
        decisions.undo_decision(session, item, decision=made.id, caller=ANN, now=later(6))
    decide(store, back, request="second", now=later(7))
    assert told(store, item) == "DECIDED"


def test_an_appeal_is_answered_by_another_moderator(store: Store) -> None:
    item = submit(store)
    with store.writing() as session, pytest.raises(NotDecided):
        objections.create_appeal(session, item, text="But!", caller=PUB, now=NOW)
    decide(store, claim(store, ANN))
    with store.writing() as session:
        objections.create_appeal(session, item, text="It is cited.", caller=PUB, now=later(1))
    assert told(store, item) == "APPEALED"
    assert claim(store, ANN) is None
    appealed = claim(store, BOB)
    assert appealed
    assert appealed.queued.origin is Origin.APPEAL
    with pytest.raises(InvalidRequest, match="note"):
        decide(store, appealed, BOB)
    _, after = decide(store, appealed, BOB, ruling=overturned(Label.HEDGED, note="You are right."))
    assert after.state(NOW) is State.CLOSED
    with store.reading() as session:
        found = reviews.review(session, item, tenant="t")
    assert found["appeal"]["answer"] == "You are right."
    assert found["label"] == "LABEL_HEDGED"


def test_feedback_brings_a_stored_article_before_a_moderator_once(store: Store) -> None:
    submit(store, CLEAN, keep=Keep.STORED)
    with store.writing() as session:
        first, second = (
            objections.submit_feedback(
                session, "a", label=Label.OVERSTATED, text="Look.", caller=PUB, points={}, now=NOW
            )
            for _ in range(2)
        )
    assert first
    assert second
    assert first.id == second.id
    found = claim(store)
    assert found
    assert found.queued.origin is Origin.FEEDBACK
    with store.reading() as session:
        assert len(sight.look_at(session, first.id, caller=ANN).feedback) == 2


def test_sentences_are_ruled_on_where_the_model_saw_some(store: Store) -> None:
    submit(store)
    mine = claim(store)
    wrong = Ruling(
        outcome=Outcome.OVERTURNED,
        sentences=(SentenceRuling(0, 3, Label.HEDGED), SentenceRuling(0, 13, Label.OVERSTATED)),
    )
    with pytest.raises(InvalidRequest) as refused:
        decide(store, mine, ruling=wrong)
    assert [each.field for each in refused.value.violations] == [
        "ruling.label",
        "ruling.sentences[0]",
        "ruling.sentences[1].category",
    ]
    right = replace(UPHELD, sentences=(SentenceRuling(0, 13, Label.OVERSTATED, Category.SCOPE),))
    made, _ = decide(store, mine, ruling=right)
    assert (made.label, made.severity) == (Label.OVERSTATED, 2)


def test_another_tenants_items_are_as_good_as_absent(store: Store) -> None:
    item = submit(store, tenant="u")
    assert claim(store) is None
    for missing in (item, "no-such-item"):
        with store.writing() as session, pytest.raises(NotFound, match="there is no such item"):
            claims.claim_item(session, missing, caller=ANN, request="", now=NOW)
    with store.reading() as session:
        assert queue.count_items(session, caller=ANN, which=Filter(), now=NOW).total == 0


@pytest.mark.parametrize("order", list(Order))
def test_pages_neither_repeat_nor_hide_items_that_come_meanwhile(store: Store, order: Order) -> None:
    wanted = {submit(store, f"{OVERSTATED}\n{n}.", now=later(n)) for n in range(7)}
    seen: list[str] = []
    token = ""
    for turn in range(4):
        with store.reading() as session:
            page = queue.list_items(
                session, caller=ANN, which=Filter(), order=order, size=2, token=token, now=NOW
            )
        seen += [each.item.id for each in page.entries]
        token = page.next_token
        if turn == 0:
            submit(store, f"{OVERSTATED}\nlate.", now=later(-50 if order is not Order.NEWEST else 50))
        if not token:
            break
    assert len(seen) == len(set(seen))
    assert wanted <= set(seen)


def test_filters_find_what_they_ask_for(store: Store) -> None:
    submit(store, publisher="clinic")
    submit(store, OVERSTATED + "\nKnees % and _hips.", publisher="shop", now=later(1))
    for which, number in (
        (Filter(publisher="shop"), 1),
        (Filter(categories=(Category.EFFICACY,)), 2),
        (Filter(categories=(Category.HYPE,)), 0),
        (Filter(text="_HIPS"), 1),
        (Filter(text="knees"), 2),
        (Filter(origins=(Origin.AUDIT,)), 0),
        (Filter(states=(State.CLOSED,)), 0),
        (Filter(min_severity=3), 0),
        (Filter(escalated=False), 2),
    ):
        with store.reading() as session:
            found = queue.count_items(session, caller=ANN, which=which, now=NOW)
            assert found.total == number, which


def test_a_purged_text_is_gone_from_search_and_from_the_disk(store: Store) -> None:
    item = submit(store, OVERSTATED + "\nXYLOPHONE speaks.")
    with store.writing() as session:
        assert retention.set_retention(session, tenant="t", days=1, now=later(86_401)) == 1
    store.scrub()
    with store.reading() as session:
        assert queue.count_items(session, caller=ANN, which=Filter(text="xylophone"), now=NOW).total == 0
        seen = sight.look_at(session, item, caller=ANN)
    assert seen.text is None
    assert len(seen.score.sentences) == 4
    assert not any(each.text or each.contributions for each in seen.score.sentences)
    if store.is_sqlite:
        path = store.engine.url.database
        assert path
        for name in (path, f"{path}-wal"):
            with open(name, "rb") as file:  # noqa: PTH123 - SQLite's names, not ours
                assert b"XYLOPHONE" not in file.read()
