"""What a form brings, once it is known to be one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MAX_BYTES = 1 << 20  # a correction for each sentence of the longest article fits
MAX_FIELDS = 40_000
TOKEN_FIELD = "csrf"  # noqa: S105 - the name of a field


class ForgedForm(Exception):  # noqa: N818 - a fact in the house's words
    """The form is not from a page of this session; it may be too old, or somebody else's."""


class TooLarge(Exception):  # noqa: N818 - as above
    """The form brings more than any page of ours could."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, the last of each name, without what protects it."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """What was entered, or nothing; line ends are those that Python counts."""
        return self.fields.get(name, "").replace("\r\n", "\n").strip()


async def posted(request: Request) -> Form:
    """Read the form of this request; raises ForgedForm and TooLarge."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise TooLarge
        chunks.append(chunk)
    try:
        pairs = parse_qsl(
            b"".join(chunks).decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise ForgedForm from None
    # U+0000 is no text, and the contract refuses it: a form that is pasted with it is not worth an error.
    fields = {name: value.replace("\0", "") for name, value in pairs}
    if not request.app.state.seal.is_csrf_token(fields.pop(TOKEN_FIELD, ""), request.state.session):
        raise ForgedForm
    return Form(fields)
