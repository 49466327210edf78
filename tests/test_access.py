from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service import access
from service.__main__ import main
from service.access import create_key
from service.article import Keep
from service.classifier.results import Category, Label
from service.errors import InvalidRequest, ItemClosed, KeyUnknown, NotAllowed, NotFound
from service.pb.overclaim.v1 import access_pb2, models_pb2, moderation_pb2, review_pb2
from service.review.claims import claim_item, claim_next, let_go, locked
from service.review.objections import submit_feedback
from service.review.queue import Filter, Order
from service.store.outward import Key
from service.store.words import Origin, Role
from tests.desks import CLEAN, NOW, PUB, submit

if TYPE_CHECKING:
    from pathlib import Path

    from service.store.engine import Store

METHODS = [
    f"/{service.full_name}/{method.name}"
    for module in (access_pb2, models_pb2, moderation_pb2, review_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]


def test_every_method_of_the_contract_has_a_rule_and_no_rule_is_left_over() -> None:
    assert set(access.RULES) == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_call_what_the_table_says_and_nothing_else(method: str, role: Role) -> None:
    caller = access.Caller("t", "x", role)
    if role in access.RULES[method]:
        access.authorise(caller, method)
        assert method in access.methods_of(role)
    else:
        with pytest.raises(NotAllowed, match=role):
            access.authorise(caller, method)


def test_an_administrator_may_do_everything_and_a_method_without_a_rule_nobody() -> None:
    assert set(access.methods_of(Role.ADMINISTRATOR)) == set(METHODS)
    with pytest.raises(NotAllowed):
        access.authorise(access.Caller("t", "x", Role.ADMINISTRATOR), "/overclaim.v1.NewService/Do")


def test_a_key_is_good_until_it_expires_or_is_revoked(store: Store) -> None:
    with store.writing() as session:
        key, secret = access.create_key(session, tenant="t", name="ann", role=Role.MODERATOR, days=1, now=NOW)
        assert access.authenticate(session, secret, now=NOW).name == "ann"
        with pytest.raises(KeyUnknown):
            access.authenticate(session, secret, now=NOW + timedelta(days=1))
        with pytest.raises(NotFound):
            access.revoke_key(session, key.id, tenant="u", now=NOW)
        access.revoke_key(session, key.id, tenant="t", now=NOW)
        with pytest.raises(KeyUnknown):
            access.authenticate(session, secret, now=NOW)


def test_a_key_that_is_bound_claims_from_its_queues_and_categories_alone(store: Store) -> None:
    flagged = submit(store, article_id="a")
    submit(store, CLEAN, keep=Keep.STORED, article_id="b")
    with store.writing() as session:
        objected = submit_feedback(
            session, "b", label=Label.OVERSTATED, text="", caller=PUB, points={}, now=NOW
        )
        assert objected
        bounds: tuple[tuple[dict[str, Any], set[str]], ...] = (
            ({}, {flagged, objected.id}),
            ({"origins": (Origin.FEEDBACK,)}, {objected.id}),
            ({"origins": (Origin.APPEAL,)}, set()),
            ({"categories": (Category.EFFICACY,)}, {flagged}),
            ({"origins": (Origin.FEEDBACK,), "categories": (Category.EFFICACY,)}, set()),
        )
        for place, (bound, wanted) in enumerate(bounds):
            _, secret = create_key(
                session, tenant="t", name=f"m{place}", role=Role.MODERATOR, now=NOW, **bound
            )
            caller = access.authenticate(session, secret, now=NOW)
            claimed = set[str]()
            while entry := claim_next(
                session, caller=caller, which=Filter(), order=Order.DUE, request="", now=NOW
            ):
                claimed.add(entry.item.id)
            assert claimed == wanted
            for item in {flagged, objected.id} - wanted:
                with pytest.raises(ItemClosed):
                    claim_item(session, item, caller=caller, request="", now=NOW)
            for item in wanted:
                let_go(locked(session, item, tenant="t"))
            session.flush()


def test_the_command_binds_a_key_and_refuses_words_that_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'desk.db'}")
    bound = ("--origin", "appeal", "--category", "safety", "--category", "hype")
    assert main(["keys", "create", "ann", "moderator", *bound, *database]) == 0
    capsys.readouterr()
    assert main(["keys", "list", *database]) == 0
    assert capsys.readouterr().out.rstrip().endswith("safety hype appeal")
    for wrong in (
        ["x", "moderator", "--origin", "nowhere"],
        ["x", "boss"],
        ["x", "moderator", "--category", ""],
    ):
        assert main(["keys", "create", *wrong, *database]) == 2
        assert "is none of" in capsys.readouterr().err


def test_a_secret_has_256_bits_and_is_nowhere_in_the_database(store: Store) -> None:
    with store.writing() as session:
        key, secret = access.create_key(session, tenant="t", name="ann", role=Role.MODERATOR, now=NOW)
        assert len(secret.removeprefix("oc_")) == 43
        row = session.get_one(Key, key.id)
        assert secret not in " ".join(str(value) for value in vars(row).values())


def test_the_first_key_is_made_once(store: Store) -> None:
    with store.writing() as session:
        assert access.first_key(session, now=NOW)
        assert access.first_key(session, now=NOW) is None


def test_a_key_that_cannot_be_is_refused_with_all_its_faults(store: Store) -> None:
    with store.writing() as session, pytest.raises(InvalidRequest) as refused:
        access.create_key(session, tenant="T!", name="a b", role=Role.PUBLISHER, days=0, now=NOW)
    assert [each.field for each in refused.value.violations] == ["tenant", "name", "days"]
