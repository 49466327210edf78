"""A model's directory is served whole and as it was made, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.classifier import artifact
from service.classifier.artifact import CARD, MANIFEST, MODEL, PIPELINE, SELF_TEST, SIGNATURE, WEIGHTS, load
from service.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMissing,
    ArtifactUnsupported,
    ArtifactUntrusted,
    BadTrustedKey,
    SelfTestFailed,
)
from tests.small import BUNDLED, RECIPE, fitted, pages
from training.evaluate import evaluate
from training.fit import save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = [KEY.public_key().public_bytes_raw()]
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
READ = (WEIGHTS, MODEL, SELF_TEST)
REFUSED = (ArtifactError, SelfTestFailed)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models") / "small"
    found = evaluate(pages(), fitted().predict(pages()), model="small", how="", resamples=2)
    save(fitted(), directory, evaluation=found, key=KEY)
    return directory


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "copy")


def rewrite(
    directory: Path, change: Callable[[dict[str, Any]], object], *, key: Ed25519PrivateKey | None = None
) -> None:
    """Change a manifest as an attacker could: without the key, unless it is given."""
    manifest = json.loads((directory / MANIFEST).read_bytes())
    change(manifest)
    raw = json.dumps(manifest).encode()
    (directory / MANIFEST).write_bytes(raw)
    if key is not None:
        (directory / SIGNATURE).write_bytes(key.sign(raw))


def replace_file(directory: Path, name: str, content: bytes, *, key: Ed25519PrivateKey | None = None) -> None:
    """Put other content in a file's place, and its digest into the manifest."""
    (directory / name).write_bytes(content)
    promised = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    rewrite(directory, lambda manifest: manifest["files"].update({name: promised}), key=key)


def test_a_model_is_read_back_by_either_engine_and_they_agree(made: Path) -> None:
    compiled, pipeline = load(made), load(made, engine="sklearn", trusted=TRUSTED)
    assert type(compiled.scorer) is not type(pipeline.scorer)
    for article in pages()[:12]:
        body = "\n\n".join(sentence.text for sentence in article.sentences)
        one, other = compiled.score(body, explain=False), pipeline.score(body, explain=False)
        assert (one.verdict, one.severity, one.model) == (other.verdict, other.severity, other.model)
        for first, second in zip(one.sentences, other.sentences, strict=True):
            assert first.label is second.label
            assert abs(first.scores.overstated - second.scores.overstated) < 1e-6


def test_the_bundled_model_loads() -> None:
    load(BUNDLED).self_test()
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 8 * 1024 * 1024


@pytest.mark.parametrize("name", [MANIFEST, *READ, PIPELINE, SIGNATURE])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises((ArtifactMissing, ArtifactUntrusted)) as told:
        load(copy, engine="sklearn", trusted=TRUSTED)
    assert name in str(told.value) or name == SIGNATURE


@pytest.mark.parametrize("name", [MANIFEST, *READ, PIPELINE, SIGNATURE])
def test_a_truncated_file_is_refused(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    for length in (0, 1, len(content) // 2, len(content) - 1):
        (copy / name).write_bytes(content[:length])
        with pytest.raises((ArtifactDamaged, ArtifactUntrusted)):
            load(copy, engine="sklearn", trusted=TRUSTED)


@pytest.mark.parametrize("name", [MANIFEST, *READ, PIPELINE, SIGNATURE])
def test_forty_flipped_bits_are_each_refused(copy: Path, name: str) -> None:
    rng = random.Random(name)
    content = bytearray((copy / name).read_bytes())
    for _ in range(40):
        place, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
        content[place] ^= bit
        (copy / name).write_bytes(content)
        with pytest.raises(ArtifactError):
            load(copy, engine="sklearn", trusted=TRUSTED)
        content[place] ^= bit


@pytest.mark.parametrize("name", READ)
def test_the_compiled_engine_refuses_flipped_bits_without_any_key(copy: Path, name: str) -> None:
    rng = random.Random(name)
    content = bytearray((copy / name).read_bytes())
    for _ in range(40):
        place = rng.randrange(len(content))
        content[place] ^= 1 << rng.randrange(8)
        (copy / name).write_bytes(content)
        with pytest.raises(ArtifactDamaged, match=name):
            load(copy)


def test_a_file_of_another_model_is_refused(copy: Path, tmp_path: Path) -> None:
    model = RECIPE.fit(pages()[:20])
    found = evaluate(pages()[:20], model.predict(pages()[:20]), model="other", how="", resamples=2)
    save(model, tmp_path / "other", evaluation=found, key=KEY)
    for name in (WEIGHTS, SELF_TEST, PIPELINE):
        mine, theirs = (copy / name).read_bytes(), (tmp_path / "other" / name).read_bytes()
        (copy / name).write_bytes(theirs)
        with pytest.raises(ArtifactDamaged):
            load(copy, engine="sklearn", trusted=TRUSTED)
        replace_file(copy, name, theirs, key=KEY)
        with pytest.raises(SelfTestFailed):
            load(copy, engine="sklearn", trusted=TRUSTED)
        replace_file(copy, name, mine, key=KEY)
    load(copy, engine="sklearn", trusted=TRUSTED)


def test_two_files_swapped_are_refused(copy: Path) -> None:
    weights, model = (copy / WEIGHTS).read_bytes(), (copy / MODEL).read_bytes()
    replace_file(copy, WEIGHTS, model)
    replace_file(copy, MODEL, weights)
    with pytest.raises(ArtifactUnsupported):
        load(copy)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"{}", b"\x93NUMPY", b"[]"])
@pytest.mark.parametrize("name", READ)
def test_a_file_that_is_what_the_manifest_says_but_no_part_of_a_model_is_refused(
    copy: Path, name: str, content: bytes
) -> None:
    replace_file(copy, name, content)
    with pytest.raises(REFUSED):
        load(copy)


def test_arrays_of_another_shape_are_refused(copy: Path) -> None:
    with np.load(copy / WEIGHTS) as arrays:
        weights = dict(arrays)
    for name in ("term_weights", "sign_weights", "intercept", "verdict_weights"):
        file = copy / "narrow.npz"
        np.savez_compressed(file, **{**weights, name: weights[name][:1]})
        replace_file(copy, WEIGHTS, file.read_bytes())
        with pytest.raises(REFUSED):
            load(copy)


def test_an_oversized_file_is_refused_before_it_is_read(copy: Path) -> None:
    with (copy / WEIGHTS).open("r+b") as file:
        file.truncate(artifact.MOST_BYTES + 1)  # a hole: no disk is used
    with pytest.raises(ArtifactDamaged, match="larger"):
        load(copy)


def test_a_manifest_that_is_not_signed_by_a_trusted_key_is_refused(copy: Path) -> None:
    with pytest.raises(ArtifactUntrusted):
        load(copy, engine="sklearn")
    with pytest.raises(ArtifactUntrusted):
        load(copy, trusted=[OTHER.public_key().public_bytes_raw()])
    load(copy, trusted=[OTHER.public_key().public_bytes_raw(), *TRUSTED])
    rewrite(copy, lambda manifest: manifest.update(version="mine"), key=OTHER)
    with pytest.raises(ArtifactUntrusted):
        load(copy, trusted=TRUSTED)
    (copy / SIGNATURE).unlink()
    with pytest.raises(ArtifactUntrusted, match="not signed"):
        load(copy, trusted=TRUSTED)


@pytest.mark.parametrize("name", ["../weights.npz", "/etc/passwd", "sub/weights.npz", "more.npz", ""])
def test_a_manifest_that_names_other_paths_is_refused(copy: Path, name: str) -> None:
    rewrite(copy, lambda manifest: manifest["files"].update({name: manifest["files"][WEIGHTS]}))
    with pytest.raises(ArtifactDamaged, match="names other files"):
        load(copy)


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b"{}", b'{"form": 3, "files": []}', b'{"form": 3, "files": {"a": 1}}', b"\xff"],
)
def test_what_is_no_manifest_is_refused(copy: Path, raw: bytes) -> None:
    (copy / MANIFEST).write_bytes(raw)
    with pytest.raises(ArtifactDamaged):
        load(copy)


def test_another_form_and_other_signs_are_told_apart_from_damage(copy: Path) -> None:
    fields = json.loads((copy / MODEL).read_bytes())
    fields["signs"].reverse()
    replace_file(copy, MODEL, json.dumps(fields).encode())
    with pytest.raises(ArtifactUnsupported, match="fit the model anew"):
        load(copy)
    rewrite(copy, lambda manifest: manifest.update(form=4))
    with pytest.raises(ArtifactUnsupported, match="form 3"):
        load(copy)


class Malicious:
    """A pickle that makes a directory when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_malicious_pickle_is_never_opened_unsigned_or_by_the_compiled_engine(
    copy: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    pickled = pickle.dumps(Malicious(mark))
    (copy / PIPELINE).write_bytes(pickled)
    with pytest.raises(ArtifactDamaged):
        load(copy, engine="sklearn", trusted=TRUSTED)
    replace_file(copy, PIPELINE, pickled)
    load(copy)
    for trusted in ([], TRUSTED):
        with pytest.raises(ArtifactUntrusted):
            load(copy, engine="sklearn", trusted=trusted)
    assert not mark.exists()
    pickle.loads(pickled)  # noqa: S301 - our own, to see that it would have run
    assert mark.exists()


def test_the_card_may_be_corrected_where_it_lies(copy: Path) -> None:
    (copy / CARD).write_text("A better card.\n")
    load(copy, engine="sklearn", trusted=TRUSTED)


@pytest.mark.parametrize("raw", [b"", TRUSTED[0][:-1], TRUSTED[0] + b"\0", TRUSTED[0].hex().encode()])
def test_a_trusted_key_of_a_wrong_length_is_told_in_our_words(made: Path, raw: bytes) -> None:
    with pytest.raises(BadTrustedKey, match=f"{len(raw)} bytes"):
        load(made, trusted=[*TRUSTED, raw])
