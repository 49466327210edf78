"""Lines of a JSON Lines file that are not articles: texts with an id, a label, a source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training.examples import CorpusError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """A line's fields; `origin` is the file and line, which errors name."""

    fields: dict[str, Any]
    origin: str

    def text(self, name: str) -> str:
        """Give a field that must be a text that is not empty. Raises CorpusError."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value.strip():
            raise CorpusError(f"{self.origin}: {name}: must be a text that is not empty")
        return value


def load_records(file: Path) -> list[Record]:
    """Read the objects of a file, in order. Raises CorpusError, also when there is none."""
    try:
        # Not splitlines(): text may hold U+2028, which JSON leaves bare.
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{file}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise CorpusError(f"{file}: {error.strerror}") from error
    records = [
        _record(line, f"{file}:{number}") for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if not records:
        raise CorpusError(f"{file}: holds nothing")
    return records


def _record(line: str, origin: str) -> Record:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{origin}: not JSON at column {error.colno}: {error.msg}") from error
    if not isinstance(fields, dict):
        raise CorpusError(f"{origin}: must be an object")
    return Record(fields, origin)
