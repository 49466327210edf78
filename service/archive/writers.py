"""Writes tables, block by block, as JSON Lines or Parquet; the same rows give the same bytes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import chain, repeat
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np

from service.archive.options import Form
from service.archive.rows import NONE, SHARED, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.archive.rows import Column, Rows


class Writer(Protocol):
    """Writes rows of one table to an open file."""

    def write(self, rows: Rows) -> None:
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
    """Fills in a pattern a row, and one an article: many times as fast as json is with objects."""

    def __init__(self, file: IO[bytes], kinds: Mapping[str, str]) -> None:
        self.file = file
        shown = [f'"{name}":{_SHOWN[kind]}' for name, kind in kinds.items()]
        self.article = "{" + "".join(f"{each}," for each in shown[: len(SHARED)])
        self.row = "%s" + ",".join(shown[len(SHARED) :]) + "}\n"

    def write(self, rows: Rows) -> None:
        """Write a block of rows."""
        identities, *others = (rows.articles[name] for name in SHARED)
        quoted = (json.dumps(identity, ensure_ascii=False) for identity in identities)
        articles = map(self.article.__mod__, zip(quoted, *others, strict=True))
        begun = chain.from_iterable(map(repeat, articles, rows.counts.tolist()))
        own = (
            map([*map(json.dumps, column.names), "null"].__getitem__, column.places.tolist())
            if isinstance(column, Words)
            else column.tolist()
            for column in rows.own.values()
        )
        self.file.write("".join(map(self.row.__mod__, zip(begun, *own, strict=True))).encode())


_SHOWN = {"text": "%s", "word": "%s", "whole": "%d", "score": "%.6f"}


@contextmanager
def _parquet(file: IO[bytes], kinds: Mapping[str, str]) -> Iterator[Writer]:
    from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

    pa = parquet.arrow()
    types = {"text": pa.string(), "word": pa.dictionary(pa.int32(), pa.string()), "score": pa.float32()}
    schema = pa.schema([(name, types.get(kind, pa.int64())) for name, kind in kinds.items()])
    options = {"compression": "zstd", "use_dictionary": ["id", *(n for n in kinds if kinds[n] == "word")]}
    with parquet.arrow("pyarrow.parquet").ParquetWriter(file, schema, **options) as made:
        yield _Parquet(made, schema)


class _Parquet:
    def __init__(self, made: Any, schema: Any) -> None:  # noqa: ANN401 - pyarrow publishes no types
        self.made = made
        self.schema = schema

    def write(self, rows: Rows) -> None:
        """Write a block of rows, as a row group."""
        from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

        pa = parquet.arrow()
        of = pa.array(np.repeat(np.arange(len(rows.counts)), rows.counts))
        arrays = [
            pa.array(values, self.schema.field(name).type).take(of) for name, values in rows.articles.items()
        ]
        arrays += [_array(pa, column, self.schema.field(name).type) for name, column in rows.own.items()]
        self.made.write_table(pa.Table.from_arrays(arrays, schema=self.schema))


def _array(pa: Any, column: Column, kind: Any) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    if isinstance(column, Words):
        places = pa.array(column.places, pa.int32(), mask=column.places == NONE)
        return pa.DictionaryArray.from_arrays(places, pa.array(column.names, pa.string()))
    return pa.array(column.astype(kind.to_pandas_dtype()))
