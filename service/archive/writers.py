"""Writes tables, block by block, as JSON Lines or Parquet; the same rows give the same bytes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np

from service.archive.options import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.archive.rows import Columns


class Writer(Protocol):
    """Writes rows of one table to an open file."""

    def write(self, rows: Columns) -> None:
        """Write a block of rows."""


@contextmanager
def writer(form: Form, file: IO[bytes], kinds: Mapping[str, str]) -> Iterator[Writer]:
    """Give what writes a table of these columns; what it wrote is whole once the context is left."""
    if form is Form.JSON_LINES:
        yield _Lines(file, kinds)
    else:
        with _parquet(file, kinds) as made:
            yield made


class _Lines:
    def __init__(self, file: IO[bytes], kinds: Mapping[str, str]) -> None:
        self.file = file
        self.kinds = kinds
        self.row = "{" + ",".join(f'"{name}":{_SHOWN[kind]}' for name, kind in kinds.items()) + "}\n"

    def write(self, rows: Columns) -> None:
        """Fill in one pattern a row: three times as fast as building an object for json to write."""
        lists, scores = rows.table()
        given = iter(scores.T.tolist())
        shown = [
            next(given) if kind == "score" else _shown(lists[name], kind) for name, kind in self.kinds.items()
        ]
        self.file.write("".join(map(self.row.__mod__, zip(*shown, strict=True))).encode())


_SHOWN = {"text": "%s", "word": "%s", "whole": "%d", "score": "%.6f"}


def _shown(values: Sequence[object], kind: str) -> Sequence[object]:
    if kind == "whole":
        return values
    if kind == "text":
        return _quoted(values)
    known = {value: json.dumps(value) for value in set(values)}
    return [known[value] for value in values]


def _quoted(values: Sequence[object]) -> list[str]:
    """Quote texts that stand many times in a row, each once."""
    quoted: list[str] = []
    last: object = None
    for value in values:
        quoted.append(quoted[-1] if value is last and quoted else json.dumps(value, ensure_ascii=False))
        last = value
    return quoted


@contextmanager
def _parquet(file: IO[bytes], kinds: Mapping[str, str]) -> Iterator[Writer]:
    from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

    pa = parquet.arrow()
    types = {"text": pa.string(), "word": pa.dictionary(pa.int32(), pa.string()), "score": pa.float32()}
    schema = pa.schema([(name, types.get(kind, pa.int64())) for name, kind in kinds.items()])
    options = {"compression": "zstd", "use_dictionary": ["id", *(n for n in kinds if kinds[n] == "word")]}
    with parquet.arrow("pyarrow.parquet").ParquetWriter(file, schema, **options) as made:
        yield _Parquet(made, schema, kinds)


class _Parquet:
    def __init__(self, made: Any, schema: Any, kinds: Mapping[str, str]) -> None:  # noqa: ANN401 - no types
        self.made = made
        self.schema = schema
        self.kinds = kinds

    def write(self, rows: Columns) -> None:
        from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

        pa = parquet.arrow()
        lists, scores = rows.table()
        given = iter(scores.astype(np.float32).T)
        arrays = [
            pa.array(next(given)) if kind == "score" else _array(pa, lists[name], self.schema.field(name))
            for name, kind in self.kinds.items()
        ]
        self.made.write_table(pa.Table.from_arrays(arrays, schema=self.schema))


def _array(pa: Any, values: Sequence[object], column: Any) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    if pa.types.is_dictionary(column.type):
        return pa.array(values, pa.string()).dictionary_encode().cast(column.type)
    return pa.array(values, column.type)
