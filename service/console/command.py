"""`overclaim console`: serves the moderators' page against a server of Overclaim."""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from service.client.trust import credentials_of
from service.console.app import application
from service.console.desk import Desk
from service.console.session import Seal
from service.errors import CannotListen, OverclaimError

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.console.identity import Identity

LOCAL = ("127.0.0.1", "[::1]", "localhost")
SHORTEST_SECRET = 32


class BadSecret(OverclaimError):  # noqa: N818 - a fact, like those in service.errors
    """The operator's fault: the file of the secret cannot be read, or holds too little."""

    reason = "BAD_SECRET"


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; raises CannotListen and BadSecret."""
    url = options.public_url or f"http://{options.listen}"
    credentials_of(options)  # what cannot be used is told now, not to the first moderator
    connect = partial(_desk, options)
    seal = Seal(_secret(options.secret_file))
    print(f"The moderators' page is on {url}", flush=True)  # noqa: T201 - a command prints
    identity = _identity(options, url)
    if not options.insecure_listen:
        _require_cover(options.listen, url)
    asyncio.run(serve(options.listen, url=url, connect=connect, seal=seal, identity=identity))
    return 0


async def serve(
    listen: str, *, url: str, connect: Callable[[str], Desk], seal: Seal, identity: Identity | None = None
) -> None:
    """Serve the page until SIGTERM or SIGINT; raises CannotListen."""
    host, _, port = listen.rpartition(":")
    parts = urlsplit(url)
    https = parts.scheme == "https"
    app = application(
        connect=connect,
        seal=seal,
        hosts=[parts.hostname or "", *(() if https else ("127.0.0.1", "localhost", "[::1]"))],
        https=https,
        identity=identity,
    )
    page = _Page(
        uvicorn.Config(
            app,
            host=host.strip("[]"),
            port=int(port),
            log_level="warning",
            access_log=False,  # addresses hold sign-in links
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    try:
        await page.serve()
    except SystemExit:
        # uvicorn leaves the process when it cannot listen, having said why in its log.
        raise CannotListen(f"cannot listen on {listen}: is it this machine's, and not taken?") from None


def _require_cover(listen: str, url: str) -> None:
    if urlsplit(url).scheme != "https" and listen.rpartition(":")[0] not in LOCAL:
        raise CannotListen(
            f"{listen} can be reached from other machines: put a proxy that encrypts in front, and name its"
            " address with --public-url https://..., or give --insecure-listen if nobody else gets there"
        )


class _Page(uvicorn.Server):
    """Ends its `serve` at a signal. uvicorn's own raises the signal anew, so that nobody could clean up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT for as long as the page is served."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(each)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen. An interrupt from before our handlers stood ends it here, with nothing to clean up yet."""
        await asyncio.sleep(0)
        await super().startup(sockets)


def _desk(options: argparse.Namespace, key: str) -> Desk:
    # Read for each connection: a client certificate that was renewed is taken without a restart.
    return Desk(options.server, key=key, credentials=credentials_of(options))


def _identity(options: argparse.Namespace, url: str) -> Identity | None:
    if not options.oidc_issuer:
        return None
    from service.console.identity import Identity  # noqa: PLC0415 - loaded where there is a provider

    secret = options.oidc_client_secret_file
    return Identity(
        issuer=options.oidc_issuer,
        client_id=options.oidc_client_id,
        client_secret=_text(secret) if secret else "",
        scopes=options.oidc_scopes,
        name=options.oidc_name or urlsplit(options.oidc_issuer).netloc,
        public_url=url.rstrip("/"),
    )


def _secret(file: Path | None) -> str:
    if file is None:
        return secrets.token_urlsafe(SHORTEST_SECRET)
    secret = _text(file)
    if len(secret) < SHORTEST_SECRET:
        raise BadSecret(f"{file} must hold {SHORTEST_SECRET} characters or more")
    return secret


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSecret(f"{file} cannot be read as text; name a readable file") from None
