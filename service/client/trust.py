"""Whom a client trusts, and how it shows who it is: TLS with authorities and certificates of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

from service.errors import BadFile

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def tls_credentials(
    ca: Path | None = None, certificate: Path | None = None, key: Path | None = None
) -> grpc.ChannelCredentials:
    """Encrypt, trusting what `ca` vouches for, or what gRPC's own list does.

    `certificate` and `key` show who calls, where the server asks for it (mTLS). The files, in PEM, are read
    once: connect anew after they have been renewed. Raises BadFile.
    """
    if (certificate is None) != (key is None):
        raise BadFile("a client's certificate and its key go together: give both or none")
    try:
        return grpc.ssl_channel_credentials(
            root_certificates=ca.read_bytes() if ca else None,
            private_key=key.read_bytes() if key else None,
            certificate_chain=certificate.read_bytes() if certificate else None,
        )
    except OSError as error:
        raise BadFile(f"cannot read {error.filename}: {error.strerror}") from None


def credentials_of(options: argparse.Namespace) -> grpc.ChannelCredentials | None:
    """Give what a command was told of TLS; None where it was told nothing. Raises BadFile."""
    given = (options.tls_ca, options.tls_certificate, options.tls_key)
    return tls_credentials(*given) if options.tls or any(given) else None
