"""The tables of models on trial: which were, and how a shadow compared. No text, no ids of articles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import Counter, Id, Table
from service.store.words import TrialKind


class Trial(Table):
    """That a model is on trial with so many in a hundred; 0 ends what stood. Of a kind, the last stands.

    A hundred articles for a shadow, a hundred tenants for a canary. `tenant` is the actor's. Never changed.
    """

    __tablename__ = "trials"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kind: Mapped[TrialKind]
    version: Mapped[str]
    percent: Mapped[int]
    tenant: Mapped[str] = mapped_column(Id)
    actor: Mapped[str]
    at: Mapped[datetime]


class TrialCount(Table):
    """How often something was seen of a shadow beside the model `serving`; all servers add to it."""

    __tablename__ = "trial_counts"

    trial: Mapped[int] = mapped_column(
        Counter, ForeignKey("trials.id"), primary_key=True, autoincrement=False
    )
    serving: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(Id, primary_key=True)
    cell: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Counter)
