"""Messages as no client writes them: built from the contract's descriptors, then broken in their bytes."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from tests.hostile.articles import CLAIM, CLEAN
from tests.hostile.injections import ALL
from tests.hostile.wire import varint

if TYPE_CHECKING:
    from random import Random

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

DEEPEST: Final = 4
INTEGERS: Final = (0, 1, -1, 2, 3, 5, 50, 200, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 1_700_000_000)
FLOATS: Final = (0.0, 1.0, 0.5, -1.0, 1e308, float("nan"), float("inf"), float("-inf"), 5e-324)
# Places of pages and watches, as nobody was given them.
TOKENS: Final = tuple(
    base64.urlsafe_b64encode(told.encode("utf-8", "surrogatepass")).decode()
    for told in (
        *(f"v1:{place}" for place in ("9" * 30, "-1", "٣", str(2**63), str(2**63 - 1))),
        *(
            f'["severity", {severity}, "a"]'
            for severity in (10**40, 2**63 - 1, 2**31, -1, "null", '"٣"', "1.5")
        ),
        *(
            f'["due", "{due}", "a"]'
            for due in ("2026-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")
        ),
        *(
            '["due", "2026-01-01T00:00:00+00:00", "a\\u0000"]',
            '["newest", 1, 2]',
            "[" * 90_000,
            "\ud800",
            "{}",
        ),
    )
)
STRINGS: Final = (
    *("", " ", "a", "0", CLAIM, CLEAN, "\u202e", "\u200b", "\ufeff", "\U0001f600", "e\u0301" * 40, "\x00", "\x1b[2J"),
    *("https://example.invalid/hook", "http://127.0.0.1/", "http://[::1]:1/", "file:///etc/passwd", "//", "en-GB"),
    *("a" * 257, "a" * 1_001, "../..", "%s%n", "01234567-89ab-cdef-0123-456789abcdef", "\ud7ff\ue000", "9" * 400, "9" * 19, str(2**63)),
    *ALL.values(),
    *TOKENS,
)  # fmt: skip
_NUMBERS: Final = {
    FieldDescriptor.TYPE_INT32: 32,
    FieldDescriptor.TYPE_INT64: 64,
    FieldDescriptor.TYPE_UINT32: 32,
    FieldDescriptor.TYPE_UINT64: 64,
}
_UNSIGNED: Final = {FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_UINT64}


@dataclass
class Mutator:
    """Makes messages; `known` are ids that mean something to the server, taken from its own answers."""

    random: Random
    known: list[str] = field(default_factory=list)

    def message(self, kind: Descriptor) -> bytes:
        """Give bytes for a message of a kind: well formed, well formed but broken since, or none at all."""
        chance = self.random.random()
        if chance < 0.05:
            return self.random.randbytes(self.random.randrange(64))
        made = GetMessageClass(kind)()
        self._fill(made, 0)
        written: bytes = made.SerializeToString()
        return written if chance < 0.55 else self._broken(written)

    def _fill(self, message: Message, depth: int) -> None:
        for each in message.DESCRIPTOR.fields:
            if self.random.random() < 0.25:
                continue
            if not each.is_repeated:
                self._set(message, each, depth)
                continue
            for _ in range(self.random.choice((0, 1, 1, 2, 3, 120))):
                self._add(message, each, depth)

    def _set(self, message: Message, each: Any, depth: int) -> None:  # noqa: ANN401 - one of two classes, by protobuf's build
        if each.message_type is None:
            setattr(message, each.name, self._value(each))
        elif depth < DEEPEST:
            part = getattr(message, each.name)
            part.SetInParent()
            self._fill(part, depth + 1)

    def _add(self, message: Message, each: Any, depth: int) -> None:  # noqa: ANN401 - one of two classes, by protobuf's build
        values = getattr(message, each.name)
        if each.message_type is None:
            values.append(self._value(each))
        elif each.message_type.GetOptions().map_entry:
            return
        elif depth < DEEPEST:
            self._fill(values.add(), depth + 2)

    def _value(self, each: Any) -> Any:  # noqa: ANN401 - of any type that a field can have
        if each.type == FieldDescriptor.TYPE_STRING:
            return self._string()
        if each.type == FieldDescriptor.TYPE_BYTES:
            return self.random.randbytes(self.random.randrange(40))
        if each.type == FieldDescriptor.TYPE_BOOL:
            return self.random.random() < 0.5
        if each.type == FieldDescriptor.TYPE_ENUM:
            return self.random.choice((*each.enum_type.values_by_number, -1, 99, 2**31 - 1))
        if each.type in _NUMBERS:
            bits = _NUMBERS[each.type]
            number = self.random.choice(INTEGERS) % 2**bits
            return number if each.type in _UNSIGNED or number < 2 ** (bits - 1) else number - 2**bits
        return self.random.choice(FLOATS)

    def _string(self) -> str:
        if self.known and self.random.random() < 0.4:
            return self.random.choice(self.known)
        return self.random.choice(STRINGS)

    def _broken(self, written: bytes) -> bytes:
        broken = bytearray(written)
        for _ in range(self.random.choice((1, 1, 2, 4, 8))):
            place = self.random.randrange(len(broken) + 1)
            match self.random.randrange(7):
                case 0 if place < len(broken):
                    broken[place] ^= 1 << self.random.randrange(8)
                case 1:
                    broken[place:place] = self.random.randbytes(self.random.randrange(1, 9))
                case 2:
                    del broken[place : place + self.random.randrange(1, 9)]
                case 3:
                    broken[place:place] = broken[place : place + self.random.randrange(1, 60)]
                case 4:
                    del broken[place:]
                case 5:
                    broken[place : place + 1] = varint(2 ** self.random.randrange(64))
                case _:
                    broken[place:place] = self.random.choice(
                        ("\u202e".encode(), b"\xed\xa0\x80", b"\x00", b"\xff")
                    )
        return bytes(broken)
