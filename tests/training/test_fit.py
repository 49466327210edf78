from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.classifier import artifact
from tests.small import classifier, fitted, pages
from training.evaluate import evaluate
from training.fit import ModelError, load, save

if TYPE_CHECKING:
    from pathlib import Path

    from training.evaluation import Evaluation


@pytest.fixture(scope="module")
def measured() -> Evaluation:
    return evaluate(pages(), fitted().predict(pages()), model="small", how="On itself.", resamples=2)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, measured: Evaluation) -> Path:
    directory = tmp_path_factory.mktemp("models") / "small"
    save(fitted(), directory, evaluation=measured, card="# A card\n")
    return directory


def test_what_is_saved_is_read_back_and_says_the_same(saved: Path) -> None:
    for one, other in zip(load(saved).predict(pages()), fitted().predict(pages()), strict=True):
        assert np.abs(one.sentences - other.sentences).max() < 1e-6
        assert (one.labels, one.verdict, one.severity) == (other.labels, other.verdict, other.severity)


def test_the_manifest_names_every_file_and_the_version_its_weights(saved: Path) -> None:
    manifest = json.loads((saved / artifact.MANIFEST).read_text("utf-8"))
    on_disk = {path.name for path in saved.iterdir()} - {artifact.MANIFEST}
    assert manifest["files"].keys() == on_disk == set(artifact.FILES)
    for name, promised in manifest["files"].items():
        content = (saved / name).read_bytes()
        assert promised == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["version"].endswith(manifest["files"][artifact.WEIGHTS]["sha256"][:12])
    assert classifier().version == "small"


def test_one_model_saved_twice_has_the_same_weights_to_the_byte(
    saved: Path, measured: Evaluation, tmp_path: Path
) -> None:
    save(fitted(), tmp_path / "again", evaluation=measured)
    assert (tmp_path / "again" / artifact.WEIGHTS).read_bytes() == (saved / artifact.WEIGHTS).read_bytes()


def test_saving_over_something_refuses(saved: Path, measured: Evaluation) -> None:
    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    with pytest.raises(ModelError, match="exists"):
        save(fitted(), saved, evaluation=measured)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before


def test_a_failed_save_leaves_nothing_behind(
    measured: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        save(fitted(), tmp_path / "model", evaluation=measured)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_told(measured: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="file"):
        save(fitted(), tmp_path / "file" / "model", evaluation=measured)


def test_a_key_signs_the_manifest(measured: Evaluation, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    save(fitted(), tmp_path / "signed", evaluation=measured, key=key)
    signed = (tmp_path / "signed" / artifact.MANIFEST).read_bytes()
    key.public_key().verify((tmp_path / "signed" / artifact.SIGNATURE).read_bytes(), signed)


def test_a_directory_that_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json"):
        load(tmp_path)
