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
    """The caller's fault: an idempotency key came twice with two different requests; use a new key."""

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
    """As many calls, or bytes, are in hand as the settings allow; this one was refused before any work."""

    reason = "OVERLOADED"


class Stalled(Unavailable):
    """A request was too long in coming, or a stream silent while others waited; send it again."""

    reason = "STALLED"


class StoreUnavailable(Unavailable):
    """The database did not answer, and may have done the work or not; requests with an id repeat safely."""

    reason = "STORE_UNAVAILABLE"


class StoreFull(StoreUnavailable):
    """The operator's fault: the database's disk is full. Nothing was done; what is not kept is scored."""

    reason = "STORE_FULL"


class RateLimited(OverclaimError):
    """The caller's tenant asks faster than it may; nothing was done. Ask again after `retry_after` seconds.

    `subject` and `limit` tell whose limit was met, and which.
    """

    reason = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: float, subject: str = "", limit: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.subject = subject
        self.limit = limit


class QuotaSpent(RateLimited):
    """The caller's tenant has used up its quota of the day; nothing was done.

    There is more after `retry_after` seconds, when the next day of UTC begins; before that, to ask again is
    in vain.
    """

    reason = "QUOTA_SPENT"


class KeyMissing(OverclaimError):
    """There is no key: send one as "authorization: Bearer <key>"."""

    reason = "KEY_MISSING"


class KeyUnknown(OverclaimError):
    """The key is unknown, expired or revoked; which of these, nobody is told who does not hold a good one."""

    reason = "KEY_UNKNOWN"


class NotAllowed(OverclaimError):
    """The caller's fault: the role does not allow it; ask an administrator for a key of another role."""

    reason = "NOT_ALLOWED"


class NotFound(OverclaimError):
    """There is nothing of that id that the caller may see: absent and foreign are told alike."""

    reason = "NOT_FOUND"


class ItemTaken(OverclaimError):
    """Somebody else holds the item, as `holder` and `until` (ISO 8601) tell; claim another."""

    reason = "ITEM_TAKEN"

    def __init__(self, message: str, *, holder: str, until: str) -> None:
        super().__init__(message)
        self.holder = holder
        self.until = until


class ItemClosed(OverclaimError):
    """The item waits for no decision, or for none of this moderator; claim another."""

    reason = "ITEM_CLOSED"


class ClaimLost(OverclaimError):
    """The lease has run out, or the item went to somebody else. Nothing was recorded.

    `draft` is what was to be recorded, to be shown and sent anew under a new claim.
    """

    reason = "CLAIM_LOST"

    def __init__(self, message: str, *, draft: object = None) -> None:
        super().__init__(message)
        self.draft = draft


class CannotUndo(OverclaimError):
    """The decision was undone before, or others have decided or appealed since."""

    reason = "CANNOT_UNDO"


class NotDecided(OverclaimError):
    """There is no decision to object to, or an appeal is open already."""

    reason = "NOT_DECIDED"


class PolicyChanged(OverclaimError):
    """Another revision came in between: read it, and decide anew."""

    reason = "POLICY_CHANGED"


class NoEarlierModel(OverclaimError):
    """No other model has served before this one, so there is none to roll back to."""

    reason = "NO_EARLIER_MODEL"


class NoTrial(OverclaimError):
    """No model is on trial in the way that was asked about; begin one first."""

    reason = "NO_TRIAL"


class ModelRefused(OverclaimError):
    """The model's artifact cannot be served, for the reason told; the model that serves serves on."""

    reason = "MODEL_REFUSED"


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


class BadTrustedKey(ArtifactError):
    """What was given as a public key to trust is none: an Ed25519 key has 32 bytes, raw."""

    reason = "BAD_TRUSTED_KEY"


class ArtifactUnsupported(ArtifactError):
    """The artifact was written in a form that this version does not read."""

    reason = "ARTIFACT_UNSUPPORTED"


class SelfTestFailed(ArtifactError):
    """The model loads, but does not give the scores that its own self-test promises."""

    reason = "SELF_TEST_FAILED"


class BadAnchor(OverclaimError):
    """The operator's fault: an anchor of the audit log, or a key for it, is not what it should be."""

    reason = "BAD_ANCHOR"


class BadFile(OverclaimError):
    """The operator's fault: a file that a setting names, or should, cannot be used; the message says why."""

    reason = "BAD_FILE"


class CannotListen(OverclaimError):
    """The operator's fault: the address is taken, or beyond localhost without TLS; the message tells."""

    reason = "CANNOT_LISTEN"


class WorkersFailed(OverclaimError):
    """The operator's fault, most often: a worker could not begin, for the reason told, and so none serves."""

    reason = "WORKERS_FAILED"


class ExtraMissing(OverclaimError):
    """The operator's fault: a setting asks for what is not installed; the message names the extra."""

    reason = "EXTRA_MISSING"
