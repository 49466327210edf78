"""What is asked of a job; all of it is part of the job's identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.classifier.text.markup import Format


class Form(StrEnum):
    """How rows are written; the value is the ending of the files."""

    JSON_LINES = "jsonl"
    PARQUET = "parquet"


class Kept(StrEnum):
    """Which sentences get a row of their own."""

    ALL = "all"
    OVERSTATED = "overstated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fields:
    """The names under which an article's parts stand in a line or a row."""

    id: str = "id"
    body: str = "body"
    title: str = "title"
    format: str = "format"


@dataclass(frozen=True, slots=True)
class Options:
    """How articles are read and what is written of them; `markup` is for those that do not say it."""

    fields: Fields = Fields()
    markup: Format = Format.PLAIN
    form: Form = Form.JSON_LINES
    sentences: Kept = Kept.ALL
    chunk_bytes: int = 8 << 20
