"""Operating points by name: found in the bundled model, and refused by name where a model lacks them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest

from service.access import ensure_tenant
from service.errors import InvalidRequest, ModelRefused
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.policy import Policy
from service.registry import Model, Models, model_before, note_serving, require_listed, require_points
from service.review.policies import points_named, policy_in_force, roll_back_policy, set_policy
from service.review.preview import preview_policy
from service.rpc.server import Server
from service.store.opening import open_store
from tests.calls import ask
from tests.conftest import BUNDLED, StandIn
from tests.desks import NOW, SUE, adopt

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store.engine import Store

PRECISE = "maximum recall @ precision >= 0.9"
COMPLETE = "minimum match_rate @ recall >= 0.9"


def bundled() -> Model:
    return Models(BUNDLED, None).all()[0]


def test_the_bundled_model_has_points_and_they_are_those_of_articles() -> None:
    rows = json.loads((BUNDLED / "manifest.json").read_text())["operating_points"]
    of_articles = {
        each["wish"]: each["point"]["threshold"]
        for each in rows
        if (each["of"], each["label"]) == ("articles", "overstated") and each["point"]
    }
    assert {PRECISE, COMPLETE} <= bundled().points.keys()
    assert dict(bundled().points) == of_articles


def test_a_policy_goes_by_points_that_the_bundled_model_has(store: Store) -> None:
    points = bundled().points
    adopt(store, Policy(review=COMPLETE, revise=PRECISE), points=points)
    with store.reading() as session:
        assert policy_in_force(session, "t").policy.review == COMPLETE
        assert points_named(session) == {"t": {COMPLETE, PRECISE}}


def test_a_name_that_no_point_bears_is_refused_with_those_that_there_are(store: Store) -> None:
    unknown = Policy(review="recall at precision 0.9")
    points = {PRECISE: 0.6}
    with store.writing() as session:
        with pytest.raises(InvalidRequest) as refused:
            set_policy(session, unknown, points=points, caller=SUE, base=0, remark="", now=NOW)
        with pytest.raises(InvalidRequest):
            preview_policy(session, unknown, tenant="t", model="m", points={"m": points}, since=NOW)
    assert [each.field for each in refused.value.violations] == ["policy.review.name"]
    assert PRECISE in refused.value.violations[0].description


def test_points_in_the_wrong_order_are_refused_by_name_too(store: Store) -> None:
    swapped = Policy(review=PRECISE, revise=COMPLETE)
    points = {PRECISE: 0.6, COMPLETE: 0.4}
    with store.writing() as session, pytest.raises(InvalidRequest, match=r"policy\.revise"):
        set_policy(session, swapped, points=points, caller=SUE, base=0, remark="", now=NOW)


def test_no_roll_back_brings_a_name_back_that_the_model_lacks(store: Store) -> None:
    adopt(store, Policy(review=PRECISE), points={PRECISE: 0.6})
    adopt(store, Policy())
    with store.writing() as session, pytest.raises(InvalidRequest):
        roll_back_policy(session, 1, points={}, caller=SUE, remark="", now=NOW)


def test_a_model_that_lacks_a_point_in_force_is_not_put_in_service() -> None:
    model = Model("poor", Path("poor"), datetime.now(UTC), points={PRECISE: 0.6}, measures={})
    require_points(model.version, model.points, named={PRECISE})
    with pytest.raises(ModelRefused, match=COMPLETE):
        require_points(model.version, model.points, named={PRECISE, COMPLETE})
    with pytest.raises(ModelRefused, match="policies of other tenants") as told:
        require_points(model.version, model.points, named={PRECISE}, elsewhere={COMPLETE})
    assert COMPLETE not in str(told.value)


async def test_a_server_that_begins_goes_by_the_points_of_its_own_model_or_not_at_all(
    tmp_path: Path, settings: Settings
) -> None:
    directory = tmp_path / "mine"
    shutil.copytree(BUNDLED, directory)
    manifest = json.loads((directory / "manifest.json").read_text())
    for each in manifest["operating_points"]:
        if each["wish"] == PRECISE and each["of"] == "articles":
            each["point"]["threshold"] = 0.0625
    manifest["version"] = "mine"
    (directory / "manifest.json").write_text(json.dumps(manifest))
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    with store.writing() as session:
        ensure_tenant(session, "default", now=NOW)
        caller = replace(SUE, tenant="default")
        policy = Policy(review=PRECISE, revise=1.0)
        set_policy(session, policy, points={PRECISE: 0.6}, caller=caller, base=0, remark="", now=NOW)
    server = Server(settings, store=store, models=Models(directory, None))
    await server.start()
    with pytest.raises(ModelRefused, match=r"poor lacks .*recall @ precision"):
        await server.open(lambda: StandIn("poor"))
    await server.open(lambda: StandIn("mine"))
    async with grpc.aio.insecure_channel(server.address) as channel:
        answer = await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It may help."))
    # 0.1, as the stand-in has it, is below every default and above the model's own point.
    assert answer.score.scores.overstated == pytest.approx(0.1)
    assert answer.assessment.action == pb.ACTION_REVIEW
    await server.drain()
    store.close()


def test_a_model_that_once_served_and_is_gone_is_not_rolled_back_to(store: Store) -> None:
    with store.writing() as session:
        for version in ("gone", "now"):
            note_serving(session, version, now=NOW)
        assert model_before(session, "now") == "gone"
    with pytest.raises(ModelRefused, match="gone, which served before, is no longer among the models"):
        require_listed(Models(BUNDLED, None), "gone")
    require_listed(Models(BUNDLED, None), bundled().version)
