"""What an activation that is refused tells: what concerns the caller, and nothing of other tenants."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from service.classifier import artifact
from tests.calls import status_of
from tests.test_audited_methods import Stage, models
from tests.test_tenants import two_tenants

if TYPE_CHECKING:
    from pathlib import Path

    from service.settings import Settings
    from tests.conftest import Serving

__all__ = ["models"]  # a fixture

POINT = "maximum recall @ precision >= 0.9"


async def refused(stage: Stage, name: str, **fields: Any) -> str:  # noqa: ANN401 - any request
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stage.ask(name, **fields)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    return str(status_of(caught.value))


@pytest.mark.parametrize("step", ["ActivateModel", "SetCanary"])
async def test_who_names_an_operating_point_that_a_model_lacks_is_told_to_that_tenant_alone(
    serving: Serving,
    settings: Settings,
    models: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
    step: str,
) -> None:
    manifest = models / "two" / artifact.MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | {"operating_points": []}))
    wanted = {"version": "two"} | ({"percent": 50} if step == "SetCanary" else {})
    async with two_tenants(serving, settings, models, database) as (ours, theirs):
        await ours.ask("ModelService/ActivateModel", version="one")
        policy = (await theirs.ask("ReviewService/GetPolicy")).revision.policy
        policy.review.name = POINT
        await theirs.ask("ReviewService/SetPolicy", policy=policy, remark="")
        assert POINT in await refused(theirs, f"ModelService/{step}", **wanted)
        capsys.readouterr()
        told = await refused(ours, f"ModelService/{step}", **wanted)
        assert "two lacks operating points that policies of other tenants name" in told
        assert not any(each in told for each in (POINT, "precision", "other:", theirs.key))
        # Whoever runs the server finds it out.
        assert POINT in capsys.readouterr().out


async def test_no_model_that_is_gone_is_rolled_back_to(
    serving: Serving, settings: Settings, models: Path, database: str
) -> None:
    async with two_tenants(serving, settings, models, database) as (ours, _):
        for version in ("one", "two"):
            await ours.ask("ModelService/ActivateModel", version=version)
        shutil.rmtree(models / "one")
        told = await refused(ours, "ModelService/RollBackModel")
        assert "one, which served before, is no longer among the models that this server lists" in told
        listed = (await ours.ask("ModelService/ListModels")).models
        assert [each.version for each in listed if each.active] == ["two"]
