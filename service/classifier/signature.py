"""Whether a key that the operator trusts has signed a manifest (Ed25519).

A module of its own, because a server that trusts no key need not carry the library: 8 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.errors import BadTrustedKey

if TYPE_CHECKING:
    from collections.abc import Sequence


def public_keys(raw: Sequence[bytes]) -> list[Ed25519PublicKey]:
    """Read raw public keys; raises BadTrustedKey."""
    return [_public_key(each) for each in raw]


def is_signed(message: bytes, signature: bytes, keys: Sequence[Ed25519PublicKey]) -> bool:
    """Say whether any of the keys made the signature of this message."""
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return True
    return False


def _public_key(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise BadTrustedKey(f"a trusted key has {len(raw)} bytes; an Ed25519 public key has 32") from None
