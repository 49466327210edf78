"""From a line or a row to an article, or to the reason why it is none; reasons never quote the text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.archive.chunks import Kind
from service.archive.lines import lines
from service.article import Article, violations
from service.classifier.text.markup import Format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.archive.chunks import Chunk
    from service.archive.options import Options

FORMATS: Final = frozenset(Format)


class Record(NamedTuple):
    """What stands at one place of a source: an article, or a fault; neither where a line is blank.

    `line` counts from 1 within the chunk, `position` within the source (bytes, or rows from 0).
    """

    line: int
    position: int
    article: Article | None = None
    fault: str = ""


def records(chunk: Chunk, options: Options) -> Iterator[Record]:
    """Read a chunk; every line or row of it gives one record."""
    if chunk.source.kind is Kind.PARQUET:
        from service.archive import parquet  # noqa: PLC0415 - an extra, which lines do not need

        rows = parquet.rows(chunk, options.fields)
        for number, (position, row, fault) in enumerate(rows, start=1):
            yield Record(number, position, fault=fault) if fault else _record(number, position, row, options)
        return
    for number, line in enumerate(lines(chunk), start=1):
        if line.fault:
            yield Record(number, line.position, fault=line.fault)
        elif line.content.isspace() or not line.content:
            yield Record(number, line.position)
        else:
            yield _parsed(number, line.position, line.content, options)


def _parsed(number: int, position: int, content: bytes, options: Options) -> Record:
    try:
        fields = json.loads(content.decode())
    except UnicodeDecodeError as error:
        return Record(number, position, fault=f"is not UTF-8 (byte {error.start:,} of the line)")
    except json.JSONDecodeError as error:
        return Record(number, position, fault=f"is not JSON at column {error.colno:,}: {error.msg}")
    except (ValueError, RecursionError):
        return Record(number, position, fault="is JSON with a number too long or objects too deep to be read")
    if not isinstance(fields, dict):
        return Record(number, position, fault=f"is not a JSON object but {_kind(fields)}")
    return _record(number, position, fields, options)


def _record(number: int, position: int, fields: Mapping[str, Any], options: Options) -> Record:
    names = options.fields
    identity, body = fields.get(names.id), fields.get(names.body)
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    extra = ("" if fields.get(name) is None else fields[name] for name in (names.title, names.format))
    texts: list[Any] = [identity, body, *extra]
    for name, value in zip((names.id, names.body, names.title, names.format), texts, strict=True):
        if value is None:
            return Record(number, position, fault=f"{name}: is missing")
        if not isinstance(value, str):
            return Record(number, position, fault=f"{name}: is not a text but {_kind(value)}")
    identity, body, title, markup = texts
    if identity == "":
        return Record(number, position, fault=f"{names.id}: is empty; nothing would lead back to the article")
    if markup and markup not in FORMATS:
        return Record(number, position, fault=f"{names.format}: is not one of {', '.join(Format)}")
    article = Article(
        body, title=title, format=Format(markup) if markup else options.markup, article_id=identity
    )
    return _within_limits(number, position, article, options)


def _within_limits(number: int, position: int, article: Article, options: Options) -> Record:
    names = options.fields
    called = {
        "article.body": names.body,
        "article.title": names.title,
        "article.article_id": names.id,
    }
    try:
        faults = [f"{called.get(each.field, each.field)}: {each.description}" for each in violations(article)]
        f"{article.title}{article.article_id}".encode()
    except UnicodeEncodeError:
        faults = ["holds half of a surrogate pair, which is no text"]
    return Record(number, position, fault="; ".join(faults)) if faults else Record(number, position, article)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
