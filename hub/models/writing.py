"""What agents have begun to write, and who is at which ticket now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Owned


class DraftRow(Owned, Base):
    """What one agent has begun to write on one ticket: a reply and a note are two.

    `form_id` is the composer it was typed in; with an empty text, the one whose text was sent or thrown away, so that a
    saving that comes late brings nothing back.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("agent_id", "ticket_id", "kind"),
        CheckConstraint("kind IN ('reply', 'note')", name="kind_known"),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    form_id: Mapped[str] = mapped_column(Text, server_default="")
    saved_at: Mapped[datetime]


class Presence(Owned, Base):
    """An agent at a ticket, true as long as their page goes on saying so."""

    __tablename__ = "presences"
    __table_args__ = (
        UniqueConstraint("ticket_id", "agent_id"),
        CheckConstraint("state IN ('viewing', 'replying')", name="state_known"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
