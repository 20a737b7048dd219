"""Tickets, who takes part in them, their tags and their append-only history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.ticket import AuthorKind, Priority, TicketStatus

URGENCY = (text("emergency DESC"), text("wants_person DESC"), "due_at", "id")
AWAKE = text("status <> 'closed' AND NOT history AND NOT quarantined AND snooze_until IS NULL")
NOBODYS = text(f"{AWAKE.text} AND assignee_id IS NULL")
EMERGENCY = text("emergency AND status <> 'closed' AND NOT history")
LIVE = text("status <> 'closed' AND NOT history AND NOT quarantined")


class Ticket(Owned, Dated, Base):
    """One matter of one requester. People quote its number, which is its id.

    `requester_name`, `unit_label`, `preview`, `blocker` and the instants repeat what other tables say, so that a list reads
    one table in index order; the services that change the source keep them true in the same transaction.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "queue"], ["queues.company_id", "queues.slug"]),
        one_of("status", TicketStatus),
        one_of("priority", Priority),
        Index("ix_tickets_urgency", "company_id", *URGENCY, postgresql_where=LIVE),
        Index("ix_tickets_activity", "company_id", text("last_activity_at DESC"), text("id DESC")),
        Index("ix_tickets_assignee", "assignee_id", *URGENCY, postgresql_where=LIVE),
        Index("ix_tickets_counted", "company_id", "status", "assignee_id", "band", "queue", postgresql_where=AWAKE),
        Index("ix_tickets_nobodys", "company_id", *URGENCY, postgresql_where=NOBODYS),
        Index("ix_tickets_emergency", "company_id", "id", postgresql_where=EMERGENCY),
        Index("ix_tickets_requester", "contact_id", text("last_activity_at DESC")),
        Index("ix_tickets_unit", "unit_id", text("last_activity_at DESC")),
        Index("ix_tickets_snoozed", "snooze_until", postgresql_where=text("snooze_until IS NOT NULL")),
        Index("ix_tickets_clock", "clock_next_at", postgresql_where=text("clock_next_at IS NOT NULL")),
        Index("ix_tickets_follow_up", "follow_up_of_id", postgresql_where=text("follow_up_of_id IS NOT NULL")),
    )

    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    queue: Mapped[str] = mapped_column(Text, server_default="front-desk")
    status: Mapped[str] = mapped_column(Text, server_default="new")
    priority: Mapped[str] = mapped_column(Text, server_default="normal")
    subject: Mapped[str] = mapped_column(Text, server_default="")
    channel: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text, server_default="")
    band: Mapped[str] = mapped_column(Text, server_default="")
    emergency: Mapped[bool] = mapped_column(server_default="false")
    emergency_kind: Mapped[str] = mapped_column(Text, server_default="")
    acknowledged_by_agent_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(Text, server_default="")
    requester_name: Mapped[str] = mapped_column(Text, server_default="")
    requester_role: Mapped[str] = mapped_column(Text, server_default="")
    unit_label: Mapped[str] = mapped_column(Text, server_default="")
    preview: Mapped[str] = mapped_column(Text, server_default="")
    blocker: Mapped[str] = mapped_column(Text, server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    unread: Mapped[bool] = mapped_column(server_default="true")
    history: Mapped[bool] = mapped_column(server_default="false")
    quarantined: Mapped[bool] = mapped_column(server_default="false")
    machine_answered: Mapped[bool] = mapped_column(server_default="false")
    wants_person: Mapped[bool] = mapped_column(server_default="false")
    snooze_until: Mapped[datetime | None]
    snoozed_for: Mapped[str] = mapped_column(Text, server_default="")
    waiting_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    news_due_at: Mapped[datetime | None]
    clocks: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    clock_next_at: Mapped[datetime | None]
    first_message_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    last_inbound_id: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(server_default="1")

    @property
    def number(self) -> int:
        """Return the number people quote."""
        return self.id


class Participant(Owned, Dated, Base):
    """A person beside the requester who may see a ticket and be written to."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("ticket_id", "contact_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))


class Tag(Owned, Base):
    """A word agents may put on tickets."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    name: Mapped[str] = mapped_column(Text)


class TicketEvent(Owned, Dated, Base):
    """One line of a ticket's history; never changed, never deleted (a trigger holds it)."""

    __tablename__ = "ticket_events"
    __table_args__ = (
        one_of("actor_kind", AuthorKind),
        Index("ix_ticket_events_ticket", "ticket_id", "id"),
        Index("ix_ticket_events_kind", "company_id", "kind", "created_at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    message_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
