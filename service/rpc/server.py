"""One server: it listens, takes a model once that has passed its self-test, serves and drains."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped] # has no types
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped] # has no types

from service.access import DEFAULT_TENANT, ensure_tenant
from service.errors import CannotListen
from service.moderation import Answers
from service.pb.overclaim.v1 import access_pb2, models_pb2, moderation_pb2, review_pb2
from service.pb.overclaim.v1 import access_pb2_grpc as access_grpc
from service.pb.overclaim.v1 import models_pb2_grpc as models_grpc
from service.pb.overclaim.v1 import moderation_pb2_grpc as moderation_grpc
from service.pb.overclaim.v1 import review_pb2_grpc as review_grpc
from service.quota.amounts import Limits
from service.quota.limits import NAMES
from service.registry import note_serving, require_points
from service.review.policies import points_named
from service.rpc import connection
from service.rpc.access_servicer import AccessServicer
from service.rpc.admission import RETRY_AFTER_DRAIN, Admission
from service.rpc.desk import Desk
from service.rpc.feedback_servicer import FeedbackServicer
from service.rpc.following import Following
from service.rpc.gate import Gatekeeper
from service.rpc.health import Health
from service.rpc.instruments import Instruments
from service.rpc.interceptors import Guard
from service.rpc.meter import Meter
from service.rpc.model_servicer import ModelServicer
from service.rpc.moderation_servicer import ModerationServicer
from service.rpc.ports import is_local, taken_address
from service.rpc.review_servicer import ReviewServicer
from service.rpc.scorer import Scorer
from service.rpc.unregistered import Unregistered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.moderation import Classifier
    from service.registry import Models
    from service.rpc.certificates import Certificates
    from service.rpc.post import Post
    from service.settings import Settings
    from service.signin.door import Door
    from service.store.engine import Store

SERVICES = tuple(
    service.full_name
    for module in (moderation_pb2, review_pb2, access_pb2, models_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
)


class Server:
    """One gRPC server on one port. Health says NOT_SERVING except between `open` and `drain`."""

    def __init__(self, settings: Settings, *, store: Store, models: Models, post: Post | None = None) -> None:
        self._settings = settings
        self._post = post
        self._store = store
        self._models = models
        self._health = Health(SERVICES)
        self._points: dict[str, Mapping[str, float]] = {}
        self._desk = Desk(store, threads=settings.desk_threads)
        self._instruments = Instruments(settings, alone=post is None)
        self._upkeep: list[asyncio.Task[None]] = []
        self._scorer = Scorer(
            threads=settings.scorer_threads,
            answers=Answers(seconds=settings.remember_seconds, code_points=settings.remember_code_points),
            desk=self._desk,
            points=self._points,
            max_sentences=settings.max_sentences,
            observer=self._instruments.observer,
            span=self._instruments.span,
        )
        self._admission = Admission(
            max_calls=settings.max_calls,
            max_bytes=settings.max_bytes,
            max_streams=settings.max_streams,
            max_watchers=settings.max_watchers,
        )
        self._following = Following(self._desk, self._scorer, models, points=self._points)
        self._defaults = Limits(**{name: getattr(settings, name) for name in NAMES})
        self._meter = Meter(self._desk, defaults=self._defaults)
        gate = Gatekeeper(self._desk, self._meter, require_keys=_requires_keys(settings))
        interceptors = (*self._instruments.around(Guard()), self._admission, gate)
        self._grpc = grpc.aio.server(
            interceptors=interceptors, options=connection.options(settings, sharing=post is not None)
        )
        self._add_servicers()
        # Registered: so its calls never wait in line with those of others.
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        names = (
            *SERVICES,
            health_pb2.DESCRIPTOR.services_by_name["Health"].full_name,
            reflection.SERVICE_NAME,
        )
        reflection.enable_server_reflection(names, self._grpc)
        self._certificates: Certificates | None = None
        self.address = settings.listen

    def _add_servicers(self) -> None:
        desk, points = self._desk, self._points
        server: Any = Unregistered(self._grpc)
        local = self._settings.local_webhooks
        moderation_grpc.add_ModerationServiceServicer_to_server(
            ModerationServicer(self._scorer, self._meter, window=self._settings.stream_window), server
        )
        review_grpc.add_ReviewServiceServicer_to_server(
            ReviewServicer(desk, self._scorer, points=points), server
        )
        review_grpc.add_FeedbackServiceServicer_to_server(
            FeedbackServicer(desk, points=points, local_webhooks=local), server
        )
        access_grpc.add_AccessServiceServicer_to_server(
            AccessServicer(desk, defaults=self._defaults, door=_door(self._settings)), server
        )
        models_grpc.add_ModelServiceServicer_to_server(
            ModelServicer(
                desk,
                self._scorer,
                self._models,
                points=points,
                changing=self._following.changing,
                trials=self._following.trials,
            ),
            server,
        )

    async def start(self) -> None:
        """Listen; our own calls are answered with NOT_READY until `open`."""
        host = self._settings.listen.rpartition(":")[0]
        self._certificates = _certificates(self._settings)
        port = _listen(self._grpc, self._settings, self._certificates)
        self.address = f"{host}:{port}"
        self._instruments.open(self._store)
        await self._grpc.start()
        structlog.get_logger().info("listening", address=self.address)

    async def open(self, load: Callable[[], Classifier]) -> None:
        """Load a model and serve with it once it has passed its self-test; raises ArtifactError.

        ModelRefused when it lacks an operating point that a policy in force names: no threshold of ours takes
        the place of one that somebody chose.
        """
        await self._following.begin(None if self._post is None else self._post.since)
        classifier = await asyncio.to_thread(load)
        await asyncio.to_thread(classifier.self_test)
        self._points |= await asyncio.to_thread(self._models.points)
        require_points(
            classifier.version,
            self._points.get(classifier.version, {}),
            named=set[str]().union(*(await self._desk.read(points_named)).values()),
        )
        self._scorer.use(classifier)
        await self._following.catch_up()
        serving = self._scorer.require_model().version
        work = (self._following.follow(), self._scorer.shadow.compare(), self._scorer.shadow.keep_writing())
        self._upkeep = [asyncio.create_task(each) for each in work]
        if self._certificates:
            self._upkeep.append(asyncio.create_task(self._certificates.keep_looking()))
        if self._post is None or self._post.is_first:
            await self._desk.write(note_serving, serving, now=self._desk.now())
            self._upkeep += self._begin_upkeep()
        if not _requires_keys(self._settings):
            # Who calls without a key may have an article kept, on a fresh database before any key is made.
            await self._desk.write(ensure_tenant, DEFAULT_TENANT, now=self._desk.now())
        await self._health.serve()
        from service.classifier.weighing import form  # noqa: PLC0415 - numpy is loaded after health answers

        structlog.get_logger().info("serving", model=serving, scorer=form())

    def _begin_upkeep(self) -> tuple[asyncio.Task[None], ...]:
        from service.upkeep import anchor, deliver, purge  # noqa: PLC0415 - an HTTP client that the other workers need not carry

        work = [deliver(self._store, local=self._settings.local_webhooks), purge(self._store)]
        if self._settings.audit_anchors:
            work.append(anchor(self._store, self._settings.audit_anchors, key=self._settings.audit_key))
        return tuple(map(asyncio.create_task, work))

    def look_at_certificates(self) -> None:
        """Take renewed certificates at once, rather than at the next connection or the next look."""
        if self._certificates:
            self._certificates.look()

    async def drain(self) -> None:
        """Say NOT_SERVING, take no new calls, let those in flight finish within the grace, and go."""
        structlog.get_logger().info("draining")
        grace = self._settings.drain_seconds
        await self._health.enter_graceful_shutdown()
        # gRPC cancels the calls that come in while it stops, which no client may retry. So turn new ones away
        # first, with a status that makes clients wait and retry, and stop while they wait.
        self._admission.close()
        self._desk.dismiss()
        for each in self._upkeep:
            each.cancel()
        await asyncio.sleep(min(grace, RETRY_AFTER_DRAIN / 2))
        await self._grpc.stop(grace)
        self._scorer.close()
        await asyncio.gather(*self._upkeep, return_exceptions=True)
        await self._scorer.shadow.close()
        await self._instruments.close()
        await self._meter.close()
        await asyncio.to_thread(self._desk.close)
        structlog.get_logger().info("stopped")


def _certificates(settings: Settings) -> Certificates | None:
    if settings.tls_certificate and settings.tls_key:
        from service.rpc.certificates import Certificates, Files  # noqa: PLC0415 - loaded where there is TLS

        return Certificates(Files(settings.tls_certificate, settings.tls_key, settings.tls_client_ca))
    if settings.tls_certificate or settings.tls_key or settings.tls_client_ca:
        raise CannotListen("TLS needs both --tls-certificate and --tls-key")
    return None


def _listen(server: grpc.aio.Server, settings: Settings, certificates: Certificates | None) -> int:
    address = settings.listen
    try:
        if certificates:
            return server.add_secure_port(address, certificates.credentials())
        if not (is_local(address) or settings.insecure_listen):
            raise CannotListen(
                f"{address} can be reached from other machines: give --tls-certificate and --tls-key, "
                "or --insecure-listen if something else encrypts"
            )
        return server.add_insecure_port(address)
    except RuntimeError:
        raise taken_address(address) from None


def _door(settings: Settings) -> Door | None:
    if not settings.oidc_issuer:
        return None
    # What verifies tokens is loaded where it is asked for.
    from service.signin.door import Door  # noqa: PLC0415 - as above
    from service.signin.token import Wanted  # noqa: PLC0415 - as above

    return Door(
        Wanted(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            name_claim=settings.oidc_name_claim,
            groups_claim=settings.oidc_groups_claim,
        ),
        roles=settings.oidc_roles,
        hours=settings.oidc_key_hours,
    )


def _requires_keys(settings: Settings) -> bool:
    if settings.require_keys == "auto":
        return not is_local(settings.listen)
    return settings.require_keys == "yes"
