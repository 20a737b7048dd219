"""Who is on call in which order, the alarms that emergencies raise, and every page that was made for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class OnCallStep(Owned, Dated, Base):
    """One rung of a company's ladder: who is paged at which place, and how long they have before the next one is."""

    __tablename__ = "on_call_steps"
    __table_args__ = (
        UniqueConstraint("company_id", "place", deferrable=True, initially="DEFERRED"),
        CheckConstraint("wait_minutes BETWEEN 1 AND 120", name="wait_is_sensible"),
    )

    place: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    wait_minutes: Mapped[int] = mapped_column(SmallInteger, server_default="5")


class Alarm(Owned, Dated, Base):
    """An emergency that somebody must take: open until `ended_at`, one at a time on a ticket.

    `round` and `place` say how far up the ladder people have been paged, `next_at` when the climb goes on, `unanswered_at`
    when its end was first reached without an answer. `summary` has people masked.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        Index("uq_alarms_open", "ticket_id", unique=True, postgresql_where="ended_at IS NULL"),
        Index("ix_alarms_next", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("ix_alarms_ticket_id", "ticket_id", "id"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, server_default="")
    round: Mapped[int] = mapped_column(server_default="1")
    place: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_at: Mapped[datetime | None]
    unanswered_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(server_default="0")
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str] = mapped_column(Text, server_default="")
    acknowledged_how: Mapped[str] = mapped_column(Text, server_default="")
    ended_at: Mapped[datetime | None]


class Page(Owned, Dated, Base):
    """One page of an alarm: a text or a call to one person. Its outbox row says whether and when it was handed over.

    At most one a round, place and channel, so that a step taken twice pages once.
    """

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("alarm_id", "round", "place", "channel"),
        Index("ix_pages_phone", "company_id", "phone"),
        Index("ix_pages_outbox_id", "outbox_id"),
    )

    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarms.id", ondelete="CASCADE"))
    outbox_id: Mapped[UUID | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"))
    round: Mapped[int]
    place: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
