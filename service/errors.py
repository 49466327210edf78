"""What can go wrong, in words: whose fault it is and what to do. No status codes.

Each kind has a `reason`, the stable name by which clients know it on the wire. The messages are written
to be shown: they hold limits and names of fields, never the text of an article.
"""

# The house's words for what goes wrong are facts ("overloaded"), not kinds of error:
# ruff: noqa: N818

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class OverclaimError(Exception):
    """Everything that Overclaim has words for; anything else that is raised is a bug."""

    reason: ClassVar[str] = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Violation:
    """One field of a request that breaks a promise of the contract.

    `field` is the path within the request, such as "article.body"; `limit` is the figure that was passed,
    where there is one.
    """

    field: str
    description: str
    limit: int | None = None


class InvalidRequest(OverclaimError):
    """The caller's fault: mend the fields named in `violations` and send the request again."""

    reason = "INVALID_REQUEST"

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        """Keep every violation, so that a caller can mend them all at once."""
        super().__init__("; ".join(f"{each.field}: {each.description}" for each in violations))
        self.violations = violations


class InvalidArticle(InvalidRequest):
    """The caller's fault: the article cannot be scored as it is. No other article is touched by it."""

    reason = "INVALID_ARTICLE"


class KeyReused(OverclaimError):
    """The caller's fault: an idempotency key came twice with two different articles; use a new key."""

    reason = "IDEMPOTENCY_KEY_REUSED"


class Unavailable(OverclaimError):
    """Nobody's fault, and nothing was done: send the same request again after `retry_after` seconds."""

    reason = "UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: float) -> None:
        """Keep the advice when to try again, in seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class NotReady(Unavailable):
    """No model has passed its self-test yet; health says NOT_SERVING until one has."""

    reason = "NOT_READY"


class Draining(Unavailable):
    """This server is about to go; the next attempt will find another, or this one started anew."""

    reason = "DRAINING"


class Overloaded(Unavailable):
    """As many calls are in flight as the settings allow; this one was refused before any work."""

    reason = "OVERLOADED"


class ArtifactError(OverclaimError):
    """The operator's fault: a model's directory cannot be served. A model that serves already serves on."""

    reason = "ARTIFACT"


class ArtifactMissing(ArtifactError):
    """The directory, or a file that its manifest names, is not there."""

    reason = "ARTIFACT_MISSING"


class ArtifactDamaged(ArtifactError):
    """A file differs from the digest or the size in the manifest; copy the artifact afresh."""

    reason = "ARTIFACT_DAMAGED"


class ArtifactUntrusted(ArtifactError):
    """The manifest bears no signature of a key that the operator trusts."""

    reason = "ARTIFACT_UNTRUSTED"


class ArtifactUnsupported(ArtifactError):
    """The artifact was written in a form that this version does not read."""

    reason = "ARTIFACT_UNSUPPORTED"


class SelfTestFailed(ArtifactError):
    """The model loads, but does not give the scores that its own self-test promises."""

    reason = "SELF_TEST_FAILED"


class CannotListen(OverclaimError):
    """The operator's fault: the address is taken, or beyond localhost without TLS; the message tells."""

    reason = "CANNOT_LISTEN"
