"""The server's life: listen, load, self-test, serve, drain."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import sys
from typing import TYPE_CHECKING

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped] # has no types
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped] # has no types

from service.errors import CannotListen
from service.moderation import Answers
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc.health import Health
from service.rpc.interceptors import RETRY_AFTER_DRAIN, Admission, Guard
from service.rpc.moderation_servicer import ModerationServicer
from service.rpc.scorer import Scorer

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.moderation import Classifier
    from service.settings import Settings

SERVICES = tuple(service.full_name for service in pb.DESCRIPTOR.services_by_name.values())
OPTIONS = (
    # A second server on the same port must fail, not silently take half of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 8 << 20),
    ("grpc.max_concurrent_streams", 100),
)


async def run(settings: Settings, *, load: Callable[[], Classifier], announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then drain. `announce` is told the address when calls will be answered.

    Raises CannotListen or ArtifactError when there is nothing to serve; after that, nothing.
    """
    # Threads that score hand over to the event loop sooner: with 8 articles of 200,000 code points in hand,
    # 99 in 100 health checks took up to 48 ms at Python's default of 5 ms, 29 ms at 1 ms.
    sys.setswitchinterval(0.001)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    server = Server(settings)
    await server.start()
    try:
        loading = asyncio.create_task(server.open(load))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if loading.done():
            loading.result()
            announce(server.address)
            await stopping
        loading.cancel()
    finally:
        await server.drain()


class Server:
    """One gRPC server on one port. Health says NOT_SERVING except between `open` and `drain`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._health = Health(SERVICES)
        self._scorer = Scorer(
            threads=settings.scorer_threads,
            answers=Answers(seconds=settings.remember_seconds, code_points=settings.remember_code_points),
        )
        self._admission = Admission(max_calls=settings.max_calls, max_streams=settings.max_streams)
        self._grpc = grpc.aio.server(interceptors=(Guard(), self._admission), options=OPTIONS)
        servicer = ModerationServicer(self._scorer, window=settings.stream_window)
        pb_grpc.add_ModerationServiceServicer_to_server(servicer, self._grpc)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        names = (
            *SERVICES,
            health_pb2.DESCRIPTOR.services_by_name["Health"].full_name,
            reflection.SERVICE_NAME,
        )
        reflection.enable_server_reflection(names, self._grpc)
        self.address = settings.listen

    async def start(self) -> None:
        """Listen; our own calls are answered with NOT_READY until `open`."""
        host = self._settings.listen.rpartition(":")[0]
        port = _listen(self._grpc, self._settings)
        self.address = f"{host}:{port}"
        await self._grpc.start()
        structlog.get_logger().info("listening", address=self.address)

    async def open(self, load: Callable[[], Classifier]) -> None:
        """Load a model and serve with it once it has passed its self-test; raises ArtifactError."""
        classifier = await asyncio.to_thread(load)
        await asyncio.to_thread(classifier.self_test)
        self._scorer.use(classifier)
        await self._health.serve()
        structlog.get_logger().info("serving", model=classifier.version)

    async def drain(self) -> None:
        """Say NOT_SERVING, take no new calls, let those in flight finish within the grace, and go."""
        structlog.get_logger().info("draining")
        grace = self._settings.drain_seconds
        await self._health.enter_graceful_shutdown()
        # gRPC cancels the calls that come in while it stops, which no client may retry. So turn new ones away
        # first, with a status that makes clients wait and retry, and stop while they wait.
        self._admission.close()
        await asyncio.sleep(min(grace, RETRY_AFTER_DRAIN / 2))
        await self._grpc.stop(grace)
        self._scorer.close()
        structlog.get_logger().info("stopped")


def _listen(server: grpc.aio.Server, settings: Settings) -> int:
    address = settings.listen
    try:
        if settings.tls_certificate and settings.tls_key:
            pair = (settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes())
            return server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
        if settings.tls_certificate or settings.tls_key:
            raise CannotListen("TLS needs both --tls-certificate and --tls-key")
        if not (_is_local(address) or settings.insecure_listen):
            raise CannotListen(
                f"{address} can be reached from other machines: give --tls-certificate and --tls-key, "
                "or --insecure-listen if something else encrypts"
            )
        return server.add_insecure_port(address)
    except OSError as error:
        raise CannotListen(f"cannot read {error.filename}: {error.strerror}") from None
    except RuntimeError:
        raise CannotListen(f"cannot listen on {address}: is it this machine's, and not taken?") from None


def _is_local(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
