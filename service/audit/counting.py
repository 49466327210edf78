"""Rows that were put into the database beside the audit log: more of them than the log tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from service.store.chain import INSTALLATION
from service.store.outward import Activation, Key, Webhook
from service.store.tables import Decision, Feedback, PolicyRow
from service.store.trying import Trial
from service.store.words import Deed

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

# What each deed makes one of, whose that is, and when it was made.
MADE: Final[tuple[tuple[Deed, str, Any, Any, Any], ...]] = (
    (Deed.KEY_CREATED, "keys", Key, Key.tenant, Key.created),
    (Deed.POLICY_SET, "policies", PolicyRow, PolicyRow.tenant, PolicyRow.created),
    (Deed.DECISION_RECORDED, "decisions", Decision, Decision.tenant, Decision.at),
    (Deed.FEEDBACK_SUBMITTED, "pieces of feedback", Feedback, Feedback.tenant, Feedback.created),
    (Deed.WEBHOOK_CREATED, "webhooks", Webhook, Webhook.tenant, Webhook.created),
    (Deed.MODEL_ACTIVATED, "activations", Activation, None, Activation.at),
    (Deed.MODEL_TRIED, "trials", Trial, None, Trial.at),
)


def surplus(session: Session, chain: str, *, since: datetime, told: Counter[str]) -> Iterator[str]:
    """Name what a chain's owner has more of, made since the chain began, than the chain has told of.

    What is older than the chain may be older than the log.
    """
    for deed, name, table, owner, made in MADE:
        if (owner is None) is (chain == INSTALLATION):
            query = select(func.count()).select_from(table).where(made >= since)
            there = session.scalar(query if owner is None else query.where(owner == chain)) or 0
            if there > told[deed]:
                yield f"{there - told[deed]:,} {name} are there that no entry tells of"
