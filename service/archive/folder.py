"""The folder of a job: parts that are whole or not there, and receipts for the chunks that are done.

job.json            what the job is: model, options, inputs
articles/           rows of articles, a part a chunk
sentences/          rows of sentences, likewise
errors.jsonl        what could not be scored; written last
summary.json        what was counted; written last
.work/              receipts, errors by chunk, and what is being written
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from uuid import uuid4

from service.archive.errors import AnotherJob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.archive.chunks import Chunk
    from service.archive.options import Form

TABLES: Final = ("articles", "sentences")
RECEIPTS, ERRORS, UNFINISHED, LOCK = (
    Path(".work", name) for name in ("receipts", "errors", "unfinished", "lock")
)


@dataclass(frozen=True, slots=True)
class Writing:
    """A chunk's open files by name, and what its receipt is to tell."""

    files: dict[str, IO[bytes]]
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a job's rows go; on a cluster, every worker sees it under the same path."""

    path: Path
    form: Form

    def make(self) -> None:
        """Make what is not there yet."""
        for name in (*TABLES, RECEIPTS, ERRORS, UNFINISHED):
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def part(self, table: str, chunk: Chunk) -> Path:
        """Name a chunk's part of a table."""
        return self.path / table / f"{chunk.name}.{self.form}"

    def errors(self, chunk: Chunk) -> Path:
        """Name a chunk's errors."""
        return self.path / ERRORS / f"{chunk.name}.jsonl"

    def receipt(self, chunk: Chunk) -> dict[str, Any] | None:
        """Read a chunk's receipt; None unless all that it promises is there, of the size that it tells."""
        try:
            told: dict[str, Any] = json.loads((self.path / RECEIPTS / f"{chunk.name}.json").read_bytes())
            files = told["files"]
            sound = all((self.path / name).stat().st_size == size for name, size in files.items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return told if sound else None

    @contextmanager
    def writing(self, chunk: Chunk) -> Iterator[Writing]:
        """Open a chunk's files under names that nobody else uses; on success they take their places.

        The receipt comes last: a chunk whose files are all there without it is done anew.
        """
        places = {table: self.part(table, chunk) for table in TABLES} | {"errors": self.errors(chunk)}
        with ExitStack() as stack:
            files = {name: stack.enter_context(self._unfinished()) for name in places}
            writing = Writing(files)
            yield writing
            sizes = {str(places[name].relative_to(self.path)): _synced(file) for name, file in files.items()}
            for name, file in files.items():
                Path(file.name).rename(places[name])
            for folder in {place.parent for place in places.values()}:
                _sync(folder)
            self.replace(RECEIPTS / f"{chunk.name}.json", writing.told | {"files": sizes})

    def replace(self, name: Path, value: dict[str, Any]) -> None:
        """Write JSON so that a reader finds the old or the new, whole, whatever happens."""
        with self.replacing(name) as file:
            file.write((json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())

    @contextmanager
    def replacing(self, name: Path) -> Iterator[IO[bytes]]:
        """Give a file to write to that takes its name once it has reached the disk."""
        place = self.path / name
        with self._unfinished() as file:
            yield file
            _synced(file)
            Path(file.name).rename(place)
            _sync(place.parent)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out of the folder, and clear away what a killed one left half written."""
        with (self.path / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AnotherJob(f"another run writes to {self.path}; wait for its end") from None
            for left in (self.path / UNFINISHED).iterdir():
                left.unlink(missing_ok=True)
            yield

    @contextmanager
    def _unfinished(self) -> Iterator[IO[bytes]]:
        path = self.path / UNFINISHED / uuid4().hex
        try:
            with path.open("xb") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)


def _synced(file: IO[bytes]) -> int:
    """See a file to the disk; give its size."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
