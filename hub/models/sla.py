"""What a company promises beside the usual."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.promises import ClockKind


class SlaPolicy(Owned, Dated, Base):
    """Minutes promised for a clock, in business hours or around the clock; an empty condition holds for all."""

    __tablename__ = "sla_policies"
    __table_args__ = (
        one_of("clock", ClockKind),
        CheckConstraint("minutes > 0 AND warn_minutes >= 0", name="minutes_are_sensible"),
        UniqueConstraint("company_id", "clock", "queue", "priority", "topic", "channel"),
    )

    clock: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int]
    business: Mapped[bool] = mapped_column(server_default="true")
    warn_minutes: Mapped[int] = mapped_column(server_default="0")
    queue: Mapped[str] = mapped_column(Text, server_default="")
    priority: Mapped[str] = mapped_column(Text, server_default="")
    topic: Mapped[str] = mapped_column(Text, server_default="")
    channel: Mapped[str] = mapped_column(Text, server_default="")
    escalates: Mapped[bool] = mapped_column(server_default="false")
