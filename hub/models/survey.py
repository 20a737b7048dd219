"""Questions after solving, and what people said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Survey(Owned, Dated, Base):
    """One NPS question to one person, and the answer when it comes. `public_id` stands in the link."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 10", name="score_in_range"),
        Index("ix_surveys_contact", "contact_id", "created_at"),
        Index("ix_surveys_answered", "company_id", "answered_at"),
    )

    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text, server_default="residents")
    score: Mapped[int | None] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, server_default="")
    answered_at: Mapped[datetime | None]
