"""Bytes that are no message, or a message written oddly."""

from __future__ import annotations

from typing import Final

from tests.hostile.articles import CLEAN, request
from tests.hostile.kinds import Group, Kind, Outcome, rejected

G = Group.WIRE
MESSAGE: Final = request(CLEAN).SerializeToString()
BODY: Final = CLEAN.encode()
LENGTH_DELIMITED, GROUP, END_GROUP = 2, 3, 4


def varint(number: int) -> bytes:
    """Write a number as protobuf does."""
    written = b""
    while number > 0x7F:  # seven bits a byte
        written += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return written + bytes((number,))


def field(number: int, content: bytes, kind: int = LENGTH_DELIMITED) -> bytes:
    """Write a field with its length."""
    return varint(number << 3 | kind) + varint(len(content)) + content


def body(content: bytes) -> bytes:
    """Write a request whose article has these bytes for its body."""
    return field(1, field(3, content))


def malformed(name: str, message: bytes) -> Kind:
    """Describe what no parser may take; no field can be named, for there is no message."""
    return rejected(G, name, "", lambda: message)


def odd(name: str, message: bytes) -> Kind:
    """Describe what is written oddly and means the clean article."""
    return Kind(G, name, Outcome.TWIN, lambda: message)


WIRE: Final = (
    malformed("noise", b"\xff\xff\xff\xff"),
    malformed("a message cut short", MESSAGE[:-10]),
    malformed("a length beyond the end", b"\x0a\xff\xff\xff\xff\x07abc"),
    malformed("a length that is negative", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01abc"),
    malformed("a number of eleven bytes", b"\x10" + b"\xff" * 10 + b"\x01"),
    malformed("field number nought", b"\x02\x01a"),
    malformed("a kind of field that is none", b"\x0f\x01a"),
    malformed("a group that never ends", MESSAGE + b"\xa3\x06"),
    malformed("an end of no group", MESSAGE + b"\xa4\x06"),
    malformed("a thousand groups within groups", MESSAGE + b"\xa3\x06" * 1_000 + b"\xa4\x06" * 1_000),
    malformed("text: a lone continuation", body(BODY + b"\x80")),
    malformed("text: an overlong slash", body(BODY + b"\xc0\xaf")),
    malformed("text: a surrogate", body(BODY + b"\xed\xa0\x80")),
    malformed("text: beyond Unicode", body(BODY + b"\xf5\x80\x80\x80")),
    malformed("text: cut short", body(BODY + b"\xe2\x82")),
    malformed("text: UTF-16", body(CLEAN.encode("utf-16"))),
    rejected(G, "nothing at all", "article.body", lambda: b""),
    rejected(G, "the body as a number", "article.body", lambda: field(1, b"\x18\x01")),
    rejected(G, "another message's bytes", "article.body", lambda: field(2, b"clean")),
    rejected(G, "nine million bytes", None, lambda: field(1_000, b"x" * 9_000_000)),
    odd("fields that nobody knows", MESSAGE + field(1_000, b"x" * 1_000) + b"\x80\x7d\x01"),
    odd("a group that nobody knows", MESSAGE + b"\xa3\x06\x08\x01\xa4\x06"),
    odd("one article in two pieces", field(1, field(2, b"")) + MESSAGE),
    odd("a body that comes twice, the last counts", field(1, field(3, b"first")) + MESSAGE),
    odd("lengths written long", b"\x8a\x80\x00" + varint(len(MESSAGE[3:])) + MESSAGE[3:]),
)
