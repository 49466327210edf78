"""Models that differ, so that an answer tells which one made it; and what a broken copy leaves of one."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from service.classifier import artifact
from service.classifier.artifact import MANIFEST, MODEL, PIPELINE, SELF_TEST, WEIGHTS
from service.classifier.selftest import Expected
from tests.conftest import BUNDLED
from tests.test_artifact import replace_file, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.classifier.model import Classifier


def variant(folder: Path, version: str, *, leaning: float) -> Classifier:
    """Write the bundled model with its verdicts leaning by some logits, and a self-test of what it says."""
    directory = _leaning(folder, version, leaning)
    weights, model = ((directory / name).read_bytes() for name in (WEIGHTS, MODEL))
    scorer, _ = artifact._compiled(weights, model)
    told = json.loads((directory / SELF_TEST).read_bytes())
    tests = [Expected.from_json(each) for each in told]
    again = [
        Expected(each.title, each.sentences, scorer.predict(each.sentences, title=each.title))
        for each in tests
    ]
    replace_file(directory, SELF_TEST, json.dumps([each.to_json() for each in again]).encode())
    return artifact.load(directory)


def lying(folder: Path, version: str) -> None:
    """Write a model whose digests are right and whose self-test promises other scores."""
    _leaning(folder, version, 9.0)


def flipped(folder: Path, version: str) -> None:
    """Write a model of whose weights one bit has turned over."""
    weights = _leaning(folder, version, 9.0) / WEIGHTS
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)


def half_written(folder: Path, version: str) -> None:
    """Write a model whose copying has come as far as the half of its weights."""
    weights = _leaning(folder, version, 9.0) / WEIGHTS
    os.truncate(weights, weights.stat().st_size // 2)


def without_weights(folder: Path, version: str) -> None:
    """Write a model whose copying has only begun."""
    (_leaning(folder, version, 9.0) / WEIGHTS).unlink()


def half_told(folder: Path, version: str) -> None:
    """Write a model whose manifest ends in the middle."""
    manifest = _leaning(folder, version, 9.0) / MANIFEST
    os.truncate(manifest, manifest.stat().st_size // 2)


BROKEN: tuple[Callable[[Path, str], None], ...] = (
    lying,
    flipped,
    half_written,
    without_weights,
    half_told,
)


def _leaning(folder: Path, version: str, leaning: float) -> Path:
    """Write a model with other weights than its self-test was made with."""
    directory = folder / version
    shutil.rmtree(directory, ignore_errors=True)
    # No server reads the pickle, which is most of a model's bytes.
    shutil.copytree(BUNDLED, directory, ignore=shutil.ignore_patterns(PIPELINE))
    rewrite(directory, lambda manifest: manifest.update(version=version))
    out = io.BytesIO()
    with np.load(directory / WEIGHTS) as arrays, zipfile.ZipFile(out, "w") as packed:
        for name in arrays.files:
            array = arrays[name] + leaning * np.eye(1, 3)[0] if name == "verdict_intercept" else arrays[name]
            with packed.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array)
    replace_file(directory, WEIGHTS, out.getvalue())
    return directory
