"""Colleagues named in notes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Mention(Owned, Dated, Base):
    """An agent named in a note, until they write on the ticket themselves."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("message_id", "agent_id"),
        Index("ix_mentions_waiting", "agent_id", "ticket_id", postgresql_where=text("settled_at IS NULL")),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    settled_at: Mapped[datetime | None]
