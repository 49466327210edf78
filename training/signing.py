"""Signs a model's manifest, so that servers which trust the key take it: `sign`, and `fit --key`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from service.classifier import artifact
from service.errors import ArtifactError
from training.fit import ModelError, sync

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add(commands: Any) -> None:  # noqa: ANN401 - argparse does not publish the type
    """Add the command to a parser's."""
    signing = commands.add_parser("sign", help="sign a model, for servers that trust the key")
    signing.add_argument("model", type=Path, metavar="DIR", help="the model's directory")
    signing.add_argument(
        "--key", type=Path, required=True, metavar="PEM", help="an Ed25519 private key, without a password"
    )
    signing.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Sign a model that is whole; tell of what."""
    manifest = sign(options.model, private_key(options.key))
    console.print(f"Signed {manifest['version']}.")
    sys.stdout.write(f"{options.model / artifact.SIGNATURE}\n")
    return 0


def private_key(path: Path) -> Ed25519PrivateKey:
    """Read a key to sign with. Raises ModelError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ModelError(f"{path} holds no Ed25519 private key in PEM without a password")
    return key


def sign(directory: Path, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Sign the manifest of a model, in place of any signature before, and give the manifest.

    Every file is held to its digest first: nobody vouches for what is damaged already. Raises ModelError.
    """
    try:
        raw = artifact.require_whole(directory)
        manifest = artifact.manifest_of(directory)
    except ArtifactError as error:
        raise ModelError(str(error)) from error
    try:
        _replace(directory / artifact.SIGNATURE, key.sign(raw))
    except OSError as error:
        raise ModelError(f"{directory}: {error.strerror}") from error
    return manifest


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(descriptor, 0o644)
        sync(written)
        written.replace(path)
        sync(path.parent)
    finally:
        written.unlink(missing_ok=True)
