"""Which models of a directory may go: those that served, and since which three others have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.classifier import artifact
from service.errors import ArtifactError, BadFile, InvalidRequest, Violation
from service.registry import LAST_KEPT, last_activations
from service.store.ledger import record
from service.store.words import Deed
from service.trials.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

OURS = artifact.FILES | {artifact.MANIFEST, artifact.SIGNATURE}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a directory, and why; no version: it holds no model that can be read."""

    directory: Path
    version: str
    manifest: str
    size: int
    goes: bool
    reason: str


def fates(
    session: Session, directory: Path, *, begun_with: Collection[Path], also: Collection[str]
) -> list[Fate]:
    """Say of everything in a directory of models whether it may go, in the order of the names.

    `begun_with` are the models that servers are started with; `also` are versions that may go though they
    have never served. Raises BadFile, and InvalidRequest when `also` names what is not there.
    """
    try:
        places = sorted(directory.iterdir())
    except OSError as error:
        raise BadFile(f"cannot read {directory}: {error.strerror}") from None
    reasons = _Reasons(session, begun_with=begun_with, also=also)
    found = [reasons.fate(each) for each in places]
    if missing := sorted(set(also) - {each.version for each in found}):
        raise InvalidRequest((Violation("--also", f"there is no {missing[0]} in {directory}"),))
    return found


def record_pruning(session: Session, fate: Fate, *, now: datetime) -> None:
    """Record that a model is removed, before it is."""
    record(session, Deed.MODEL_PRUNED, now=now, version=fate.version, manifest=fate.manifest)


def remove(fate: Fate) -> None:
    """Remove a model's files, the manifest last, so that what is begun can be finished. Raises BadFile."""
    try:
        for path in sorted(fate.directory.iterdir(), key=lambda each: each.name == artifact.MANIFEST):
            path.unlink()
        fate.directory.rmdir()
    except OSError as error:
        raise BadFile(
            f"cannot remove all of {fate.directory}: {error.strerror}; mend that and prune again"
        ) from None


class _Reasons:
    def __init__(self, session: Session, *, begun_with: Collection[Path], also: Collection[str]) -> None:
        self._served = last_activations(session)
        self._last = list(self._served)[:LAST_KEPT]
        self._tried = {each.version: kind for kind, each in standing(session).items()}
        self._begun_with = {each.resolve() for each in begun_with}
        self._also = also

    def fate(self, place: Path) -> Fate:
        try:
            manifest, digest = artifact.manifest_and_digest(place)
        except ArtifactError as error:
            return Fate(place, "", "", 0, goes=False, reason=f"holds no model ({error.reason})")
        version = str(manifest["version"])
        kept = next(self._kept(place, version), "")
        size = sum(each.lstat().st_size for each in place.iterdir())
        return Fate(place, version, digest, size, goes=not kept, reason=kept or self._gone(version))

    def _kept(self, place: Path, version: str) -> Iterator[str]:
        if version in self._last[:1]:
            yield "serves"
        if version in self._tried:
            yield f"is the {self._tried[version]}"
        if version in self._last:
            yield f"one of the last {LAST_KEPT} that served"
        if place.resolve() in self._begun_with:
            yield "a server is begun with it (--model)"
        if version not in self._served and version not in self._also:
            yield "has not served yet (--also removes it)"
        if place.is_symlink():
            yield "a link: remove it by hand"
        if strange := sorted(each.name for each in place.iterdir() if each.name not in OURS or each.is_dir()):
            yield f"holds what no model has: {', '.join(strange)}"

    def _gone(self, version: str) -> str:
        if version not in self._served:
            return "has never served, named by --also"
        return f"retired: served last from {self._served[version].at:%Y-%m-%d}, and {LAST_KEPT} others since"
