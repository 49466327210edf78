"""Sources and the chunks that they are read in: decided by size alone, without reading what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.archive.errors import BadArchive, InputChanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.archive.options import Options


class Kind(StrEnum):
    """How a source is stored."""

    LINES = "lines"
    GZIP = "gzip"
    ZSTD = "zstd"
    PARQUET = "parquet"


ENDINGS: Final = {
    ".jsonl": Kind.LINES,
    ".ndjson": Kind.LINES,
    ".jsonl.gz": Kind.GZIP,
    ".ndjson.gz": Kind.GZIP,
    ".jsonl.zst": Kind.ZSTD,
    ".ndjson.zst": Kind.ZSTD,
    ".parquet": Kind.PARQUET,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was when the job began; `groups` counts the row groups of a Parquet file."""

    number: int
    path: str
    kind: Kind
    size: int
    written: int
    groups: int = 0

    def check(self) -> None:
        """Raise InputChanged unless the file is as it was, by its size and the time of its last change."""
        try:
            found = Path(self.path).stat()
        except OSError as error:
            raise InputChanged(f"{self.path} can no longer be read ({error.strerror})") from None
        if (found.st_size, found.st_mtime_ns) != (self.size, self.written):
            raise InputChanged(
                f"{self.path} was written to after the job began; score it anew, with another --out"
            )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a source: bytes `start` to `end` of lines, or a row group; `weight` is its bytes."""

    source: Source
    number: int
    start: int
    end: int
    weight: int

    @property
    def name(self) -> str:
        """What its files are called; sorted by name, chunks stand in the order of the input."""
        return f"{self.source.number:06d}-{self.number:08d}"


def sources(paths: Iterable[Path], options: Options) -> list[Source]:
    """Look at every file, and at those in folders, without reading them. Raises BadArchive."""
    found: dict[Path, Kind] = {}
    for path in _files(paths):
        whole = path.resolve()
        if whole in found:
            raise BadArchive(f"{path} is named twice; its articles would be scored twice")
        found[whole] = _kind(path)
    if not found:
        raise BadArchive(f"no archive there; the files' names end in {', '.join(ENDINGS)}")
    return [_source(number, path, found[path], options) for number, path in enumerate(found)]


def chunks(given: Sequence[Source], options: Options) -> Iterator[Chunk]:
    """Give the chunks of all sources, in order; as long as the archive, so never held all at once."""
    for source in given:
        if source.kind is Kind.LINES:
            for number, start in enumerate(range(0, source.size, options.chunk_bytes)):
                end = min(start + options.chunk_bytes, source.size)
                yield Chunk(source, number, start, end, end - start)
        elif source.kind is Kind.PARQUET:
            for number in range(source.groups):
                share = source.size * (number + 1) // source.groups - source.size * number // source.groups
                yield Chunk(source, number, number, number + 1, share)
        else:
            # What is compressed as a whole can only be read from its beginning.
            yield Chunk(source, 0, 0, source.size, source.size)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file() and _ending(each))
        else:
            yield path


def _ending(path: Path) -> str | None:
    return next((each for each in ENDINGS if path.name.lower().endswith(each)), None)


def _kind(path: Path) -> Kind:
    ending = _ending(path)
    if ending is None:
        raise BadArchive(f"{path} is no archive by its name, which ends in {', '.join(ENDINGS)}")
    return ENDINGS[ending]


def _source(number: int, path: Path, kind: Kind, options: Options) -> Source:
    try:
        found = path.stat()
        with path.open("rb"):
            pass
    except OSError as error:
        raise BadArchive(f"{path} cannot be read ({error.strerror})") from None
    groups = 0
    if kind is Kind.PARQUET:
        from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

        groups = parquet.groups(path, options.fields)
    elif kind is Kind.ZSTD:
        from service.archive import parquet  # noqa: PLC0415 - the same extra reads it

        parquet.arrow()
    return Source(number, str(path), kind, found.st_size, found.st_mtime_ns, groups)
