"""Reads what is to be checked, and says plainly why something cannot be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service.article import MAX_BODY_BYTES, Article, violations
from service.classifier.text.markup import Format
from service.errors import OverclaimError
from service.report.finding import STANDARD_INPUT

if TYPE_CHECKING:
    from service.errors import Violation

_BY_ENDING = {
    ".htm": Format.HTML,
    ".html": Format.HTML,
    ".markdown": Format.MARKDOWN,
    ".md": Format.MARKDOWN,
    ".xhtml": Format.HTML,
}


class BadInput(OverclaimError):  # noqa: N818 - the house's errors are facts
    """The user's fault: one input cannot be checked; the message says why and what to do."""

    reason = "BAD_INPUT"


def read(path: str, *, title: str, format: Format | None) -> Article:  # noqa: A002 - the contract's own word
    """The article at `path`, exactly as it is stored. Raises BadInput."""
    article = Article(body=_decoded(_bytes(path)), title=title, format=format or format_of(path))
    for violation in violations(article):
        raise bad_input(violation)
    return article


def bad_input(violation: Violation) -> BadInput:
    """Say what is wrong with an article, by the name that its reader knows the field by."""
    return BadInput(f"{violation.field.removeprefix('article.')} {violation.description}")


def format_of(path: str) -> Format:
    """How a file is written, by its ending; plain where the ending says nothing."""
    return _BY_ENDING.get(Path(path).suffix.lower(), Format.PLAIN)


def _bytes(path: str) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BODY_BYTES + 1)
    try:
        with Path(path).open("rb") as file:
            # One byte past the limit tells that it is passed, without reading a disk image into memory.
            return file.read(MAX_BODY_BYTES + 1)
    except FileNotFoundError:
        raise BadInput("there is no such file; check the path") from None
    except IsADirectoryError:
        raise BadInput("is a folder; name the files in it") from None
    except PermissionError:
        raise BadInput("may not be read; check its permissions") from None
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror or 'input or output failed'})") from error


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BODY_BYTES:
        raise BadInput(f"is longer than {MAX_BODY_BYTES:,} bytes; check its parts one by one")
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("is a binary file; save the article as plain text, Markdown or HTML")
    try:
        # Bytes first: reading as text would turn CRLF into LF, and offsets would miss what is stored.
        return content.decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"is not UTF-8 (byte {error.start:,}); save it as UTF-8") from None
