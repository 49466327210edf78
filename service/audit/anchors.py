"""Anchors: where the chains ended at some moment, kept where whoever can write the database cannot reach.

A chain by itself shows any change but two: an end that is cut off, and everything rewritten from some entry
on, each with the head changed to match. Both contradict an anchor taken after what was changed.
"""

from __future__ import annotations

import json
import os
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
    from io import FileIO
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.store.engine import Store

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


def append(store: Store, path: Path, *, key: Path | None, now: datetime) -> None:
    """Take an anchor and see it to the end of a file, and to the disk; BadAnchor when that cannot be."""
    with store.snapshot() as session:
        line = write(take(session, now=now), key=key)
    try:
        with path.open("ab", buffering=0) as file:
            _add(file, f"{line}\n".encode())
    except OSError as error:
        raise BadAnchor(f"{path}: {error.strerror}") from None


def _add(file: FileIO, line: bytes) -> None:
    """Add a line and see it to the disk, or leave the file as it was: half a line would spoil all of it."""
    whole = file.tell()
    try:
        while line:
            line = line[file.write(line) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(whole)
        raise


def read(path: Path, *, trusted: Path | None) -> list[Anchor]:
    """Read a file of anchors, a line each; BadAnchor for what is none, or the `trusted` key did not sign."""
    key = None if trusted is None else _public(trusted)
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise BadAnchor(f"{path}: {error.strerror}") from None
    except ValueError:
        lines = []
    if not lines:
        raise BadAnchor(f"{path} holds no anchors; `overclaim audit anchor` writes them")
    return [_anchor(line, f"{path}, line {number}", key) for number, line in enumerate(lines, start=1)]


def _anchor(line: str, where: str, key: Ed25519PublicKey | None) -> Anchor:
    try:
        told = json.loads(line)
        if told["form"] != FORM:
            raise BadAnchor(f"{where}: form {told['form']!r}; this version reads form {FORM}")
        heads = {str(chain): (int(number), str(digest)) for chain, (number, digest) in told["heads"].items()}
        anchor = Anchor(str(told["at"]), heads)
        signature = bytes.fromhex(told.get("signature", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadAnchor(f"{where} is no anchor; `overclaim audit anchor` writes them") from None
    if key is not None:
        try:
            key.verify(signature, anchor.signed())
        except InvalidSignature:
            raise BadAnchor(f"{where} is not signed by the trusted key") from None
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
