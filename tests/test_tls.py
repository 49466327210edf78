"""TLS as an operator meets it: files that are renewed, or broken, under a server that serves on."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from structlog.testing import capture_logs

from service.__main__ import main
from service.client import Article, AsyncClient, Client, OverclaimError, tls_credentials
from service.errors import BadFile
from service.registry import Models
from service.rpc.certificates import SECONDS_BETWEEN_LOOKS, Certificates, Files
from service.rpc.server import Server
from service.settings import Settings
from service.store.opening import open_store
from tests.authority import HOUR, Authority, Pair
from tests.conftest import BUNDLED, free_port, load_stand_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.conftest import Spawning
    from tests.promises import Promised

DAY = timedelta(days=1)


@dataclass
class Place:
    """Where a server's certificate lies, and the authority that it is from."""

    folder: Path
    authority: Authority

    def renew(self, pair: Pair | None = None) -> int:
        """Write another certificate and its key, and give its serial number."""
        pair = pair or self.authority.sign("localhost")
        pair.write(self.folder, "server")
        return x509.load_pem_x509_certificate(pair.certificate).serial_number

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def files(self) -> Files:
        return Files(self.folder / "server.pem", self.folder / "server.key.pem")

    def settings(self, *, client_ca: Path | None = None) -> Settings:
        return Settings(
            listen=f"127.0.0.1:{free_port()}",
            tls_certificate=self.files.certificate,
            tls_key=self.files.key,
            tls_client_ca=client_ca,
            drain_seconds=1,
        )

    def client(self, name: str = "client", authority: Authority | None = None) -> tuple[Path, Path]:
        """A client's certificate and its key, as files."""
        return (authority or self.authority).sign(name).write(self.folder, name)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path, Authority.make())
    made.ca.write_bytes(made.authority.pem)
    made.renew()
    return made


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[str]:
    server = Server(settings, store=open_store(""), models=Models(BUNDLED, None))
    await server.start()
    await server.open(load_stand_in)
    try:
        yield f"localhost:{server.address.rpartition(':')[2]}"
    finally:
        await server.drain()


def serial_at(target: str, ca: Path) -> int:
    """Connect, and give the serial number of the certificate that the server shows."""
    host, _, port = target.rpartition(":")
    context = ssl.create_default_context(cafile=str(ca))
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as encrypted,
    ):
        return x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True) or b"").serial_number


async def score(target: str, *files: Path | None) -> int:
    async with AsyncClient(target, credentials=tls_credentials(*files)) as client:
        return (await client.score_article(Article("It may."), timeout=2)).severity


async def test_a_renewed_certificate_is_shown_to_the_next_client_and_the_one_that_is_there_stays(
    place: Place,
) -> None:
    async with (
        served(place.settings()) as target,
        AsyncClient(target, credentials=tls_credentials(place.ca)) as client,
    ):
        assert (await client.score_article(Article("It may."))).severity == 0
        serial = place.renew()
        assert await asyncio.to_thread(serial_at, target, place.ca) == serial
        assert (await client.score_article(Article("It may."))).severity == 0


async def test_what_cannot_be_served_with_never_replaces_what_is_good(
    place: Place, promised: Promised
) -> None:
    async with served(place.settings()) as target:
        good = await asyncio.to_thread(serial_at, target, place.ca)
        pair, other = place.authority.sign("localhost"), place.authority.sign("localhost")
        bad = {
            "expired": place.authority.sign("localhost", valid=(-DAY, -HOUR)),
            "is valid from": place.authority.sign("localhost", valid=(HOUR, DAY)),
            "is not the key of": Pair(pair.certificate, other.key),
            "holds no certificate": Pair(pair.certificate[:100], pair.key),
            "holds no private key": Pair(pair.certificate, b""),
        }
        replaced: list[str] = []
        for reason, each in bad.items():
            with capture_logs() as log:
                each.write(place.folder, "server")
                shown = {await asyncio.to_thread(serial_at, target, place.ca) for _ in range(2)}
                replaced += [reason] if shown != {good} else []
            refused = [line for line in log if line["event"] == "certificate not replaced"]
            assert any(reason in line["reason"] for line in refused), (reason, log)
            assert len({line["reason"] for line in refused}) == len(refused), "told again and again"
        place.files.key.unlink()
        if await asyncio.to_thread(serial_at, target, place.ca) != good:
            replaced.append("a file that is missing")
        what = f"of {len(bad) + 1} kinds of bad certificates, those that replace a good one"
        promised(what, len(replaced), exactly=0)
        assert await asyncio.to_thread(serial_at, target, place.ca) != place.renew()
        assert await score(target, place.ca) == 0


def all_have_called_since(then: list[int], calls: list[int]) -> None:
    while any(now == before for now, before in zip(calls, then, strict=True)):
        time.sleep(0.005)


async def test_certificates_are_renewed_under_load_and_no_call_fails(
    place: Place, promised: Promised
) -> None:
    stop = Event()
    renewals = 20
    calls, failed = [0, 0, 0], [0, 0, 0]

    def call(target: str, caller: int) -> None:
        """The first two connect anew for each call, the third stays connected."""
        while not stop.is_set():
            with Client(target, credentials=tls_credentials(place.ca)) as client:
                while not stop.is_set():
                    try:
                        client.score_article(Article("It may."), timeout=30)
                    except OverclaimError:
                        failed[caller] += 1
                    calls[caller] += 1
                    if caller < 2:
                        break

    async with served(place.settings()) as target:
        with ThreadPoolExecutor(3) as threads:
            callers = [threads.submit(call, target, caller) for caller in range(3)]
            try:
                for _ in range(renewals):
                    serial = place.renew()
                    assert await asyncio.to_thread(serial_at, target, place.ca) == serial
                    await asyncio.to_thread(all_have_called_since, list(calls), calls)
            finally:
                stop.set()
            await asyncio.gather(*map(asyncio.wrap_future, callers))
    what = "calls on connections old and new that fail while the server's certificate is renewed"
    promised(f"{what} {renewals} times", sum(failed), exactly=0)


async def test_only_clients_that_the_authority_vouches_for_get_in(place: Place, tmp_path: Path) -> None:
    stranger = Authority.make("stranger")
    async with served(place.settings(client_ca=place.ca)) as target:
        assert await score(target, place.ca, *place.client()) == 0
        for refused in ((), place.client("other", stranger)):
            with pytest.raises(OverclaimError):
                await score(target, place.ca, *refused)
        # The authorities are renewed as the certificate is.
        place.ca.write_bytes(place.authority.pem + stranger.pem)
        (tmp_path / "trust.pem").write_bytes(place.authority.pem)
        assert await score(target, tmp_path / "trust.pem", *place.client("other", stranger)) == 0


def test_the_log_warns_before_and_after_the_end_of_a_certificate(place: Place) -> None:
    now = datetime.now(UTC)
    clock = [now]
    place.renew(place.authority.sign("localhost", valid=(-HOUR, 30 * DAY)))
    held = Certificates(place.files, clock=lambda: clock[0])
    with capture_logs() as log:
        for days in (0, 25, 26, 31, 32):
            clock[0] = now + days * DAY
            held.look()
    assert [each["event"] for each in log] == ["certificate expires soon", "certificate has expired"]


def test_a_server_does_not_begin_with_what_it_cannot_serve_with(place: Place) -> None:
    place.renew(place.authority.sign("localhost", valid=(-DAY, -HOUR)))
    with pytest.raises(BadFile, match=r"server\.pem expired on"):
        Certificates(place.files)


def test_a_client_is_told_of_half_a_certificate_and_of_a_file_that_is_not_there(place: Place) -> None:
    certificate, _ = place.client()
    with pytest.raises(BadFile, match="go together"):
        tls_credentials(place.ca, certificate)
    with pytest.raises(BadFile, match=r"cannot read .*absent\.pem"):
        tls_credentials(place.folder / "absent.pem")


async def test_the_commands_take_certificates(place: Place) -> None:
    text = place.folder / "text.txt"
    text.write_text("It may.")
    trusting = ["--tls-ca", str(place.ca)]
    certificate, key = place.client()
    known = [*trusting, "--tls-certificate", str(certificate), "--tls-key", str(key)]
    async with served(place.settings(client_ca=place.ca)) as target:
        asked = ["health", "--server", target]
        assert await asyncio.to_thread(main, [*asked, *known]) == 0
        assert await asyncio.to_thread(main, [*asked, *trusting]) == 1
        assert await asyncio.to_thread(main, ["score", "--server", target, *known, str(text)]) == 0


def test_health_fails_where_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    target = f"127.0.0.1:{free_port()}"
    assert main(["health", "--server", target, "--timeout", "1"]) == 1
    assert f"{target} does not answer: " in capsys.readouterr().err


def test_a_hang_up_has_every_worker_look_at_its_files(place: Place, spawning: Spawning) -> None:
    flags = ("--tls-certificate", str(place.files.certificate), "--tls-key", str(place.files.key))
    with spawning(*flags, "--workers", "2") as server:
        place.files.key.write_bytes(b"")
        os.kill(server.process.pid, signal.SIGHUP)
        # Well before the next look, so that it was the signal.
        until = time.monotonic() + SECONDS_BETWEEN_LOOKS / 2
        while server.log.read_text().count("certificate not replaced") < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert server.log.read_text().count("certificate not replaced") == 2
        assert server.stop() == 0
