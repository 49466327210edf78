"""What a kind of hostile text is: how it is made, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.hostile.articles import CLEAN, request

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN, MARKDOWN, HTML = pb.FORMAT_PLAIN, pb.FORMAT_MARKDOWN, pb.FORMAT_HTML


class Group(StrEnum):
    """What a kind plays with."""

    SHAPE = "size and shape"
    CONTROLS = "controls and encodings"
    INVISIBLE = "invisible characters"
    BIDI = "bidirectional text"
    LOOKALIKES = "look-alikes and compatibility forms"
    MARKS = "combining marks"
    EMOJI = "emoji"
    SPELLING = "spelling tricks"
    INJECTION = "markup, template, SQL, CSV, log and prompt injection"
    PAYLOADS = "encoded payloads"
    LANGUAGES = "mixed and unsupported languages"
    PADDING = "padding that hides a claim"
    WIRE = "malformed wire bytes"


class Outcome(StrEnum):
    """What must become of a text."""

    REJECTED = "rejected naming the field"
    TWIN = "scored like its clean twin"
    CLAIMS = "its claims found like its clean twin's, among all else"
    REVIEW = "sent to review as undetermined"
    INERT = "its claims found, and inert on the page"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hostile text; `make` gives the bytes that are sent to `method`.

    `field` is the one that a rejection names: none where gRPC itself turns the bytes away.
    """

    group: Group
    name: str
    outcome: Outcome
    make: Callable[[], bytes]
    field: str | None = None
    method: str = "ScoreArticle"

    def __str__(self) -> str:
        """Give what names it in a report."""
        return f"{self.group}: {self.name}"


def rejected(
    group: Group, name: str, field: str | None, make: Callable[[], bytes], *, method: str = "ScoreArticle"
) -> Kind:
    """Describe what is turned away."""
    return Kind(group, name, Outcome.REJECTED, make, field, method)


def text(
    group: Group,
    name: str,
    outcome: Outcome,
    change: Callable[[str], str],
    format: pb.Format.ValueType = PLAIN,  # noqa: A002 - the contract's word
) -> Kind:
    """Describe what is made of the clean article by changing its body."""
    return Kind(group, name, outcome, partial(_changed, change, format))


def _changed(change: Callable[[str], str], format: pb.Format.ValueType) -> bytes:  # noqa: A002 - as above
    return request(change(CLEAN), format).SerializeToString()
