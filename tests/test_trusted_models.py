"""With trusted keys set, a model is served under the signature of one of them, and by its first manifest."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from service.__main__ import main as overclaim
from service.access import create_key
from service.classifier.artifact import MANIFEST, PIPELINE, SELF_TEST, SIGNATURE, WEIGHTS, load
from service.classifier.signature import read_keys
from service.errors import BadTrustedKey, ModelRefused
from service.pb.overclaim.v1 import models_pb2 as pb
from service.pb.overclaim.v1 import models_pb2_grpc, moderation_pb2_grpc
from service.registry import Models, manifest_served, record_activation
from service.serving import loader, truster
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import ask
from tests.conftest import BUNDLED, free_port
from tests.test_artifact import Malicious, replace_file, rewrite
from tests.test_main import OVERCLAIM
from tests.test_main import serving as shipped
from training.__main__ import main as train
from training.fit import ModelError
from training.signing import private_key, sign

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from service.settings import Settings
    from tests.conftest import Serving
    from tests.promises import Promised

OURS, NEXT, FOREIGN = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2, 3))


def pem(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def model(folder: Path, version: str, *, key: Ed25519PrivateKey | None = OURS) -> Path:
    """Put the bundled model there under another version, signed."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUNDLED, folder)
    rewrite(folder, lambda manifest: manifest.update(version=version))
    if key is not None:
        sign(folder, key)
    return folder


def older(folder: Path) -> tuple[bytes, bytes]:
    """Sign another manifest of the same weights, as an earlier one would be, and give it."""
    rewrite(folder, lambda manifest: manifest.update(operating_points=[]), key=OURS)
    return (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    folder = tmp_path / "trusted"
    folder.mkdir()
    (folder / "ours.pem").write_bytes(pem(OURS.public_key()))
    return folder


class Engineer:
    """An ML engineer at a server with models in `folder`."""

    def __init__(self, channel: grpc.aio.Channel, folder: Path, secret: str) -> None:
        self.folder = folder
        self._models = models_pb2_grpc.ModelServiceStub(channel)
        self._moderation = moderation_pb2_grpc.ModerationServiceStub(channel)
        self._key = (("authorization", f"Bearer {secret}"),)

    async def activate(self, version: str) -> str:
        """Give what is refused, or nothing."""
        request = pb.ActivateModelRequest(version=version)
        try:
            await self._models.ActivateModel(request, metadata=self._key)
        except grpc.aio.AioRpcError as refused:
            return f"{refused.code().name}: {refused.details()}"
        return ""

    async def serving(self) -> str:
        return (await self._moderation.ScoreArticle(ask("It may help."))).score.model_version


@asynccontextmanager
async def engineer(serving: Serving, settings: Settings) -> AsyncIterator[Engineer]:
    assert settings.models
    async with serving(settings) as channel:
        store = open_store(settings.database)
        with store.writing() as session:
            secret = create_key(
                session, tenant="t", name="eve", role=Role.ML_ENGINEER, now=datetime.now(UTC)
            )[1]
        store.close()
        yield Engineer(channel, settings.models, secret)


@pytest.fixture
def strict(settings: Settings, trusted: Path, tmp_path: Path, database: str) -> Settings:
    """Settings of a server that trusts one key."""
    return replace(settings, database=database, models=tmp_path / "models", trusted_keys=trusted)


def unsigned(folder: Path) -> None:
    (folder / SIGNATURE).unlink()


def foreign(folder: Path) -> None:
    sign(folder, FOREIGN)


def changed(folder: Path) -> None:
    rewrite(folder, lambda manifest: manifest["operating_points"].clear())


def renamed(folder: Path) -> None:
    rewrite(folder, lambda manifest: manifest.update(version="next"))


def cut(folder: Path) -> None:
    (folder / SIGNATURE).write_bytes((folder / SIGNATURE).read_bytes()[:-1])


def of_another_manifest(folder: Path) -> None:
    (folder / SIGNATURE).write_bytes(OURS.sign(b"{}"))


def linked(folder: Path) -> None:
    (folder / SIGNATURE).rename(folder / "elsewhere")
    (folder / SIGNATURE).symlink_to(folder / "elsewhere")


def other(folder: Path) -> Path:
    """Another model of ours, as good as this one, and signed."""
    made = model(folder.parent.with_name("other"), "other")
    tests = json.loads((made / SELF_TEST).read_bytes())
    replace_file(made, SELF_TEST, json.dumps(tests, indent=3).encode(), key=OURS)
    return made


def swapped(name: str) -> Callable[[Path], None]:
    def swap(folder: Path) -> None:
        shutil.copy(other(folder) / name, folder / name)

    return swap


KINDS: dict[str, Callable[[Path], None]] = {
    "unsigned": unsigned,
    "signed by somebody else": foreign,
    "a manifest changed after it was signed": changed,
    "another model under this version": renamed,
    "a signature cut short": cut,
    "the signature of something else": of_another_manifest,
    "a signature that is a link": linked,
    "the self-test of another model of ours": swapped(SELF_TEST),
    "the signature of another model of ours": swapped(SIGNATURE),
    "the manifest of another model of ours": swapped(MANIFEST),
}


@pytest.mark.parametrize("engine", ["compiled", "sklearn"])
async def test_only_what_a_trusted_key_has_signed_is_activated(
    serving: Serving, strict: Settings, engine: str, promised: Promised
) -> None:
    async with engineer(serving, replace(strict, engine=engine)) as eve:
        folder = eve.folder / "next"
        served = []
        for kind, spoil in KINDS.items():
            spoil(model(folder, "first" if spoil is renamed else "next"))
            # By whichever name it goes now.
            version = json.loads((folder / MANIFEST).read_bytes())["version"]
            told = await eve.activate(version)
            served += [] if told.startswith(f"FAILED_PRECONDITION: {version} cannot be served") else [kind]
            assert str(eve.folder) not in told
        assert await eve.serving() == "stand-in"
        unsigned(model(folder, "next"))
        assert "no key that this server trusts has signed it" in await eve.activate("next")
        model(folder, "next")
        assert await eve.activate("next") == ""
        assert await eve.serving() == "next"
    promised(
        f"with trusted keys, of {len(KINDS)} kinds of models that none of them has signed, those put in"
        f" service ({engine})",
        len(served),
        exactly=0,
    )


async def test_a_pipeline_is_run_under_a_trusted_signature_alone(serving: Serving, strict: Settings) -> None:
    async with engineer(serving, replace(strict, engine="sklearn")) as eve:
        folder, mark = model(eve.folder / "next", "next"), eve.folder.parent / "ran"
        bad = pickle.dumps(Malicious(mark))
        (folder / PIPELINE).write_bytes(bad)
        assert "ARTIFACT_DAMAGED" in await eve.activate("next")
        replace_file(folder, PIPELINE, bad, key=FOREIGN)
        assert "ARTIFACT_UNTRUSTED" in await eve.activate("next")
        assert not mark.exists()


async def test_keys_are_rotated_without_a_restart(serving: Serving, strict: Settings, trusted: Path) -> None:
    async with engineer(serving, strict) as eve:
        model(eve.folder / "old", "old")
        model(eve.folder / "new", "new", key=NEXT)
        assert "ARTIFACT_UNTRUSTED" in await eve.activate("new")
        (trusted / "next.pem").write_bytes(pem(NEXT.public_key()))
        assert [await eve.activate(each) for each in ("old", "new")] == ["", ""]
        (trusted / "ours.pem").unlink()
        assert "ARTIFACT_UNTRUSTED" in await eve.activate("old")
        # Signed anew, in place, it is the same model.
        assert train(["sign", str(eve.folder / "old"), "--key", str(written(eve.folder.parent, NEXT))]) == 0
        assert await eve.activate("old") == ""
        # No key at all is not the same as none asked for.
        (trusted / "next.pem").unlink()
        assert "BAD_TRUSTED_KEY" in await eve.activate("new")
        assert await eve.serving() == "old"


def written(folder: Path, key: Ed25519PrivateKey) -> Path:
    path = folder / "private"
    path.write_bytes(private_pem(key))
    return path


async def test_an_older_manifest_of_the_same_weights_is_no_longer_served(
    serving: Serving, strict: Settings
) -> None:
    async with engineer(serving, strict) as eve:
        folder = model(eve.folder / "next", "next")
        replayed = older(folder)
        model(folder, "next")
        model(eve.folder / "good", "good")
        assert [await eve.activate(each) for each in ("next", "good")] == ["", ""]
        for name, content in zip((MANIFEST, SIGNATURE), replayed, strict=True):
            (folder / name).write_bytes(content)
        load(folder, trusted=[OURS.public_key().public_bytes_raw()])  # so the signature is good
        assert "has served with another manifest" in await eve.activate("next")
        # Nor beside the other, under a name that sorts before it.
        shutil.copytree(folder, eve.folder / "a")
        model(folder, "next")
        assert "has served with another manifest" in await eve.activate("next")
        shutil.rmtree(eve.folder / "a")
        assert await eve.activate("next") == ""


async def test_no_older_manifest_is_found_after_a_restart(strict: Settings) -> None:
    assert strict.models
    folder = model(strict.models / "next", "next")
    models = Models(BUNDLED, strict.models, load=loader(strict))
    store = open_store(strict.database)
    with store.writing() as session:
        digest = models.get("next").manifest
        record_activation(session, "next", actor="eve", now=datetime.now(UTC), manifest=digest)
        served = manifest_served(session, "next")
    store.close()
    assert models.load("next", manifest=served).classifier.version == "next"
    older(folder)
    with pytest.raises(ModelRefused, match="another manifest"):
        models.load("next", manifest=served)


def test_the_bundled_model_is_served_unsigned_unless_its_code_is_to_run(strict: Settings) -> None:
    assert loader(strict)(BUNDLED).version == Models(BUNDLED, None).all()[0].version
    refused = Models(BUNDLED, None, load=loader(replace(strict, engine="sklearn")))
    with pytest.raises(ModelRefused, match="ARTIFACT_UNTRUSTED"):
        refused.load(refused.all()[0].version, manifest="")


def test_it_is_told_of_each_model_whether_its_signature_lets_it_serve(
    strict: Settings, trusted: Path
) -> None:
    assert strict.models
    spoilt = {"theirs": foreign, "none": unsigned, "changed": changed, "linked": linked}
    model(strict.models / "ours", "ours")
    for version, spoil in spoilt.items():
        spoil(model(strict.models / version, version))

    def told(settings: Settings) -> dict[str, str]:
        models = Models(BUNDLED, settings.models, trust=truster(settings))
        return {each.version: models.trust(each).value for each in models.all()}

    bundled = Models(BUNDLED, None).all()[0].version
    refused = dict.fromkeys(spoilt, "untrusted")
    assert told(strict) == {bundled: "trusted", "ours": "trusted"} | refused
    # What may run code goes by its signature, wherever it came from.
    run = replace(strict, engine="sklearn")
    assert told(run) == {bundled: "untrusted", "ours": "trusted"} | refused
    assert set(told(replace(strict, trusted_keys=None)).values()) == {"not_asked"}
    (trusted / "ours.pem").unlink()
    assert told(strict) == {bundled: "trusted", "ours": "untrusted"} | refused


def test_the_shipped_server_runs_a_pipeline_that_is_signed(tmp_path: Path, trusted: Path) -> None:
    port = free_port()
    folder = model(tmp_path / "mine", "mine")
    flags = ("--engine", "sklearn", "--trusted-keys", str(trusted), "--model", str(folder))
    with shipped(port, *flags), grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = moderation_pb2_grpc.ModerationServiceStub(channel)
        assert stub.ScoreArticle(ask("It may help."), timeout=20).score.model_version == "mine"


def test_a_pipeline_without_trusted_keys_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert overclaim(["serve", "--engine", "sklearn"]) == 2
    assert "needs --trusted-keys" in capsys.readouterr().err


def test_a_model_that_no_trusted_key_has_signed_ends_the_command(tmp_path: Path, trusted: Path) -> None:
    folder = model(tmp_path / "mine", "mine", key=FOREIGN)
    listen = ("--listen", f"127.0.0.1:{free_port()}", "--drain-seconds", "0")
    command = [OVERCLAIM, "serve", *listen, "--trusted-keys", str(trusted), "--model", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "the manifest is not signed by a key that you trust" in done.stderr


def test_keys_are_read_from_a_file_of_several_and_from_a_folder(tmp_path: Path, trusted: Path) -> None:
    several = tmp_path / "several.pem"
    several.write_bytes(b"# ours\n" + pem(OURS.public_key()) + pem(NEXT.public_key()))
    raw = [each.public_key().public_bytes_raw() for each in (OURS, NEXT)]
    assert read_keys(several) == raw
    assert read_keys(trusted) == raw[:1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"", "holds no public key"),
        (b"ssh-ed25519 AAAA", "holds no public key"),
        (private_pem(OURS), "no Ed25519 public key"),
        (pem(elliptic(SECP256R1()).public_key()), "no Ed25519 public key"),
        (pem(OURS.public_key()).replace(b"M", b"%", 1), "no Ed25519 public key"),
    ],
)
def test_what_is_no_public_key_is_never_passed_over(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadTrustedKey, match=told):
        read_keys(file)


def test_a_model_is_signed_where_it_lies_if_it_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = model(tmp_path / "mine", "mine", key=None)
    key = written(tmp_path, OURS)
    assert train(["sign", str(folder), "--key", str(key)]) == 0
    assert capsys.readouterr().out == f"{folder / SIGNATURE}\n"
    load(folder, engine="sklearn", trusted=[OURS.public_key().public_bytes_raw()])
    assert {each.name for each in folder.iterdir()} == {each.name for each in BUNDLED.iterdir()} | {SIGNATURE}
    before = (folder / SIGNATURE).read_bytes()
    with (folder / WEIGHTS).open("ab") as file:
        file.write(b"?")
    assert train(["sign", str(folder), "--key", str(key)]) == 2
    assert "not the file that the manifest names" in capsys.readouterr().err
    assert (folder / SIGNATURE).read_bytes() == before
    assert train(["sign", str(tmp_path / "none"), "--key", str(key)]) == 2


@pytest.mark.parametrize("content", [None, b"", pem(OURS.public_key())])
def test_what_is_no_private_key_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(ModelError, match="key"):
        private_key(tmp_path / "key")
