"""What must leave, until a provider has taken it; and what providers told us later."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.delivery import OutboxState, Purpose

STANDINGS = "standings"


class OutboxRow(Dated, Base):
    """One message to one set of recipients on one channel, with an id that never changes.

    `attempted_at` is when the attempt began whose outcome counts: while that is unknown, the first that may have been taken.
    `payload` is the message as it was composed, and beside it how it stands with each of its recipients once they fare
    differently (`hub.domain.recipients`); `accepted_at` is when the first of them was taken.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", OutboxState),
        one_of("purpose", Purpose),
        Index(
            "ix_outbox_waiting",
            "urgency",
            "next_at",
            "position",
            postgresql_where="state IN ('pending', 'sending', 'unknown')",
        ),
        Index("ix_outbox_ticket", "ticket_id", "position"),
        Index("ix_outbox_recipient", "channel", "recipient"),
        Index("ix_outbox_message", "message_id"),
        Index("ix_outbox_provider", "channel", "provider_id", postgresql_where="provider_id <> ''"),
        Index("ix_outbox_company", "company_id", "position"),
        Index("ix_outbox_account", "account_id", "position", postgresql_where="channel = 'webhook'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("channel_accounts.id", ondelete="SET NULL"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rfc_message_id: Mapped[str | None] = mapped_column(Text, unique=True)
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    attempted_at: Mapped[datetime | None]
    provider_id: Mapped[str] = mapped_column(Text, server_default="")
    error: Mapped[str] = mapped_column(Text, server_default="")
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return whom it is to."""
        return tuple(str(each["value"]) for each in self.payload.get("recipients", ()))

    @property
    def standings(self) -> dict[str, dict[str, str]]:
        """Return how it stands with each recipient, in their order; empty while all fare alike."""
        found: dict[str, dict[str, str]] = self.payload.get(STANDINGS) or {}
        return {each: found[each] for each in self.addresses if each in found}

    @standings.setter
    def standings(self, found: dict[str, dict[str, str]]) -> None:
        if found != self.standings:
            self.payload = {**self.payload, STANDINGS: found}


class ProviderEvent(Owned, Dated, Base):
    """A provider's call about something sent or pressed, stored first and counted once."""

    __tablename__ = "provider_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_key"),
        Index("ix_provider_events_waiting", "id", postgresql_where="applied_at IS NULL"),
    )

    provider: Mapped[str] = mapped_column(Text)
    event_key: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    applied_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, server_default="")
