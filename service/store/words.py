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
