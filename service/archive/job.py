"""A job begun, or gone on with: the same inputs, model and options, or a refusal that tells what differs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.archive.chunks import chunks, sources
from service.archive.errors import AnotherJob, BadArchive
from service.archive.folder import Folder
from service.archive.work import Work, model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.archive.chunks import Chunk, Source
    from service.archive.options import Options

FORM: Final = 1
JOB: Final = Path("job.json")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be scored, by what, and into which folder."""

    work: Work
    sources: Sequence[Source]

    def chunks(self) -> Iterator[Chunk]:
        """Give every chunk, in order."""
        return chunks(self.sources, self.work.options)

    @property
    def weight(self) -> int:
        """Bytes of all sources."""
        return sum(source.size for source in self.sources)


def prepare(paths: Sequence[Path], out: Path, *, directory: Path, options: Options) -> Job:
    """Look at inputs and model. Writes nothing; raises BadArchive and ArtifactError."""
    for path in paths:
        if path.is_dir() and (out.resolve() == path.resolve() or path.resolve() in out.resolve().parents):
            raise BadArchive(f"--out {out} lies within {path}, and would be read as a part of it")
    named = model(directory)
    return Job(Work(named, options, Folder(out.resolve(), options.form)), sources(paths, options))


def begin(job: Job) -> None:
    """Write down what the job is, or see that it is the one that was begun in its folder.

    Raises AnotherJob with what differs.
    """
    path = job.work.folder.path / JOB
    asked = _told(job)
    try:
        begun = json.loads(path.read_bytes())
    except FileNotFoundError:
        job.work.folder.replace(JOB, asked)
        return
    except ValueError:
        raise AnotherJob(f"{path} is not a job's; name another --out") from None
    if differs := _difference(begun, asked):
        raise AnotherJob(
            f"{path.parent} holds a job that {differs}; ask for the same again, or name another --out"
        )


def claim(out: Path) -> None:
    """Refuse a folder that holds something else than a job. Raises AnotherJob."""
    try:
        names = {each.name for each in out.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise AnotherJob(f"--out {out} cannot be written to ({error.strerror})") from None
    if names - {".work"} and JOB.name not in names:
        raise AnotherJob(f"{out} holds something else than a job; name an empty folder or a new one")


def _told(job: Job) -> dict[str, Any]:
    named = job.work.model
    # As JSON gives it back, to be compared.
    told: dict[str, Any] = json.loads(
        json.dumps(
            {
                "form": FORM,
                "model": {"version": named.version, "manifest_sha256": named.digest},
                "options": asdict(job.work.options),
                "inputs": [asdict(source) for source in job.sources],
            }
        )
    )
    return told


def _difference(begun: Any, asked: dict[str, Any]) -> str:  # noqa: ANN401 - whatever JSON may hold
    if begun == asked:
        return ""
    try:
        if begun["form"] != FORM:
            return f"is of form {begun['form']!r}, where this version writes {FORM}"
        if begun["model"] != asked["model"]:
            return (
                f"was begun with model {begun['model']['version']}, and this one is"
                f" {asked['model']['version']} (or another of that name)"
            )
        for name, value in asked["options"].items():
            if begun["options"][name] != value:
                return f"was begun with {name} {begun['options'][name]!r}, and now it is {value!r}"
        return _changed(begun["inputs"], asked["inputs"])
    except (KeyError, TypeError, IndexError):
        return "cannot be understood"


def _changed(begun: list[dict[str, Any]], asked: list[dict[str, Any]]) -> str:
    old, new = ({each["path"]: each for each in inputs} for inputs in (begun, asked))
    if gone := [path for path in old if path not in new]:
        return f"reads {gone[0]}, which is not named now"
    if added := [path for path in new if path not in old]:
        return f"does not read {added[0]}"
    for path, each in old.items():
        if (each["size"], each["written"]) != (new[path]["size"], new[path]["written"]):
            return f"has read {path}, which was written to since"
    return "reads the same files in another order"
