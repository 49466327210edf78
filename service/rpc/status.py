"""From an error's words to google.rpc.Status: one table, and the details that each kind carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration

# googleapis-common-protos does not declare the types that it has:
from google.rpc.code_pb2 import Code  # type: ignore[import-untyped]
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, QuotaFailure, RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]

from service.errors import (
    ArtifactError,
    BadAnchor,
    BadFile,
    CannotListen,
    CannotUndo,
    ClaimLost,
    Draining,
    ExtraMissing,
    InvalidArticle,
    InvalidRequest,
    ItemClosed,
    ItemTaken,
    KeyMissing,
    KeyReused,
    KeyUnknown,
    ModelRefused,
    NoEarlierModel,
    NotAllowed,
    NotDecided,
    NotFound,
    NotReady,
    NoTrial,
    OverclaimError,
    Overloaded,
    PolicyChanged,
    QuotaSpent,
    RateLimited,
    Stalled,
    StoreFull,
    StoreUnavailable,
    Unavailable,
    WorkersFailed,
)
from service.review.rulings import Ruling
from service.rpc import desk_convert
from service.signin.errors import NoRole, ProviderUnavailable, SignInOff, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message

DOMAIN = "overclaim.dev"

# Every kind of error that may leave the server. A kind that does not stand here is scrubbed like a bug.
CODES: dict[type[OverclaimError], Code] = {
    InvalidRequest: Code.INVALID_ARGUMENT,
    InvalidArticle: Code.INVALID_ARGUMENT,
    KeyReused: Code.ALREADY_EXISTS,
    RateLimited: Code.RESOURCE_EXHAUSTED,
    QuotaSpent: Code.RESOURCE_EXHAUSTED,
    Unavailable: Code.UNAVAILABLE,
    NotReady: Code.UNAVAILABLE,
    Draining: Code.UNAVAILABLE,
    Overloaded: Code.UNAVAILABLE,
    Stalled: Code.UNAVAILABLE,
    StoreUnavailable: Code.UNAVAILABLE,
    StoreFull: Code.RESOURCE_EXHAUSTED,
    ProviderUnavailable: Code.UNAVAILABLE,
    KeyMissing: Code.UNAUTHENTICATED,
    KeyUnknown: Code.UNAUTHENTICATED,
    TokenRefused: Code.UNAUTHENTICATED,
    NotAllowed: Code.PERMISSION_DENIED,
    NoRole: Code.PERMISSION_DENIED,
    SignInOff: Code.FAILED_PRECONDITION,
    NotFound: Code.NOT_FOUND,
    ItemTaken: Code.FAILED_PRECONDITION,
    ItemClosed: Code.FAILED_PRECONDITION,
    ClaimLost: Code.FAILED_PRECONDITION,
    CannotUndo: Code.FAILED_PRECONDITION,
    NotDecided: Code.FAILED_PRECONDITION,
    PolicyChanged: Code.ABORTED,
    NoEarlierModel: Code.FAILED_PRECONDITION,
    NoTrial: Code.FAILED_PRECONDITION,
    ModelRefused: Code.FAILED_PRECONDITION,
}

# Errors of the operator, which reach the log and the command line alone.
KEPT_INSIDE: frozenset[type[OverclaimError]] = frozenset(
    {ArtifactError, BadAnchor, BadFile, CannotListen, ExtraMissing, WorkersFailed}
)


def of(error: OverclaimError) -> Status | None:
    """Give the status of an error that may leave the server, with all its details; None for any other."""
    code = CODES.get(type(error))
    if code is None:
        return None
    return _status(code, str(error), *_details(error))


def of_incident(incident: str) -> Status:
    """Give the status of a fault of ours: nothing but a number by which the operator finds it in the log."""
    return _status(
        Code.INTERNAL,
        f"a fault of the server; its operator finds it in the log as incident {incident}",
        ErrorInfo(reason="INTERNAL", domain=DOMAIN, metadata={"incident": incident}),
    )


def _details(error: OverclaimError) -> Iterator[Message]:
    metadata: dict[str, str] = {}
    if isinstance(error, InvalidRequest):
        yield BadRequest(
            field_violations=[
                BadRequest.FieldViolation(field=each.field, description=each.description)
                for each in error.violations
            ]
        )
        metadata = {each.field: str(each.limit) for each in error.violations if each.limit is not None}
    if isinstance(error, RateLimited):
        yield QuotaFailure(
            violations=[QuotaFailure.Violation(subject=error.subject, description=error.limit)]
        )
    if isinstance(error, Unavailable | RateLimited):
        delay = Duration()
        delay.FromMilliseconds(round(error.retry_after * 1_000))
        yield RetryInfo(retry_delay=delay)
    if isinstance(error, ItemTaken):
        metadata = {"holder": error.holder, "until": error.until}
    if isinstance(error, ClaimLost) and isinstance(error.draft, Ruling):
        yield desk_convert.written_ruling(error.draft)
    yield ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)


def _status(code: Code, message: str, *details: Message) -> Status:
    status = Status(code=code, message=message)
    for each in details:
        packed = Any()
        packed.Pack(each)
        status.details.append(packed)
    return status
