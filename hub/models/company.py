"""Companies and how each is reached: accounts on channels, hours, holidays."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Numbered, Owned


class Company(Numbered, Dated, Base):
    """A property company served by the desk."""

    __tablename__ = "companies"

    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    host: Mapped[str | None] = mapped_column(Text, unique=True)
    time_zone: Mapped[str] = mapped_column(Text, server_default="Europe/Berlin")
    language: Mapped[str] = mapped_column(Text, server_default="en")
    region: Mapped[str] = mapped_column(Text, server_default="US")
    currency: Mapped[str] = mapped_column(Text, server_default="EUR")
    accent: Mapped[str] = mapped_column(Text, server_default="#0B5F75")
    sends_as: Mapped[str] = mapped_column(Text, server_default="")
    signature: Mapped[str] = mapped_column(Text, server_default="")
    emergency_phone: Mapped[str] = mapped_column(Text, server_default="")
    answers_by_itself: Mapped[bool] = mapped_column(server_default="false")
    acknowledges: Mapped[bool] = mapped_column(server_default="true")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    holiday_country: Mapped[str] = mapped_column(Text, server_default="")
    holiday_region: Mapped[str] = mapped_column(Text, server_default="")
    demo: Mapped[bool] = mapped_column(server_default="false")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class ChannelAccount(Owned, Dated, Base):
    """A company's mailbox, number or workspace. `secrets` is one encrypted JSON object."""

    __tablename__ = "channel_accounts"
    __table_args__ = (
        UniqueConstraint("company_id", "channel", "address"),
        Index("ix_channel_accounts_address", "channel", "address"),
    )

    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default="")
    active: Mapped[bool] = mapped_column(server_default="true")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    secrets: Mapped[bytes | None] = mapped_column(LargeBinary)
    cursor: Mapped[str] = mapped_column(Text, server_default="")
    last_fetch_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, server_default="")
    last_error_at: Mapped[datetime | None]


class BusinessHours(Owned, Base):
    """One open span of one weekday (Monday is 0), in the zone of its team or else of the company; a day may have several.

    A span of a team belongs to that team's own week; a team without any works the company's.
    """

    __tablename__ = "business_hours"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[time]
    closes: Mapped[time]


class Holiday(Owned, Base):
    """A day on which a company is closed, or one that it works although its country does not."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("company_id", "falls_on"),)

    falls_on: Mapped[date]
    name: Mapped[str] = mapped_column(Text)
    worked: Mapped[bool] = mapped_column(server_default="false")
