"""Work whose truth is in another program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class OutsideTask(Owned, Dated, Base):
    """What another program last said of a task of its own (a meld, a row, a process), and whom it is about here."""

    __tablename__ = "outside_tasks"
    __table_args__ = (UniqueConstraint("company_id", "source", "outside_id"),)

    source: Mapped[str] = mapped_column(Text)
    outside_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, server_default="")
    url: Mapped[str] = mapped_column(Text, server_default="")
    as_of: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
