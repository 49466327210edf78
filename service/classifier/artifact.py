"""A model's directory: written once, verified before anything in it is read.

`manifest.json` names every file with its size and SHA-256, and may be signed (`manifest.sig`, Ed25519). The
served form is `weights.npz` and `model.json`: arrays and names, nothing that can run. `pipeline.joblib` is
a pickle, which can run code; it is opened only when the manifest bears a signature of a key that the
operator trusts.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from service.classifier import signs
from service.classifier.compiled import Compiled, Linear, Tables
from service.classifier.decide import Biases
from service.classifier.model import Classifier
from service.classifier.selftest import Expected
from service.errors import (
    ArtifactDamaged,
    ArtifactMissing,
    ArtifactUnsupported,
    ArtifactUntrusted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from service.classifier.model import Scorer

FORM: Final = 3
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
WEIGHTS: Final = "weights.npz"
MODEL: Final = "model.json"
SELF_TEST: Final = "self_test.json"
PIPELINE: Final = "pipeline.joblib"
CARD: Final = "card.md"
FILES: Final = frozenset({WEIGHTS, MODEL, SELF_TEST, PIPELINE, CARD})
# A model is a few megabytes. More than this is no model of ours, and is refused before it is read.
MOST_BYTES: Final = 256 * 1024 * 1024
LONGEST_VERSION: Final = 100
# What reading a file that is not what it should be may raise; JSON of a thousand brackets, RecursionError.
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
UNPACKABLE: Final = (*UNREADABLE, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


def load(directory: Path, *, engine: str = "compiled", trusted: Sequence[bytes] = ()) -> Classifier:
    """Verify, build and self-test the model of a directory.

    `engine` is "compiled", or "sklearn" for the joblib pipeline, which needs a manifest signed by one of
    the `trusted` raw public keys (32 bytes each). Where keys are given, the compiled form needs one as
    well. Raises ArtifactMissing, ArtifactDamaged, ArtifactUntrusted, ArtifactUnsupported, BadTrustedKey or
    SelfTestFailed.
    """
    verify = _verifier(trusted) if trusted or engine == "sklearn" else None
    raw = _file(directory, MANIFEST)
    manifest = _manifest(raw, directory)
    if verify is not None:
        verify(directory, raw)
    compiled, biases = _compiled(
        _verified(directory, manifest, WEIGHTS), _verified(directory, manifest, MODEL)
    )
    expected = _expected(_verified(directory, manifest, SELF_TEST))
    scorer: Scorer = compiled
    if engine == "sklearn":
        scorer = _pipeline(_verified(directory, manifest, PIPELINE))
    digest = hashlib.sha256(raw).hexdigest()
    classifier = Classifier(str(manifest["version"]), compiled, biases, expected, scorer, digest)
    try:
        classifier.self_test()
    except (IndexError, ValueError) as error:
        raise ArtifactUnsupported(f"{directory}: the tables of {WEIGHTS} do not fit together") from error
    return classifier


def manifest_of(directory: Path) -> dict[str, Any]:
    """Give the manifest of a directory, its form checked but none of its files."""
    return manifest_and_digest(directory)[0]


def manifest_and_digest(directory: Path) -> tuple[dict[str, Any], str]:
    """Give the manifest of a directory with its own SHA-256, in hexadecimal: the two belong together."""
    raw = _file(directory, MANIFEST)
    return _manifest(raw, directory), hashlib.sha256(raw).hexdigest()


def require_whole(directory: Path) -> bytes:
    """Hold every file to the manifest, but for the card, which may be corrected, and give the manifest.

    Raises ArtifactMissing or ArtifactDamaged.
    """
    raw = _file(directory, MANIFEST)
    manifest = _manifest(raw, directory)
    for name in manifest["files"].keys() - {CARD}:
        _verified(directory, manifest, name)
    return raw


def is_trusted(directory: Path, trusted: Sequence[bytes]) -> bool:
    """Say whether one of the raw public keys signed the manifest; of its files, nothing is said.

    Raises BadTrustedKey.
    """
    verify = _verifier(trusted)
    try:
        verify(directory, _file(directory, MANIFEST))
    except (ArtifactDamaged, ArtifactMissing, ArtifactUntrusted):
        return False
    return True


def _manifest(raw: bytes, directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
        if manifest["form"] != FORM:
            raise ArtifactUnsupported(
                f"{directory}: form {manifest['form']!r}; this version reads form {FORM}"
            )
        named = manifest["files"]
        whole = all(
            name in FILES and isinstance(each["bytes"], int) and isinstance(each["sha256"], str)
            for name, each in named.items()
        )
        if (
            not whole
            or not {WEIGHTS, MODEL, SELF_TEST} <= named.keys()
            or not isinstance(manifest["version"], str)
            or not 1 <= len(manifest["version"]) <= LONGEST_VERSION
            or not manifest["version"].isprintable()
        ):
            raise ArtifactDamaged(f"{directory}: {MANIFEST} names other files than a model has")
    except UNREADABLE as error:
        raise ArtifactDamaged(f"{directory}: {MANIFEST} is not a manifest") from error
    return dict(manifest)


def _verifier(trusted: Sequence[bytes]) -> Callable[[Path, bytes], None]:
    from service.classifier.signature import is_signed, public_keys  # noqa: PLC0415 - as that module says

    keys = public_keys(trusted)

    def verify(directory: Path, raw: bytes) -> None:
        try:
            signature = _file(directory, SIGNATURE)
        except ArtifactMissing as error:
            raise ArtifactUntrusted(f"{directory}: the manifest is not signed") from error
        if not is_signed(raw, signature, keys):
            raise ArtifactUntrusted(f"{directory}: the manifest is not signed by a key that you trust")

    return verify


def _verified(directory: Path, manifest: dict[str, Any], name: str) -> bytes:
    """Give the very bytes whose digest was compared: what is read later could be another file."""
    if name not in manifest["files"]:
        raise ArtifactMissing(f"{directory}: the manifest names no {name}")
    promised = manifest["files"][name]
    found = _file(directory, name)
    if len(found) != promised["bytes"] or hashlib.sha256(found).hexdigest() != promised["sha256"]:
        raise ArtifactDamaged(f"{directory}: {name} is not the file that the manifest names; copy it afresh")
    return found


def _file(directory: Path, name: str) -> bytes:
    path = directory / name
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise ArtifactDamaged(f"{path} is no file of its own; copy the artifact afresh")
        if path.stat().st_size > MOST_BYTES:
            raise ArtifactDamaged(f"{path} is larger than any model")
        return path.read_bytes()
    except OSError as error:
        raise ArtifactMissing(f"{path}: {error.strerror}") from error


def _compiled(weights: bytes, model: bytes) -> tuple[Compiled, Biases]:
    try:
        fields = json.loads(model)
        if fields["signs"] != list(signs.NAMES):
            raise ArtifactUnsupported(
                f"{MODEL} weighs other signs than this version reads; fit the model anew"
            )
        _require_small(weights)
        with np.load(io.BytesIO(weights), allow_pickle=False) as arrays:
            tables = Tables(
                terms=tuple(bytes(arrays["terms"]).decode("utf-8").split("\n")),
                term_weights=arrays["term_weights"],
                word_categories=arrays["word_categories"],
                word_page=arrays["word_page"],
                sign_weights=arrays["sign_weights"],
                sign_categories=arrays["sign_categories"],
                intercept=arrays["intercept"],
                category_intercept=arrays["category_intercept"],
                **{
                    step: Linear(arrays[f"{step}_weights"], arrays[f"{step}_intercept"])
                    for step in ("surroundings", "verdict", "severity")
                },
            )
        biases = Biases(*(np.asarray(fields[name]) for name in ("label_bias", "alone_bias")))
        return Compiled(tables), biases
    except UNPACKABLE as error:
        raise ArtifactUnsupported(f"{WEIGHTS} or {MODEL} lacks what this version reads: {error}") from error


def _require_small(weights: bytes) -> None:
    """Raise ValueError before anything is unpacked that would be larger than a model, or than it says."""
    with zipfile.ZipFile(io.BytesIO(weights)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
            raise ValueError(f"{WEIGHTS} unpacks to more than any model")
        for each in packed.infolist():
            with packed.open(each) as member:
                # NumPy makes room for what the header says, whether or not it is there.
                if np.lib.format.read_magic(member) != (1, 0):
                    raise ValueError(f"{WEIGHTS} has an array of a form that no model has")
                shape, _, kind = np.lib.format.read_array_header_1_0(member)
                if kind.hasobject or math.prod(shape) * kind.itemsize > each.file_size:
                    raise ValueError(f"{WEIGHTS} has an array that is not what it says")


def _expected(self_test: bytes) -> tuple[Expected, ...]:
    try:
        expected = tuple(map(Expected.from_json, json.loads(self_test)))
    except UNREADABLE as error:
        raise ArtifactUnsupported(f"{SELF_TEST} is not a self-test that this version reads") from error
    if not expected:
        raise ArtifactUnsupported(f"{SELF_TEST} tests nothing")
    return expected


def _pipeline(pickled: bytes) -> Scorer:
    # Heavy, and not needed by the compiled form; a server that runs that one never imports scikit-learn.
    import joblib  # noqa: PLC0415 - the reason stands above

    pipeline: Scorer = joblib.load(io.BytesIO(pickled))
    return pipeline
