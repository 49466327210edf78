"""From a call's status to an error that a caller can handle by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError

# googleapis-common-protos does not declare the types that it has:
from google.rpc.error_details_pb2 import (  # type: ignore[import-untyped] # as told above
    BadRequest,
    ErrorInfo,
    QuotaFailure,
    RetryInfo,
)
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # as told above

from service.errors import (
    CannotUndo,
    ClaimLost,
    Draining,
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
    Violation,
)
from service.pb.overclaim.v1.review_pb2 import Ruling
from service.signin.errors import NoRole, ProviderUnavailable, SignInOff, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Reader: TypeAlias = Callable[[Status, ErrorInfo], OverclaimError]

DETAILS_KEY = "grpc-status-details-bin"
# Kinds that are no more than their words.
PLAIN: tuple[type[OverclaimError], ...] = (
    *(KeyReused, KeyMissing, KeyUnknown, NotAllowed, NotFound, ItemClosed, CannotUndo, NotDecided),
    *(PolicyChanged, NoEarlierModel, NoTrial, ModelRefused, NoRole, SignInOff, TokenRefused),
)
# Kinds that tell when to try again.
KEPT_WAITING = (Draining, NotReady, Overloaded, ProviderUnavailable, Stalled, StoreUnavailable)
NAMES = {code.value[0]: code.name for code in grpc.StatusCode}


class CallFailed(OverclaimError):  # noqa: N818 - a fact, like those in service.errors
    """The call ended with a status that no other kind of error stands for.

    `code` is its name, such as "INTERNAL"; `incident` is what to tell the server's operator, where there is
    one.
    """

    reason = "CALL_FAILED"

    def __init__(self, message: str, *, code: str, incident: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.incident = incident


class DeadlineExceeded(CallFailed):
    """The deadline passed before the answer was there; give more time or send less."""

    reason = "DEADLINE_EXCEEDED"


def error_from(failure: grpc.RpcError) -> OverclaimError:
    """Read what a call was ended with, from either of gRPC's Python clients."""
    # Either client raises objects with these methods; the sync one's base class does not declare them.
    call: Any = failure
    for key, value in call.trailing_metadata() or ():
        if key == DETAILS_KEY:
            try:
                return error_for(Status.FromString(value))
            except DecodeError:
                break
    return error_for(Status(code=call.code().value[0], message=call.details()))


def error_for(status: Status) -> OverclaimError:
    """Read a status with its details; one of a newer server's that is not known becomes CallFailed."""
    info = _detail(status, ErrorInfo)
    read = READERS.get(info.reason)
    if read:
        return read(status, info)
    if status.code == grpc.StatusCode.UNAVAILABLE.value[0]:
        kinds = {each.reason: each for each in KEPT_WAITING}
        return kinds.get(info.reason, Unavailable)(status.message, retry_after=_delay(status))
    name = NAMES.get(status.code, "UNKNOWN")
    if name == "DEADLINE_EXCEEDED":
        return DeadlineExceeded(status.message, code=name)
    return CallFailed(status.message, code=name, incident=info.metadata.get("incident", ""))


def _invalid(kind: type[InvalidRequest]) -> Reader:
    return lambda status, info: kind(_violations(_detail(status, BadRequest), info.metadata))


def _plain(kind: type[OverclaimError]) -> Reader:
    return lambda status, _: kind(status.message)


def _limited(kind: type[RateLimited]) -> Reader:
    def read(status: Status, _: ErrorInfo) -> RateLimited:
        failure = _detail(status, QuotaFailure)
        subject, limit = next(((each.subject, each.description) for each in failure.violations), ("", ""))
        return kind(status.message, retry_after=_delay(status), subject=subject, limit=limit)

    return read


def _delay(status: Status) -> float:
    return float(_detail(status, RetryInfo).retry_delay.ToMilliseconds() / 1_000)


def _item_taken(status: Status, info: ErrorInfo) -> ItemTaken:
    return ItemTaken(status.message, holder=info.metadata["holder"], until=info.metadata["until"])


def _claim_lost(status: Status, _: ErrorInfo) -> ClaimLost:
    return ClaimLost(status.message, draft=_detail(status, Ruling))


def _violations(broken: BadRequest, limits: Mapping[str, str]) -> tuple[Violation, ...]:
    return tuple(
        Violation(
            field=each.field,
            description=each.description,
            limit=int(limits[each.field]) if each.field in limits else None,
        )
        for each in broken.field_violations
    )


def _detail(status: Status, kind: Any) -> Any:  # noqa: ANN401 - a message class, and one of its messages
    detail = kind()
    for each in status.details:
        if each.Is(kind.DESCRIPTOR):
            each.Unpack(detail)
    return detail


# How the kinds that carry a reason of their own are read.
READERS: dict[str, Reader] = {
    **{kind.reason: _invalid(kind) for kind in (InvalidRequest, InvalidArticle)},
    **{kind.reason: _plain(kind) for kind in PLAIN},
    **{kind.reason: _limited(kind) for kind in (RateLimited, QuotaSpent)},
    StoreFull.reason: lambda status, _: StoreFull(status.message, retry_after=_delay(status)),
    ItemTaken.reason: _item_taken,
    ClaimLost.reason: _claim_lost,
}
