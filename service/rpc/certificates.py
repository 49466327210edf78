"""The server's certificate and key, read anew when their files change, without an end to any connection."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import grpc
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from service.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS_BETWEEN_LOOKS = 5.0
# Whoever renews does so long before this; a warning then means that nobody does.
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the PEM files are. With `client_ca`, only clients whose certificates it vouches for get in."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    certificate: bytes
    key: bytes
    client_ca: bytes | None


@dataclass(frozen=True, slots=True)
class _Held:
    read: _Read
    leaf: x509.Certificate
    configuration: grpc.ServerCertificateConfiguration


class Certificates:
    """What new connections are met with: the files' latest content that is fit to serve.

    A key that is not the certificate's, a certificate that is not valid now, a file that is missing or half
    written never replace what is good. Connections that are open keep what they began with.
    """

    def __init__(self, files: Files, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Read the files; raises BadFile when they cannot be served with."""
        self._files = files
        self._clock = clock
        self._lock = Lock()
        self._log = structlog.get_logger()
        self._told = ""
        self._warned = ""
        self._held = self._given = self._fit(self._read())

    def credentials(self) -> grpc.ServerCredentials:
        """Give what a port is to be secured with."""
        return grpc.dynamic_ssl_server_credentials(
            self._held.configuration,
            self._fetch,  # type: ignore[arg-type] # may give None, as its documentation says
            require_client_authentication=self._files.client_ca is not None,
        )

    def look(self) -> None:
        """Take what the files hold now, if it is another and good; the log tells, and nothing is raised."""
        with self._lock:
            try:
                read = self._read()
                if read != self._held.read:
                    self._held = self._fit(read)
                    self._log.info("certificate replaced", **_traits(self._held.leaf))
                self._told = ""
            except BadFile as error:
                if self._told != str(error):
                    self._told = str(error)
                    self._log.error("certificate not replaced", reason=self._told)
            self._warn()

    async def keep_looking(self) -> None:
        """Look again and again, so that the log tells of a bad file before the next client comes."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            await asyncio.to_thread(self.look)

    def _fetch(self) -> grpc.ServerCertificateConfiguration | None:
        # gRPC asks in a thread of its own before each handshake; None means as before.
        self.look()
        with self._lock:
            if self._given is self._held:
                return None
            self._given = self._held
            return self._held.configuration

    def _read(self) -> _Read:
        try:
            ca = self._files.client_ca
            return _Read(
                self._files.certificate.read_bytes(),
                self._files.key.read_bytes(),
                ca.read_bytes() if ca else None,
            )
        except OSError as error:
            raise BadFile(f"cannot read {error.filename}: {error.strerror}") from None

    def _fit(self, read: _Read) -> _Held:
        leaf = self._valid(read.certificate, self._files.certificate)[0]
        try:
            key = load_pem_private_key(read.key, password=None)
        except (ValueError, TypeError):
            raise BadFile(f"{self._files.key} holds no private key in PEM without a password") from None
        if key.public_key() != leaf.public_key():
            raise BadFile(f"{self._files.key} is not the key of {self._files.certificate}")
        if self._files.client_ca and read.client_ca is not None:
            self._valid(read.client_ca, self._files.client_ca)
        configuration = grpc.ssl_server_certificate_configuration(
            [(read.key, read.certificate)], read.client_ca
        )
        return _Held(read, leaf, configuration)

    def _valid(self, pem: bytes, file: Path) -> list[x509.Certificate]:
        """Read certificates, the first of which must be valid now."""
        found: list[x509.Certificate] = []
        with suppress(ValueError):
            found = x509.load_pem_x509_certificates(pem)
        if not found:
            raise BadFile(f"{file} holds no certificate in PEM")
        now = self._clock()
        if found[0].not_valid_after_utc <= now:
            raise BadFile(f"{file} expired on {found[0].not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
        if found[0].not_valid_before_utc > now:
            raise BadFile(f"{file} is valid from {found[0].not_valid_before_utc:%Y-%m-%d %H:%M} UTC")
        return found

    def _warn(self) -> None:
        left = self._held.leaf.not_valid_after_utc - self._clock()
        state = "has expired" if left <= timedelta(0) else "expires soon" if left < SOON else ""
        if state and state != self._warned:
            self._log.warning(f"certificate {state}", **_traits(self._held.leaf))
        self._warned = state


def _traits(leaf: x509.Certificate) -> dict[str, str]:
    return {"serial": f"{leaf.serial_number:x}", "valid_until": leaf.not_valid_after_utc.isoformat()}
