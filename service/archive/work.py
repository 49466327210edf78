"""Scores one chunk: what every engine runs, in whatever process and on whatever machine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from service.archive.errors import AnotherJob
from service.archive.records import records
from service.archive.rows import ARTICLES, SENTENCES, Gathering
from service.archive.writers import writer
from service.classifier import artifact

if TYPE_CHECKING:
    from typing import IO

    from service.archive.chunks import Chunk
    from service.archive.folder import Folder
    from service.archive.options import Options
    from service.archive.records import Record
    from service.classifier.model import Classifier


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its directory, its version and its manifest's SHA-256, which stands for all its files."""

    directory: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Work:
    """All that a worker has to know beside the chunk."""

    model: Model
    options: Options
    folder: Folder


def model(directory: Path) -> Model:
    """Name the model of a directory. Raises ArtifactError."""
    version = str(artifact.manifest_of(directory)["version"])
    digest = hashlib.sha256((directory / artifact.MANIFEST).read_bytes()).hexdigest()
    return Model(str(directory.resolve()), version, digest)


def score(work: Work, chunk: Chunk) -> dict[str, Any]:
    """Score a chunk, see its rows to the disk, and give its receipt.

    Raises InputChanged, AnotherJob for a worker with another model under the same path, and ArtifactError.
    """
    chunk.source.check()
    rows = Gathering(_classifier(work.model), work.options.sentences)
    # One process a core is what the engines start; threads within would only fight over the cores.
    with threadpool_limits(1), work.folder.writing(chunk) as writing:
        writing.told.update(_scored(work, chunk, rows, writing.files), weight=chunk.weight)
        chunk.source.check()
    return writing.told


def _scored(work: Work, chunk: Chunk, rows: Gathering, files: dict[str, IO[bytes]]) -> dict[str, Any]:
    lines = articles = errors = blank = 0
    form = work.options.form
    with (
        writer(form, files["articles"], ARTICLES) as of_articles,
        writer(form, files["sentences"], SENTENCES) as of_sentences,
    ):

        def write() -> None:
            taken = rows.taken()
            of_articles.write(taken[0])
            of_sentences.write(taken[1])

        for record in records(chunk, work.options):
            lines += 1
            if record.article is not None:
                articles += 1
                rows.add(record.article, source=chunk.source.number, position=record.position)
                if rows.full():
                    write()
            elif record.fault:
                errors += 1
                files["errors"].write(_error(record))
            else:
                blank += 1
        write()
    return {
        "lines": lines,
        "blank": blank,
        "articles": articles,
        "errors": errors,
        "verdicts": dict(sorted(rows.verdicts.items())),
        "labels": dict(rows.labels),
    }


def _error(record: Record) -> bytes:
    told = {"line": record.line, "position": record.position, "reason": record.fault}
    return (json.dumps(told, ensure_ascii=False) + "\n").encode()


@lru_cache(maxsize=1)
def _classifier(named: Model) -> Classifier:
    directory = Path(named.directory)
    if model(directory) != named:
        raise AnotherJob(f"{directory} holds another model than {named.version}, with which the job began")
    return artifact.load(directory)
