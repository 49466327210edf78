"""What ML engineers ask: which models there are, and which one shall serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from service.classifier import artifact
from service.errors import ArtifactError, ArtifactUntrusted, ModelRefused, NoEarlierModel, NotFound
from service.store.ledger import record
from service.store.outward import Activation
from service.store.words import Deed
from service.trials.standing import end_by_activation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.classifier.model import Classifier as Verified
    from service.moderation import Classifier

ACTIVATIONS_SHOWN = 50
# The models that served last, to any of which one may go back without more ado.
LAST_KEPT = 3


class Trust(StrEnum):
    """Whether a model would be served, as far as its signature goes."""

    NOT_ASKED = "not_asked"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class Model:
    """What the manifest of a model's directory tells; `manifest` is its SHA-256, in hexadecimal."""

    version: str
    directory: Path
    created: datetime
    points: Mapping[str, float]
    measures: Mapping[str, float]
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that has been verified, built and self-tested, with what its very manifest tells."""

    model: Model
    classifier: Classifier


class Models:
    """The models that a server may serve: the one it began with, and those in the directory of models.

    Of two directories with the same version the first counts: that which the server began with, or else the
    one whose name sorts first.
    """

    def __init__(
        self,
        first: Path,
        directory: Path | None,
        *,
        load: Callable[[Path], Verified] = artifact.load,
        trust: Callable[[Path], Trust] = lambda _: Trust.NOT_ASKED,
    ) -> None:
        self._first = first
        self._directory = directory
        self._load = load
        self._trust = trust

    def all(self) -> list[Model]:
        """List what is there now, the newest first; a directory without a readable manifest is no model."""
        found = dict[str, Model]()
        for model in self._found():
            found.setdefault(model.version, model)
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

    def trust(self, model: Model) -> Trust:
        """Say whether the model's signature lets it serve; `load` verifies that again, and all else."""
        return self._trust(model.directory)

    def load(self, version: str, *, manifest: str) -> Loaded:
        """Verify, build and self-test a model; ModelRefused when it cannot be served.

        `manifest` is the digest that the version has served with, as `manifest_served` tells; "" when it has
        not. The model that the server began with is the operator's own word, and held to none.
        """
        model = self.get(version)
        try:
            classifier = self._load(model.directory)
            classifier.self_test()
        except ArtifactUntrusted as error:
            raise ModelRefused(
                f"{version} cannot be served: {error.reason}, no key that this server trusts has signed it;"
                " `overclaim-train sign` does"
            ) from None
        except ArtifactError as error:
            # What the error says names files of the server, which are nobody's business.
            raise ModelRefused(f"{version} cannot be served: {error.reason}") from None
        if classifier.manifest != model.manifest:
            raise ModelRefused(f"{version} was changed while it was read; try again")
        if manifest not in {"", model.manifest} and model.directory != self._first:
            raise ModelRefused(
                f"{version} has served with another manifest, and a model is written once; put that one back,"
                " or give this one a version of its own"
            )
        return Loaded(model, classifier)

    def points(self) -> dict[str, Mapping[str, float]]:
        """Give the operating points of all models."""
        return {model.version: model.points for model in self.all()}

    def _found(self) -> Iterator[Model]:
        directories = [self._first]
        if self._directory is not None and self._directory.is_dir():
            directories += sorted(each for each in self._directory.iterdir() if each.is_dir())
        for directory in directories:
            try:
                manifest, digest = artifact.manifest_and_digest(directory)
                yield _model(manifest, digest, directory)
            except (ArtifactError, OSError):
                continue


def require_points(
    version: str, points: Mapping[str, float], *, named: set[str], elsewhere: Iterable[str] = ()
) -> None:
    """Raise ModelRefused when a model lacks operating points that policies in force name.

    Those of `elsewhere` are named by policies that are not the caller's to know, and the refusal names none.
    """
    lacking = sorted(named - points.keys())
    if lacking:
        raise ModelRefused(
            f"{version} lacks operating points that policies in force name: {', '.join(lacking)}; "
            "put thresholds in their place, or serve a model that has them"
        )
    if set(elsewhere) - points.keys():
        raise ModelRefused(
            f"{version} lacks operating points that policies of other tenants name; whoever runs the server "
            "finds in its log which"
        )


def activations(session: Session) -> list[Activation]:
    """List what was put in service, the latest first."""
    return list(session.scalars(select(Activation).order_by(Activation.id.desc()).limit(ACTIVATIONS_SHOWN)))


def record_activation(
    session: Session, version: str, *, actor: str, now: datetime, tenant: str = "", manifest: str = ""
) -> None:
    """Record that a model was put in service, and by whom; end the trials that this makes moot.

    `manifest` is the digest of the manifest that it was verified by.
    """
    activation = Activation(version=version, manifest=manifest, tenant=tenant, actor=actor, at=now)
    session.add(activation)
    session.flush()
    verified = {"manifest": manifest} if manifest else {}
    record(session, Deed.MODEL_ACTIVATED, now=now, activation=activation.id, version=version, **verified)
    if actor:
        end_by_activation(session, version, actor=actor, now=now, tenant=tenant)


def note_serving(session: Session, version: str, *, now: datetime) -> None:
    """Record which model a server began with, unless it was the last one put in service anyway."""
    if last_activated(session) != version:
        record_activation(session, version, actor="", now=now)


def last_served(session: Session) -> list[str]:
    """Give the versions that served last, at most three, the latest first."""
    return list(last_activations(session))[:LAST_KEPT]


def last_activations(session: Session) -> dict[str, Activation]:
    """Give the last activation of every version that ever served, the latest first."""
    latest = select(func.max(Activation.id)).group_by(Activation.version)
    found = select(Activation).where(Activation.id.in_(latest)).order_by(Activation.id.desc())
    return {each.version: each for each in session.scalars(found)}


def last_activated(session: Session) -> str | None:
    """Give the version that was put in service last."""
    return session.scalar(select(Activation.version).order_by(Activation.id.desc()).limit(1))


def manifest_served(session: Session, version: str) -> str:
    """Give the digest of the manifest that a version was put in service with first; "" when it never was.

    So nobody puts an older manifest of the same weights in its place, signature and all.
    """
    query = select(Activation.manifest).where(Activation.version == version, Activation.manifest != "")
    return session.scalar(query.order_by(Activation.id).limit(1)) or ""


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
    if version in list(last_activations(session))[LAST_KEPT:] and not again:
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


def _model(manifest: dict[str, Any], digest: str, directory: Path) -> Model:
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
    created = datetime.fromtimestamp(written, UTC)
    return Model(manifest["version"], directory, created, points, measures, digest)
