"""Parquet, and Zstandard, by pyarrow: the one module that knows it, for it is an extra."""

from __future__ import annotations

import io
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from service.archive.errors import BadArchive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from service.archive.chunks import Chunk
    from service.archive.options import Fields

BATCH = 256  # rows held at once


def arrow(module: str = "pyarrow") -> Any:  # noqa: ANN401 - it is an extra, and publishes no types
    """Give pyarrow, or raise BadArchive with what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        raise BadArchive("Parquet and .zst need pyarrow: pip install 'overclaim[archive]'") from error


def groups(path: Path, fields: Fields) -> int:
    """Count the row groups of a file that has the columns asked for. Raises BadArchive."""
    pa = arrow()
    try:
        with arrow("pyarrow.parquet").ParquetFile(path) as file:
            schema = file.schema_arrow
            number: int = file.metadata.num_row_groups
    except (pa.ArrowException, OSError) as error:
        raise BadArchive(f"{path} is no whole Parquet file") from error
    for name in (fields.id, fields.body):
        if name not in schema.names:
            raise BadArchive(f"{path} has no column {name!r}, but {', '.join(schema.names)}")
    return number


def rows(chunk: Chunk, fields: Fields) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """Give (row's number in the file, its values, what is wrong with it) of a row group, a few at a time."""
    pa = arrow()
    with arrow("pyarrow.parquet").ParquetFile(chunk.source.path, pre_buffer=False) as file:
        names = [
            name
            for name in (fields.id, fields.body, fields.title, fields.format)
            if name in file.schema_arrow.names
        ]
        sizes = [file.metadata.row_group(number).num_rows for number in range(chunk.end)]
        position, end = sum(sizes[: chunk.start]), sum(sizes)
        try:
            for batch in file.iter_batches(BATCH, row_groups=[chunk.start], columns=names):
                for row in range(batch.num_rows):
                    values, fault = _row(batch, row)
                    yield position, values, fault
                    position += 1
        except (pa.ArrowException, OSError):
            told = f"the file is damaged; rows {position:,} to {end - 1:,} (from 0) could not be read"
            yield position, {}, told


def decompressed(path: str) -> IO[bytes]:
    """Open a file of Zstandard frames to be read line by line; a damaged one raises OSError."""
    stream: IO[bytes] = io.BufferedReader(arrow().input_stream(path, compression="zstd"))
    return stream


def _row(batch: Any, row: int) -> tuple[Mapping[str, Any], str]:  # noqa: ANN401 - pyarrow publishes no types
    try:
        return {
            name: column[row].as_py() for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }, ""
    except UnicodeDecodeError:
        return {}, "is not UTF-8"
