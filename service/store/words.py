"""The closed sets of words that tables hold."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a key is for."""

    PUBLISHER = "publisher"
    MODERATOR = "moderator"
    SENIOR_MODERATOR = "senior_moderator"
    ML_ENGINEER = "ml_engineer"
    ADMINISTRATOR = "administrator"


class Origin(StrEnum):
    """Why an article is in the queue."""

    MODEL = "model"
    PHRASE = "phrase"
    FEEDBACK = "feedback"
    AUDIT = "audit"
    APPEAL = "appeal"


class Stage(StrEnum):
    """What an item waits for, or a decision was for."""

    REVIEW = "review"
    ADJUDICATION = "adjudication"
    APPEAL = "appeal"


class Outcome(StrEnum):
    """What a moderator says of the model's verdict, or of the decision that is objected to."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class DeliveryState(StrEnum):
    """What has become of a delivery to a webhook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class TrialKind(StrEnum):
    """How a model is tried beside the one that serves."""

    SHADOW = "shadow"
    CANARY = "canary"


class Deed(StrEnum):
    """What the audit log tells of; a word, once written, keeps its meaning."""

    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    SIGNED_IN = "person.signed_in"
    POLICY_SET = "policy.set"
    QUOTA_SET = "quota.set"
    MODEL_ACTIVATED = "model.activated"
    MODEL_TRIED = "model.tried"
    MODEL_PRUNED = "model.pruned"
    RETENTION_SET = "retention.set"
    TEXTS_PURGED = "texts.purged"
    ITEM_CLAIMED = "item.claimed"
    ITEM_RELEASED = "item.released"
    ITEM_SKIPPED = "item.skipped"
    ITEM_ASSIGNED = "item.assigned"
    ITEM_ESCALATED = "item.escalated"
    ITEM_COMMENTED = "item.commented"
    ITEMS_SAMPLED = "items.sampled"
    DECISION_RECORDED = "decision.recorded"
    DECISION_UNDONE = "decision.undone"
    APPEAL_CREATED = "appeal.created"
    FEEDBACK_SUBMITTED = "feedback.submitted"
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_DELETED = "webhook.deleted"
    LETTER_REDELIVERED = "letter.redelivered"
