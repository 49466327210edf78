"""Corrupt and malicious models, before a server that is scoring: each is refused, the old one serves on."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import random
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import grpc
import numpy as np

from service.access import create_key
from service.classifier.artifact import MANIFEST, MODEL, PIPELINE, SELF_TEST, WEIGHTS
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import models_pb2_grpc, moderation_pb2_grpc
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import ask
from tests.conftest import BUNDLED
from tests.test_artifact import Malicious, replace_file, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.settings import Settings
    from tests.conftest import Serving
    from tests.promises import Promised

FLIPS = 40
# An unsigned manifest has nothing to be held against: test_artifact.py flips its bits under a signature.
READ = (WEIGHTS, MODEL, SELF_TEST)


def fresh(folder: Path) -> Path:
    """Put a good model there, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUNDLED, folder)
    rewrite(folder, lambda manifest: manifest.update(version="next"))
    return folder


def repacked(folder: Path, **changed: bytes) -> None:
    """Pack the weights anew with other members, and tell the manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(folder / WEIGHTS) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.removesuffix(".npy"), old.read(name)))
    replace_file(folder, WEIGHTS, out.getvalue())


def array(value: Any, *, shape: tuple[int, ...] | None = None) -> bytes:  # noqa: ANN401 - anything NumPy takes
    out = io.BytesIO()
    made = np.asarray(value)
    if shape is not None:
        header = {"descr": "<f8", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(out, header)
        return out.getvalue() + bytes(64)
    np.lib.format.write_array(out, made, allow_pickle=True)
    return out.getvalue()


def symlinked(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "elsewhere")
    (folder / WEIGHTS).symlink_to(folder / "elsewhere")


def nested(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"[" * 100_000)


def swapped(folder: Path) -> None:
    replace_file(folder, WEIGHTS, (BUNDLED / MODEL).read_bytes())
    replace_file(folder, MODEL, (BUNDLED / WEIGHTS).read_bytes())


def named(**files: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        more = {each: {"bytes": 1, "sha256": "0" * 64} for each in files.values()}
        rewrite(folder, lambda manifest: manifest["files"].update(more))

    return change


KINDS: dict[str, Callable[[Path], None]] = {
    "a path above": named(path="../weights.npz"),
    "an absolute path": named(path="/etc/passwd"),
    "the name of code": named(path="model.py"),
    "a symbolic link": symlinked,
    "a huge declared size": lambda folder: rewrite(
        folder, lambda manifest: manifest["files"][WEIGHTS].update(bytes=1 << 60)
    ),
    "a hole of a file": lambda folder: os.truncate(folder / WEIGHTS, 1 << 34),
    "an array of objects": lambda folder: repacked(
        folder, intercept=array(np.array([Malicious(folder / "ran")], dtype=object))
    ),
    "an array that says it has a billion rows": lambda folder: repacked(
        folder, intercept=array(0, shape=(1 << 30, 8))
    ),
    "a bomb": lambda folder: repacked(folder, intercept=bytes(300 << 20)),
    "nested JSON": lambda folder: replace_file(folder, MODEL, b"[" * 100_000),
    "a nested manifest": nested,
    "weights of nothing": lambda folder: replace_file(folder, WEIGHTS, b""),
    "files swapped": swapped,
    "a name of a thousand letters": lambda folder: rewrite(
        folder, lambda manifest: manifest.update(version="n" * 1_000)
    ),
}


async def test_no_hostile_model_is_activated_and_the_old_one_serves_on(
    serving: Serving, settings: Settings, tmp_path: Path, promised: Promised
) -> None:
    folder = tmp_path / "models" / "next"
    chosen = replace(settings, database=f"sqlite:///{tmp_path / 'desk.db'}", models=folder.parent)
    async with serving(chosen) as channel:
        store = open_store(chosen.database)
        with store.writing() as session:
            now = datetime.now(UTC)
            secret = create_key(session, tenant="t", name="eve", role=Role.ML_ENGINEER, now=now)[1]
        store.close()
        models = models_pb2_grpc.ModelServiceStub(channel)
        metadata = (("authorization", f"Bearer {secret}"),)
        answered: list[str] = []
        refusals: list[grpc.aio.AioRpcError] = []

        async def load() -> None:
            stub = moderation_pb2_grpc.ModerationServiceStub(channel)
            while True:
                answered.append((await stub.ScoreArticle(ask("It may help."))).score.model_version)

        async def activated(version: str = "next") -> bool:
            try:
                await models.ActivateModel(pb.ActivateModelRequest(version=version), metadata=metadata)
            except grpc.aio.AioRpcError as refused:
                refusals.append(refused)
                return False
            return True

        loading = asyncio.create_task(load())
        served = []
        for kind, spoil in KINDS.items():
            spoil(fresh(folder))
            served += [kind] if await activated() or await activated("n" * 1_000) else []
        assert not (folder / "ran").exists()
        flipped = [each async for each in _flips(folder, activated)]
        replace_file(fresh(folder), PIPELINE, pickle.dumps(Malicious(tmp_path / "ran")))
        # With no manifest to read there is no model of that name.
        expected = {grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND}
        assert {each.code() for each in refusals} == expected
        assert not any(str(tmp_path) in (each.details() or "") for each in refusals)
        assert set(answered) == {"stand-in"}
        # The pickle is no part of what is served, so this one is good; and nothing opens it.
        assert await activated()
        assert not (tmp_path / "ran").exists()
        assert not loading.done(), "a call has failed"
        loading.cancel()
    promised(
        f"of {len(KINDS)} kinds of hostile models, those put in service under load", len(served), exactly=0
    )
    what = f"of {FLIPS} bit flips in each of {len(READ)} files of a model, those put in service under load"
    promised(what, sum(flipped), exactly=0)


async def _flips(folder: Path, activated: Callable[[], Any]) -> Any:  # noqa: ANN401 - an async iterator of bools
    rng = random.Random(5)
    for name in READ:
        fresh(folder)
        content = bytearray((folder / name).read_bytes())
        for _ in range(FLIPS):
            place, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
            content[place] ^= bit
            (folder / name).write_bytes(content)
            yield await activated()
            content[place] ^= bit
