"""Anchors: where the chains ended at some moment, kept where whoever can write the database cannot reach.

A chain by itself shows any change but two: an end that is cut off, and everything rewritten from some entry
on, each with the head changed to match. Both contradict an anchor taken after what was changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from sqlalchemy import select

from service.errors import BadAnchor
from service.store.chain import canonical, instant
from service.store.ledger import AuditHead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

FORM = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and the digest of each chain's last entry at a time."""

    at: str
    heads: Mapping[str, tuple[int, str]]

    def signed(self) -> bytes:
        """Give the bytes that a signature is of."""
        heads = {chain: list(head) for chain, head in self.heads.items()}
        return b"overclaim audit anchor\n" + canonical([FORM, self.at, heads])


def take(session: Session, *, now: datetime) -> Anchor:
    """Take an anchor of every chain as it stands."""
    heads = session.scalars(select(AuditHead).order_by(AuditHead.chain))
    return Anchor(instant(now), {each.chain: (each.number, each.digest) for each in heads})


def write(anchor: Anchor, *, key: Path | None) -> str:
    """Write an anchor as a line of JSON, signed if there is a private key (Ed25519, PEM) to sign with."""
    told: dict[str, Any] = {"form": FORM, "at": anchor.at, "heads": anchor.heads}
    if key is not None:
        told["signature"] = _private(key).sign(anchor.signed()).hex()
    return json.dumps(told)


def read(path: Path, *, trusted: Path | None) -> Anchor:
    """Read an anchor; BadAnchor for what is none, or that the `trusted` public key did not sign."""
    try:
        told = json.loads(path.read_bytes())
        if told["form"] != FORM:
            raise BadAnchor(f"{path}: form {told['form']!r}; this version reads form {FORM}")
        heads = {str(chain): (int(number), str(digest)) for chain, (number, digest) in told["heads"].items()}
        anchor = Anchor(str(told["at"]), heads)
        signature = bytes.fromhex(told.get("signature", ""))
    except OSError as error:
        raise BadAnchor(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadAnchor(f"{path} is no anchor; `overclaim audit anchor` writes them") from None
    if trusted is not None:
        try:
            _public(trusted).verify(signature, anchor.signed())
        except InvalidSignature:
            raise BadAnchor(f"{path} is not signed by the key in {trusted}") from None
    return anchor


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise BadAnchor(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadAnchor(f"{path} holds no Ed25519 private key in PEM without a password")
    return key


def _public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise BadAnchor(f"{path}: {error.strerror}") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise BadAnchor(f"{path} holds no Ed25519 public key in PEM")
    return key
