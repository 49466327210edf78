"""What clients may learn of a fault of ours: a number by which the operator finds it in the log."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import structlog

from service.errors import OverclaimError
from service.rpc import status
from service.rpc.log import raised

if TYPE_CHECKING:
    from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # does not declare its types


def status_for(error: Exception) -> Status:
    """Give the status to answer `error` with; log it as an incident when it is a fault of ours."""
    if isinstance(error, OverclaimError):
        known = status.of(error)
        if known is not None:
            return known
    incident = token_hex(8)
    structlog.get_logger().error("incident", incident=incident, **raised(error))
    return status.of_incident(incident)
