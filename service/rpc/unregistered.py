"""Servicers that gRPC looks up by a call's path, rather than knowing each of their methods beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import grpc

    from service.rpc.wrapping import Handler


class Unregistered:
    """Stands for a server towards the generated code that adds a servicer to it.

    For each call that it takes, gRPC's event loop waits anew for the next one of every method that is
    registered. With all of ours a call that was cancelled at once took 0.27 ms of processor time, and
    0.16 ms like this.
    """

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Pass on what finds a method by its path."""
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Register none."""
