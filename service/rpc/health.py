"""grpc.health.v1, with watchers that do not hold up a drain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from grpc_health.v1 import health, health_pb2  # type: ignore[import-untyped] # has no types

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVING = health_pb2.HealthCheckResponse.SERVING


class Health(health.aio.HealthServicer):  # type: ignore[misc] # the library has no types
    """Says NOT_SERVING of the whole server ("") and of each service until told otherwise."""

    def __init__(self, services: Sequence[str]) -> None:
        super().__init__()
        self._server_status = dict.fromkeys(("", *services), NOT_SERVING)
        self._draining = asyncio.Event()

    async def serve(self) -> None:
        """Say SERVING, unless a drain has begun."""
        for name in self._server_status:
            await self.set(name, SERVING)

    async def enter_graceful_shutdown(self) -> None:
        """Say NOT_SERVING for good, to watchers too, and then let them go."""
        await super().enter_graceful_shutdown()
        # A moment for the watchers to write what they were told.
        await asyncio.sleep(0.05)
        self._draining.set()

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: N802, ANN401 - gRPC's name and types
        """Tell each change; a watch without an end would make every drain last as long as its grace."""
        watching = asyncio.create_task(super().Watch(request, context))
        draining = asyncio.create_task(self._draining.wait())
        try:
            await asyncio.wait({watching, draining}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
        finally:
            watching.cancel()
            draining.cancel()
