"""Certificates for tests, made by an authority of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write both, one after the other, as renewal scripts do."""
        paths = folder / f"{name}.pem", folder / f"{name}.key.pem"
        for path, content in zip(paths, (self.certificate, self.key), strict=True):
            path.write_bytes(content)
        return paths


@dataclass(frozen=True)
class Authority:
    """Signs certificates for localhost and for clients."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, name: str = "authority") -> Self:
        """Make an authority that nobody knows yet."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(_signed(name, key, _named(name), key, valid=(-HOUR, HOUR), authority=True), key)

    @property
    def pem(self) -> bytes:
        """What is to be trusted."""
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, name: str, *, valid: tuple[timedelta, timedelta] = (-HOUR, HOUR)) -> Pair:
        """Give a certificate, valid from and until so long from now, with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = _signed(name, key, self.certificate.subject, self.key, valid=valid, authority=False)
        return Pair(
            signed.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    *,
    valid: tuple[timedelta, timedelta],
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid[0])
        .not_valid_after(now + valid[1])
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )
