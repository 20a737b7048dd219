"""What people look for in the help centres, and where an article spared them writing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class HelpSearch(Owned, Base):
    """The same words looked for on one day, how often, and how many articles they found; nobody is named."""

    __tablename__ = "help_searches"
    __table_args__ = (
        UniqueConstraint("company_id", "audience", "asked_on", "words"),
        Index("ix_help_searches_asked_on", "asked_on"),
    )

    audience: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(server_default="1")
    found: Mapped[int]


class SparedTicket(Owned, Dated, Base):
    """Somebody who was writing to us found the answer beside the form, said so, and sent nothing."""

    __tablename__ = "spared_tickets"
    __table_args__ = (Index("ix_spared_tickets_company", "company_id", "created_at"),)

    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
