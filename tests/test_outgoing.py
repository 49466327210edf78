"""Deliveries go to the addresses that were checked and to no other, whatever a name server answers next."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from service.outgoing import Checked, is_public, post_all, resolve
from service.review.webhooks import Due
from tests.certificates import certify
from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@contextmanager
def receiver(address: str, port: int, *, certified: tuple[Path, Path] | None = None) -> Iterator[list[str]]:
    """Listen; gather the Host header of each request."""
    hosts: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            hosts.append(self.headers["host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's signature
            """Say nothing."""

    server = ThreadingHTTPServer((address, port), Receiver)
    if certified:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certified)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hosts
    finally:
        server.shutdown()
        server.server_close()


class Names:
    """A name server that gives one answer after the other, and the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = [*answers]
        self.asked = 0

    async def __call__(self, _: str) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def post(url: str, names: Names, *, trusting: ssl.SSLContext | bool = False) -> str:
    """Deliver one letter, as if 127.0.0.2 and 127.0.0.3 were public and nothing else."""
    inner = httpx.AsyncHTTPTransport(verify=trusting, trust_env=False)
    transport = Checked(inner, passes=lambda address: address in {"127.0.0.2", "127.0.0.3"}, resolve=names)
    [failure] = await post_all([Due("d", url, SECRET, "{}")], local=False, transport=transport)
    return failure


async def test_a_name_that_changes_its_answer_is_asked_once_and_the_checked_address_called() -> None:
    port, names = free_port(), Names(["127.0.0.2"], ["127.0.0.1"])
    with receiver("127.0.0.2", port) as outside, receiver("127.0.0.1", port) as inside:
        assert await post(f"http://hooks.example.org:{port}/", names) == ""
        assert (outside, inside, names.asked) == ([f"hooks.example.org:{port}"], [], 1)
        assert await post(f"http://hooks.example.org:{port}/", names) == "address is not public"
    assert (len(outside), inside) == (1, [])


async def test_one_private_address_among_many_refuses_them_all() -> None:
    port = free_port()
    with receiver("127.0.0.2", port) as outside, receiver("127.0.0.1", port) as inside:
        names = Names(["127.0.0.2", "127.0.0.1"])
        assert await post(f"http://hooks.example.org:{port}/", names) == "address is not public"
    assert outside == inside == []


async def test_where_one_address_does_not_answer_the_next_is_called() -> None:
    port = free_port()
    with receiver("127.0.0.3", port) as hosts:
        assert await post(f"http://hooks.example.org:{port}/", Names(["127.0.0.2", "127.0.0.3"])) == ""
    assert len(hosts) == 1
    assert await post(f"http://hooks.example.org:{port}/", Names(["127.0.0.2"])) == "ConnectError"


async def test_the_certificate_must_be_that_of_the_host_and_not_of_the_address(tmp_path: Path) -> None:
    port, certified = free_port(), certify(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certified[0]))
    with receiver("127.0.0.2", port, certified=certified) as hosts:
        names = Names(["127.0.0.2"])
        assert await post(f"https://localhost:{port}/", names, trusting=trusting) == ""
        assert await post(f"https://hooks.example.org:{port}/", names, trusting=trusting) == "ConnectError"
    assert hosts == [f"localhost:{port}"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        *((each, False) for each in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "240.0.0.1")),
        *((each, False) for each in ("224.0.0.251", "::1", "fe80::1", "fd00::1", "ff02::1")),
        # Of IPv4, wrapped: mapped, translated, tunnelled.
        *((each, False) for each in ("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
        ("64:ff9b::808:808", True),
    ],
)
def test_only_addresses_outside_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a column of a table
    assert is_public(address) is public


async def test_without_more_ado_nothing_is_delivered_to_this_machine() -> None:
    port = free_port()
    with receiver("127.0.0.1", port) as hosts:
        for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
            [failure] = await post_all([Due("d", f"http://{host}:{port}/", SECRET, "{}")], local=False)
            assert failure == "address is not public"
    assert hosts == []
    assert "127.0.0.1" in await resolve("localhost")
