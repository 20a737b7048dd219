"""What is measured on tickets from their events, and its sums by day: both can be made again from the events at any time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Owned


class MeasurementRow(Owned, Base):
    """One thing counted on a ticket, on a day of its company. Lengths are whole minutes."""

    __tablename__ = "measurements"
    __table_args__ = (
        Index("ix_measurements_ticket_id", "ticket_id"),
        Index("ix_measurements_day", "company_id", "figure", "day"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    figure: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    day: Mapped[date]
    queue: Mapped[str] = mapped_column(Text, server_default="")
    channel: Mapped[str] = mapped_column(Text, server_default="")
    topic: Mapped[str] = mapped_column(Text, server_default="")
    audience: Mapped[str] = mapped_column(Text, server_default="")
    detail: Mapped[str] = mapped_column(Text, server_default="")
    property_id: Mapped[int | None]
    agent_id: Mapped[int | None]
    business: Mapped[int | None]
    wall: Mapped[int | None]


class DailySum(Owned, Base):
    """How often something was counted on a day, for all or for one member of one dimension.

    `business` and `wall` say how many lasted how many minutes, so that days add up without losing a median.
    """

    __tablename__ = "daily_sums"
    __table_args__ = (UniqueConstraint("company_id", "dimension", "figure", "day", "member", "detail"),)

    day: Mapped[date]
    figure: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    dimension: Mapped[str] = mapped_column(Text)
    member: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    business: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    wall: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")


class MeasuredTicket(Base):
    """The newest event of a ticket that has been measured."""

    __tablename__ = "measured_tickets"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int]


class Measuring(Base):
    """How far the measuring has come: every event up to this one is in the measurements. One row."""

    __tablename__ = "measuring"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(server_default="0")
