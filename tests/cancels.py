"""Calls that are cancelled on the wire: each reaches the server, as each of a hostile peer would.

`python -m tests.cancels ADDRESS NUMBER RATE` reads one request from standard input and speaks HTTP/2 by
itself: gRPC's own client drops most calls that are cancelled at once before a byte of them is sent. It runs
as a process of its own, at a lower priority than the server, and prints what it came to.
"""

from __future__ import annotations

import asyncio
import json
import struct
import subprocess
import sys
import time
from dataclasses import dataclass

from tests.calls import SERVICE
from tests.load import NICE

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8
ACK = END_STREAM = 1
END_HEADERS = 4
CANCEL = struct.pack(">I", 8)
TICK = 0.01
LAST_STREAM = 1 << 30
CONNECTIONS = 4
# Seconds after its request: with it, when it is about to be read, and while it may be scored.
WAITS = (0.0, 0.002, 0.005)


@dataclass(frozen=True)
class Cancelled:
    """What a run of cancels came to: calls, connections, seconds, and seconds of processor time."""

    calls: int
    connections: int
    seconds: float
    processor: float


async def cancelled(address: str, message: bytes, *, number: int, rate: float) -> Cancelled:
    """Make so many calls, so many a second, and cancel each, from a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *("nice", f"-n{NICE}"),
        *(sys.executable, "-m", "tests.cancels", address, str(number), str(rate)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate(message)
    return Cancelled(**json.loads(told))


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    """Write one frame of HTTP/2."""
    return struct.pack(">I", len(content))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + content


def headers(path: str, authority: str) -> bytes:
    """Write the head of a call, without a table and without Huffman's code."""
    fields = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": authority,
        "te": "trailers",
        "content-type": "application/grpc",
    }
    return b"".join(
        b"\0" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode()
        for name, value in fields.items()
    )


class Peer:
    """One connection, as long as the server keeps it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._window = 65_535
        self._stream = 1
        self.over = False
        writer.write(PREFACE + frame(SETTINGS, 0, 0, b""))

    @property
    def is_spent(self) -> bool:
        """Whether another connection is needed."""
        return self.over or self._stream > LAST_STREAM

    def may_send(self, size: int) -> bool:
        """Whether the server has room for so much."""
        return self._window >= size and not self._writer.transport.get_write_buffer_size()

    def call(self, head: bytes, body: bytes) -> int:
        """Begin a call and send its request."""
        stream, self._stream = self._stream, self._stream + 2
        self._window -= len(body)
        self._writer.write(frame(HEADERS, END_HEADERS, stream, head) + frame(DATA, END_STREAM, stream, body))
        return stream

    def cancel(self, stream: int) -> None:
        """Cancel a call."""
        if not self.over:
            self._writer.write(frame(RESET, 0, stream, CANCEL))

    async def listen(self) -> None:
        """Heed what the server says of the connection, until it has ended."""
        try:
            while not self.over:
                head = await self._reader.readexactly(9)
                content = await self._reader.readexactly(int.from_bytes(head[:3]))
                self._heed(head[3], head[4], int.from_bytes(head[5:]), content)
        except (asyncio.IncompleteReadError, OSError):
            self.over = True
        finally:
            self._writer.close()

    def _heed(self, kind: int, flags: int, stream: int, content: bytes) -> None:
        if kind == SETTINGS and not flags & ACK:
            self._writer.write(frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            self._writer.write(frame(PING, ACK, 0, content))
        elif kind == WINDOW and stream == 0:
            self._window += int.from_bytes(content)
        elif kind == DATA and content:
            self._writer.write(frame(WINDOW, 0, 0, struct.pack(">I", len(content))))
        elif kind == GOAWAY:
            self.over = True


async def _cancel_all(address: str, message: bytes, *, number: int, rate: float) -> Cancelled:
    began = time.monotonic()
    each = number // CONNECTIONS
    connections = await asyncio.gather(
        *(_cancel(address, message, number=each, rate=rate / CONNECTIONS) for _ in range(CONNECTIONS))
    )
    return Cancelled(each * CONNECTIONS, sum(connections), time.monotonic() - began, time.process_time())


async def _cancel(address: str, message: bytes, *, number: int, rate: float) -> int:
    """Cancel so many over one connection after the other; give how many it took."""
    host, _, port = address.rpartition(":")
    head = headers(f"/{SERVICE}/ScoreArticle", address)
    body = b"\0" + struct.pack(">I", len(message)) + message
    loop = asyncio.get_running_loop()
    began, connections, calls = loop.time(), 0, 0
    while calls < number:
        peer = Peer(*await asyncio.open_connection(host, int(port)))
        connections += 1
        listening = asyncio.create_task(peer.listen())
        while calls < number and not peer.is_spent:
            while calls < min(number, (loop.time() - began) * rate) and peer.may_send(len(body)):
                wait = WAITS[calls % len(WAITS)]
                stream = peer.call(head, body)
                if wait:
                    loop.call_later(wait, peer.cancel, stream)
                else:
                    peer.cancel(stream)
                calls += 1
            await asyncio.sleep(TICK)
        await asyncio.sleep(max(WAITS) + TICK)
        listening.cancel()
        await asyncio.wait({listening})
    return connections


def main() -> None:
    """Cancel, and tell."""
    address, number, rate = sys.argv[1:]
    message = sys.stdin.buffer.read()
    outcome = asyncio.run(_cancel_all(address, message, number=int(number), rate=float(rate)))
    json.dump(outcome.__dict__, sys.stdout)


if __name__ == "__main__":
    main()
