"""Announcements: what people should know for some days, in one building or everywhere."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Notice(Owned, Dated, Base):
    """A dated announcement; without a property it is for all of the company's. `topic` is what tickets about it are on."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("audience IN ('residents', 'owners', 'everybody')", name="audience_known"),
        Index("ix_notices_current", "company_id", "ends_on"),
    )

    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(Text, server_default="residents")
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text, server_default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
