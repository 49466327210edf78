"""`overclaim health`: asks a server whether it serves, as container engines and scripts do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped] # has no types

from service.client.trust import credentials_of

if TYPE_CHECKING:
    import argparse

NOT_SERVING = 1


def run(options: argparse.Namespace) -> int:
    """Print what the server says of itself, and return 0 if it serves and 1 otherwise."""
    credentials = credentials_of(options)
    channel = (
        grpc.secure_channel(options.server, credentials)
        if credentials
        else grpc.insecure_channel(options.server)
    )
    with channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=options.timeout
            )
        except grpc.RpcError as failure:
            sys.stderr.write(f"{options.server} does not answer: {failure.code().name}\n")
            return NOT_SERVING
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    sys.stdout.write(f"{status}\n")
    return 0 if status == "SERVING" else NOT_SERVING
