from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.access import Caller
from service.classifier.results import Category, Label
from service.errors import NotFound, PolicyChanged
from service.policy import Action, Policy
from service.review import agreement, claims, decisions, policies, preview, reports
from service.review.queue import Filter, Order
from service.store.words import Role
from tests.desks import ANN, BOB, CLEAN, NOW, OVERSTATED, SUE, UPHELD, adopt, later, overturned, submit

if TYPE_CHECKING:
    from service.review.rulings import Ruling
    from service.store.engine import Store

SINCE = NOW - timedelta(days=30)


def decide(store: Store, item: str, caller: Caller, ruling: Ruling) -> None:
    with store.writing() as session:
        found = claims.claim_item(session, item, caller=caller, request="", now=later(1))
        decisions.record_decision(
            session,
            item,
            claim=found.queued.lease or "",
            request=f"{item}-{caller.name}",
            ruling=ruling,
            caller=caller,
            now=later(1),
        )


def test_alpha_is_krippendorffs_worked_example() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): binary, two observers.
    pairs = ["01", "11", "01", "00", "00", "01", "00", "00", "10", "00"]
    found = agreement.agreement([list(pair) for pair in pairs])
    assert found.units == 10
    assert found.alpha == pytest.approx(0.095, abs=0.001)
    assert agreement.agreement([["a", "a"], ["a"]]).alpha is None


def test_the_report_tells_agreement_and_who_overturns_what(store: Store) -> None:
    adopt(store, Policy(reviews_required=2))
    items = [submit(store, f"{OVERSTATED}\n{n}.") for n in range(4)]
    for n, item in enumerate(items):
        decide(store, item, ANN, UPHELD if n % 2 else overturned(Label.HEDGED))
        decide(store, item, BOB, overturned(Label.HEDGED) if n in (0, 1, 2) else UPHELD)
    decide(store, items[1], SUE, UPHELD)
    with store.reading() as session:
        found = agreement.agreement_report(session, tenant="t", since=SINCE)
        rates = reports.overturn_rates(session, tenant="t", since=SINCE)
        board = reports.dashboard(session, tenant="t", weeks=3, now=later(60))
    assert found.articles.units == 4
    assert found.pairs["ann", "bob"] == found.articles
    assert found.articles.alpha is not None
    assert 0 < found.articles.alpha < 1
    assert [(each.decided, each.overturned) for each in rates] == [(4, 2)]
    week = board.weeks[-1]
    assert (week.inflow, week.closed, week.backlog, week.overturn_rate) == (4, 4, 0, 0.5)
    assert (len(board.weeks), board.open) == (3, 0)


def test_drift_is_nothing_between_equals_and_large_between_strangers() -> None:
    rng = np.random.default_rng(1)
    low, high = rng.beta(2, 5, 2_000), rng.beta(5, 2, 2_000)
    assert reports.population_stability(low, rng.beta(2, 5, 2_000)) < 0.05
    assert reports.population_stability(low, high) > 0.25


def test_a_preview_tells_what_a_policy_would_have_done(store: Store) -> None:
    submit(store)
    submit(store, CLEAN, article_id="clean")
    strict = Policy(block_phrases=("call us",), review=0.9, revise=0.95)
    with store.reading() as session:
        told = preview.preview_policy(session, strict, tenant="t", model="", points={}, since=SINCE)
    assert (told.scores, told.added_articles, told.removed) == (2, ["clean"], 0)
    assert told.proposed[Action.REVIEW] == 2
    assert told.in_force == {Action.PUBLISH: 1, Action.REVISE: 1}


def test_policies_keep_their_history_and_nobody_overwrites_unseen(store: Store) -> None:
    adopt(store, Policy(review=0.4))
    with store.writing() as session, pytest.raises(PolicyChanged):
        policies.set_policy(session, Policy(), points={}, caller=SUE, base=0, remark="", now=NOW)
    with store.writing() as session:
        back = policies.roll_back_policy(session, 0, points={}, caller=SUE, remark="too many", now=NOW)
        assert (back.number, back.policy) == (2, Policy())
        history = policies.policy_revisions(session, "t")
        assert [each.number for each in history] == [2, 1, 0]
        with pytest.raises(NotFound):
            policies.policy_revision(session, "u", 1)


def test_a_moderator_bound_to_categories_is_offered_no_others(store: Store) -> None:
    submit(store)
    bound = Caller("t", "cat", Role.MODERATOR, (Category.HYPE,))
    with store.writing() as session:
        asked = {"which": Filter(), "order": Order.DUE, "request": "", "now": NOW}
        assert claims.claim_next(session, caller=bound, **asked) is None  # type: ignore[arg-type] # by name


def test_the_audit_takes_its_share_and_throws_no_dice_twice(store: Store) -> None:
    adopt(store, Policy(audit_share=0.5))
    taken = [bool(submit(store, f"{CLEAN}\n{n}.")) for n in range(40)]
    again = [bool(submit(store, f"{CLEAN}\n{n}.", article_id="b")) for n in range(40)]
    assert 8 < sum(taken) < 32
    assert taken == again
