"""What agents were told of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.notification import Notice


class Notification(Owned, Dated, Base):
    """One thing one agent was told of, once: `occasion` names what happened on the ticket. `by_name` is who did it."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("kind", Notice),
        UniqueConstraint("agent_id", "ticket_id", "kind", "occasion"),
        Index("ix_notifications_log", "agent_id", text("id DESC")),
        Index("ix_notifications_unseen", "agent_id", "ticket_id", postgresql_where=text("seen_at IS NULL")),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text, server_default="")
    seen_at: Mapped[datetime | None]
