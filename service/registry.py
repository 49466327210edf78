"""What ML engineers ask: which models there are, and which one shall serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from service.classifier import artifact
from service.errors import ArtifactError, ModelRefused, NoEarlierModel, NotFound
from service.store.ledger import record
from service.store.outward import Activation
from service.store.words import Deed
from service.trials.standing import end_by_activation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.moderation import Classifier

ACTIVATIONS_SHOWN = 50
# The models that served last, to any of which one may go back without more ado.
LAST_KEPT = 3


@dataclass(frozen=True, slots=True)
class Model:
    """What the manifest of a model's directory tells."""

    version: str
    directory: Path
    created: datetime
    points: Mapping[str, float]
    measures: Mapping[str, float]


class Models:
    """The models that a server may serve: the one it began with, and those in the directory of models."""

    def __init__(
        self, first: Path, directory: Path | None, *, load: Callable[[Path], Classifier] = artifact.load
    ) -> None:
        self._first = first
        self._directory = directory
        self._load = load

    def all(self) -> list[Model]:
        """List what is there now, the newest first; a directory without a readable manifest is no model."""
        found = {model.version: model for model in self._found()}
        return sorted(found.values(), key=lambda each: each.created, reverse=True)

    def get(self, version: str) -> Model:
        """Give the model of a version; NotFound when there is none."""
        for model in self.all():
            if model.version == version:
                return model
        raise NotFound("there is no such model")

    def card(self, version: str) -> str:
        """Give the card of a model; empty when it has none."""
        path = self.get(version).directory / artifact.CARD
        return path.read_text("utf-8") if path.is_file() else ""

    def load(self, version: str) -> Classifier:
        """Verify, build and self-test a model; ModelRefused when it cannot be served."""
        directory = self.get(version).directory
        try:
            classifier = self._load(directory)
            classifier.self_test()
        except ArtifactError as error:
            # What the error says names files of the server, which are nobody's business.
            raise ModelRefused(f"{version} cannot be served: {error.reason}") from None
        return classifier

    def points(self) -> dict[str, Mapping[str, float]]:
        """Give the operating points of all models."""
        return {model.version: model.points for model in self.all()}

    def _found(self) -> Iterator[Model]:
        directories = [self._first]
        if self._directory is not None and self._directory.is_dir():
            directories += sorted(each for each in self._directory.iterdir() if each.is_dir())
        for directory in directories:
            try:
                manifest = artifact.manifest_of(directory)
                yield _model(manifest, directory)
            except (ArtifactError, OSError):
                continue


def require_points(version: str, points: Mapping[str, float], *, named: set[str]) -> None:
    """Raise ModelRefused when a model lacks operating points that policies in force name."""
    lacking = sorted(named - points.keys())
    if lacking:
        raise ModelRefused(
            f"{version} lacks operating points that policies in force name: {', '.join(lacking)}; "
            "put thresholds in their place, or serve a model that has them"
        )


def activations(session: Session) -> list[Activation]:
    """List what was put in service, the latest first."""
    return list(session.scalars(select(Activation).order_by(Activation.id.desc()).limit(ACTIVATIONS_SHOWN)))


def record_activation(session: Session, version: str, *, actor: str, now: datetime, tenant: str = "") -> None:
    """Record that a model was put in service, and by whom; end the trials that this makes moot."""
    activation = Activation(version=version, tenant=tenant, actor=actor, at=now)
    session.add(activation)
    session.flush()
    record(session, Deed.MODEL_ACTIVATED, now=now, activation=activation.id, version=version)
    if actor:
        end_by_activation(session, version, actor=actor, now=now, tenant=tenant)


def note_serving(session: Session, version: str, *, now: datetime) -> None:
    """Record which model a server began with, unless it was the last one put in service anyway."""
    if last_activated(session) != version:
        record_activation(session, version, actor="", now=now)


def last_activated(session: Session) -> str | None:
    """Give the version that was put in service last."""
    return session.scalar(select(Activation.version).order_by(Activation.id.desc()).limit(1))


def last_activation(session: Session) -> int:
    """Give the number of the last activation; 0 when there was none."""
    return session.scalar(select(Activation.id).order_by(Activation.id.desc()).limit(1)) or 0


def activated_after(session: Session, activation: int) -> str | None:
    """Give the version that somebody has put in service last, if that was after the activation given."""
    return session.scalar(
        select(Activation.version)
        .where(Activation.id > activation, Activation.actor != "")
        .order_by(Activation.id.desc())
        .limit(1)
    )


def model_before(session: Session, version: str) -> str:
    """Give the version that served before this one; NoEarlierModel when there is none."""
    for each in activations(session):
        if each.version != version:
            return each.version
    raise NoEarlierModel("no other model has served before this one")


def require_not_retired(session: Session, version: str, *, again: bool) -> None:
    """Raise ModelRefused when a model served before the last three, unless that is what is wanted.

    So whoever puts a retired model back among the models, signature and all, has not put it in service yet.
    """
    served = session.scalars(
        select(Activation.version).group_by(Activation.version).order_by(func.max(Activation.id).desc())
    ).all()
    if version in served[LAST_KEPT:] and not again:
        raise ModelRefused(
            f"{version} is retired: {LAST_KEPT} other models have served since; say `again` to serve with it"
        )


def require_other(version: str, serving: str) -> None:
    """Raise ModelRefused when a model that shall be tried beside another is that very one."""
    if version == serving:
        raise ModelRefused(f"{version} serves already; put another model on trial")


def require_listed(models: Models, version: str) -> None:
    """Raise ModelRefused when a model that once served is not among those that may serve now."""
    if version not in models.points():
        raise ModelRefused(
            f"{version}, which served before, is no longer among the models that this server lists; "
            "put its directory back, or activate another"
        )


def _model(manifest: dict[str, Any], directory: Path) -> Model:
    written = (directory / artifact.MANIFEST).stat().st_mtime
    points = {
        each["wish"]: float(each["point"]["threshold"])
        for each in manifest.get("operating_points", ())
        if each.get("of") == "articles" and each.get("label") == "overstated" and each.get("point")
    }
    measures = {
        name: float(each["value"])
        for name, each in manifest.get("measures", {}).items()
        if isinstance(each, dict) and isinstance(each.get("value"), int | float)
    }
    return Model(manifest["version"], directory, datetime.fromtimestamp(written, UTC), points, measures)
