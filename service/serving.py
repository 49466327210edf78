"""What `overclaim serve` puts together: one process that serves, or several that share a port."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from service.access import first_key
from service.errors import BadTrustedKey, ModelRefused, NotFound
from service.registry import (
    Models,
    Trust,
    activated_after,
    last_activation,
    last_served,
    manifest_served,
)
from service.rpc import log
from service.rpc.allocation import give_large_blocks_back
from service.rpc.welcome import welcome
from service.rpc.workers import oversee
from service.setting import BadSetting
from service.store.ledger import SERVER
from service.store.opening import open_store, store_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.classifier.model import Classifier as Verified
    from service.moderation import Classifier
    from service.rpc.exposing import Roster
    from service.rpc.post import Post
    from service.settings import Settings
    from service.store.engine import Store

BUNDLED_MODEL = Path(__file__).parent / "bundled"


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raises what stands in the way of that."""
    if settings.engine == "sklearn" and settings.trusted_keys is None:
        raise BadSetting("--engine sklearn runs code that a model brings: it needs --trusted-keys")
    log.configure(form=settings.log_format, level=settings.log_level)
    store = open_store(settings.database, connections=settings.desk_threads)
    announce = _announcing(settings, store)
    try:
        _anchor(settings, store)
        if settings.workers == 1:
            _run(settings, store, announce, None)
            return
        with store.reading() as session:
            since = last_activation(session)
        with roster(settings, store) as counted:
            asyncio.run(oversee(settings, work=work, since=since, announce=announce, roster=counted))
    finally:
        store.close()


def _anchor(settings: Settings, store: Store) -> None:
    """Take the first anchor of the audit log where any are asked for; BadAnchor tells that none could be."""
    if settings.audit_anchors is None:
        return
    from service.audit import anchors  # noqa: PLC0415 - loaded where it is asked for

    anchors.append(store, settings.audit_anchors, key=settings.audit_key, now=datetime.now(UTC))


@contextmanager
def roster(settings: Settings, store: Store) -> Iterator[Roster | None]:
    """Let Prometheus read what all workers count, where metrics are asked for; raises CannotListen."""
    if not settings.metrics_listen:
        yield None
        return
    from service.rpc.exposing import Roster, exposed, gathered  # noqa: PLC0415 - loaded where it is asked for

    with gathered() as registry, exposed(settings, registry, store):
        yield Roster(registry)


def work(settings: Settings, post: Post) -> None:
    """Serve as one of several processes, on a database that `serve` has brought up to date."""
    log.configure(form=settings.log_format, level=settings.log_level, worker=post.number)
    store = store_at(settings.database, connections=settings.desk_threads)
    try:
        _run(settings, store, lambda _: post.ready(), post)
    finally:
        store.close()


def _run(settings: Settings, store: Store, announce: Callable[[str], None], post: Post | None) -> None:
    from service.rpc.running import run  # noqa: PLC0415 - gRPC must not be loaded in a process that starts others

    give_large_blocks_back()
    first = settings.model or BUNDLED_MODEL
    load_model = loader(settings)
    models = Models(first, settings.models, load=load_model, trust=truster(settings))

    def load() -> Classifier:
        with store.reading() as session:
            # What was activated since the first worker began outranks what that one began with.
            later = activated_after(session, post.since) if post else None
            before = last_served(session) if settings.model is None else []
            listed = models.points()
            wanted = {each: manifest_served(session, each) for each in (later, *before) if each in listed}
        for version, manifest in wanted.items():
            try:
                return models.load(version, manifest=manifest).classifier
            except (ModelRefused, NotFound) as error:
                structlog.get_logger().error(
                    "activated, and not served here", model=version, reason=str(error)
                )
        return load_model(first)

    asyncio.run(run(settings, store=store, models=models, load=load, announce=announce, post=post))


def loader(settings: Settings) -> Callable[[Path], Verified]:
    """Say how models are loaded: by which engine, and under whose signature."""

    def load(directory: Path) -> Verified:
        from service.classifier import artifact  # noqa: PLC0415 - health answers before the model's code is there

        if settings.engine == "compiled" and (
            settings.trusted_keys is None or _needs_no_signature(directory, settings)
        ):
            return artifact.load(directory)
        from service.classifier.signature import read_keys  # noqa: PLC0415 - as that module says

        trusted = read_keys(settings.trusted_keys) if settings.trusted_keys else ()
        return artifact.load(directory, engine=settings.engine, trusted=trusted)

    return load


def truster(settings: Settings) -> Callable[[Path], Trust]:
    """Say how it is told of a model, without loading it, whether it has the signature that it needs."""

    def trust(directory: Path) -> Trust:
        if settings.trusted_keys is None:
            return Trust.NOT_ASKED
        if _needs_no_signature(directory, settings):
            return Trust.TRUSTED
        from service.classifier import artifact  # noqa: PLC0415 - as in `loader`
        from service.classifier.signature import read_keys  # noqa: PLC0415 - as that module says

        try:
            trusted = artifact.is_trusted(directory, read_keys(settings.trusted_keys))
        except BadTrustedKey:
            # Whoever has it served is told what is wrong with the keys.
            return Trust.UNTRUSTED
        return Trust.TRUSTED if trusted else Trust.UNTRUSTED

    return trust


def _needs_no_signature(directory: Path, settings: Settings) -> bool:
    # The bundled model came with the code that would verify it: who can change one can change the other.
    # Its pipeline is code too, though, and is not run on that ground.
    return settings.engine == "compiled" and directory.resolve() == BUNDLED_MODEL.resolve()


def _announcing(settings: Settings, store: Store) -> Callable[[str], None]:
    def announce(address: str) -> None:
        with store.writing(by=SERVER) as session:
            key = first_key(session, now=datetime.now(UTC))
        print(welcome(address, encrypted=settings.tls_certificate is not None, key=key), flush=True)  # noqa: T201 - what a command prints

    return announce
