"""The tables of what tenants may ask for, and of what they have asked for."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import Counter, Id, Table


class QuotaRow(Table):
    """What holds for a tenant instead of the installation's defaults, where it is not null."""

    __tablename__ = "quotas"

    tenant: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id"), primary_key=True)
    rate_calls: Mapped[int | None] = mapped_column(Counter)
    rate_articles: Mapped[int | None] = mapped_column(Counter)
    rate_code_points: Mapped[int | None] = mapped_column(Counter)
    daily_articles: Mapped[int | None] = mapped_column(Counter)
    daily_code_points: Mapped[int | None] = mapped_column(Counter)


class Usage(Table):
    """What a tenant has used of a quota, with what servers hold reserved, in a day of UTC (YYYY-MM-DD)."""

    __tablename__ = "usage"

    tenant: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[str] = mapped_column(Id, primary_key=True)
    articles: Mapped[int] = mapped_column(Counter)
    code_points: Mapped[int] = mapped_column(Counter)
