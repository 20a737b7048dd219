"""'Is it fixed?': asked of one resident after work is done, and what they said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.fix_check import FixState


class FixCheck(Owned, Dated, Base):
    """One question about one task, asked with `message_id` after an agent told of the work with `told_id`."""

    __tablename__ = "fix_checks"
    __table_args__ = (one_of("state", FixState), Index("ix_fix_checks_contact", "contact_id", "created_at"))

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    told_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    words: Mapped[str] = mapped_column(Text, server_default="")
    way: Mapped[str] = mapped_column(Text, server_default="")
    settled_at: Mapped[datetime | None]
