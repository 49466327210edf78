"""Whether a key that the operator trusts has signed a manifest (Ed25519).

A module of its own, because a server that trusts no key need not carry the library: 8 MB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from service.errors import BadTrustedKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Private keys too, so that one which lies there is told and not passed over.
PEM: Final = re.compile(rb"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\n?", re.DOTALL)


def public_keys(raw: Sequence[bytes]) -> list[Ed25519PublicKey]:
    """Read raw public keys; raises BadTrustedKey."""
    return [_public_key(each) for each in raw]


def read_keys(path: Path) -> list[bytes]:
    """Read public keys in PEM, one or several in a file, or in the *.pem of a folder: raw, 32 bytes each.

    Raises BadTrustedKey, also when there is none: to trust nobody is not the same as to ask for nothing.
    """
    try:
        files = sorted(path.glob("*.pem")) if path.is_dir() else [path]
        keys = [key for file in files for key in _keys_in(file)]
    except OSError as error:
        raise BadTrustedKey(f"{path}: {error.strerror}") from None
    if not keys:
        raise BadTrustedKey(f"{path} holds no public key in PEM")
    return keys


def is_signed(message: bytes, signature: bytes, keys: Sequence[Ed25519PublicKey]) -> bool:
    """Say whether any of the keys made the signature of this message."""
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return True
    return False


def _keys_in(file: Path) -> Iterator[bytes]:
    for block in PEM.findall(file.read_bytes()):
        try:
            key = load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise BadTrustedKey(f"{file} holds a key that is no Ed25519 public key")
        yield key.public_bytes_raw()


def _public_key(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise BadTrustedKey(f"a trusted key has {len(raw)} bytes; an Ed25519 public key has 32") from None
