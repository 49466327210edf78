"""Lines of a file, by byte ranges: each line belongs to the range that its first byte stands in."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from service.archive.chunks import Kind
from service.article import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.archive.chunks import Chunk

# JSON may write each byte of a body in six; the rest is room for other fields.
LONGEST: Final = 8 * MAX_BODY_BYTES
BOM: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line with the place of its first byte in what was read; `fault` tells why there is no content."""

    position: int
    content: bytes
    fault: str = ""


def lines(chunk: Chunk) -> Iterator[Line]:
    """Give every line that begins in the chunk, blank ones too; holds one at a time, and never a huge one."""
    if chunk.source.kind is Kind.LINES:
        with Path(chunk.source.path).open("rb") as file:
            yield from _between(file, chunk.start, chunk.end)
        return
    at = 0
    try:
        with _decompressed(chunk.source.path, chunk.source.kind) as stream:
            for line in _from(stream, 0):
                at = line.position
                yield line
    except (EOFError, OSError, zlib.error):
        yield Line(at, b"", "the compressed file is damaged; nothing after the line before could be read")


def _between(file: IO[bytes], start: int, end: int) -> Iterator[Line]:
    position = start
    if start:
        file.seek(start - 1)
        position = _skip(file, start - 1)
    yield from _from(file, position, end)


def _from(file: IO[bytes], position: int, end: int | None = None) -> Iterator[Line]:
    while end is None or position < end:
        content = file.readline(LONGEST)
        if not content:
            return
        begun = position
        position += len(content)
        if len(content) == LONGEST and not content.endswith(b"\n"):
            position = _skip(file, position)
            yield Line(begun, b"", f"the line is longer than {LONGEST:,} bytes")
        else:
            yield Line(begun, content.removeprefix(BOM) if begun == 0 else content)


def _skip(file: IO[bytes], position: int) -> int:
    """Read past the next end of a line; give the place after it."""
    while part := file.readline(LONGEST):
        position += len(part)
        if part.endswith(b"\n"):
            break
    return position


@contextmanager
def _decompressed(path: str, kind: Kind) -> Iterator[IO[bytes]]:
    if kind is Kind.GZIP:
        with gzip.open(path) as stream:
            yield cast("IO[bytes]", stream)
    else:
        from service.archive import parquet  # noqa: PLC0415 - an extra, which plain lines do not need

        with parquet.decompressed(path) as stream:
            yield stream
