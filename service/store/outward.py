"""The tables of what goes out and who comes in: announcements, webhooks, keys, models in service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import Counter, Id, Table
from service.store.words import DeliveryState, Role


class Key(Table):
    """A key, by the digest of its secret; the secret itself is nowhere."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(Id, unique=True)
    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"), index=True)
    name: Mapped[str]
    role: Mapped[Role]
    categories: Mapped[int]
    origins: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]


class SignIn(Table):
    """That somebody signed in and was given a key; `nonce` is a digest of the token's, which is good once."""

    __tablename__ = "sign_ins"

    nonce: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Id, ForeignKey("keys.id"), unique=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]


class Announcement(Table):
    """What a tenant's watchers are told, in the order of commits, without gaps. Never changed."""

    __tablename__ = "announcements"
    __table_args__ = (Index(None, "item", "position"),)

    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"))
    review: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Webhook(Table):
    """An address that is told of decisions, until it is deleted."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"), index=True)
    url: Mapped[str]
    secret: Mapped[str]
    created: Mapped[datetime]
    deleted: Mapped[datetime | None]


class Delivery(Table):
    """What an address is to be told: written with the announcement, in the same transaction."""

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "position"], ["announcements.tenant", "announcements.position"]),
        Index(None, "state", "next_try"),
        Index(None, "tenant", "state", "next_try", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    tenant: Mapped[str] = mapped_column(Id)
    webhook: Mapped[str] = mapped_column(Id, ForeignKey("webhooks.id"))
    position: Mapped[int] = mapped_column(Counter)
    state: Mapped[DeliveryState]
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    failure: Mapped[str]


class Activation(Table):
    """That a model was put in service; `tenant` is the actor's, "" for the server itself.

    `manifest` is the digest of the manifest that it was verified by; "" where none was asked for.
    """

    __tablename__ = "activations"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    version: Mapped[str]
    manifest: Mapped[str] = mapped_column(Id, server_default="")
    tenant: Mapped[str] = mapped_column(Id, server_default="")
    actor: Mapped[str]
    at: Mapped[datetime]
