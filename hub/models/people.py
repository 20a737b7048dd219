"""The people and firms we know, and their addresses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Contact(Owned, Dated, Base):
    """A person or firm known to one company. `role` is what they mostly are: resident, owner, craftsman or empty.

    `areas` is where a craftsman works: cities, postcodes or buildings, between commas; empty is everywhere. `joined_to_id` is
    who they turned out to be: nothing is theirs any more.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        UniqueConstraint("company_id", "outside_id"),
    )

    name: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[str] = mapped_column(Text, server_default="")
    language: Mapped[str] = mapped_column(Text, server_default="")
    prefers: Mapped[str] = mapped_column(Text, server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    trade: Mapped[str] = mapped_column(Text, server_default="")
    areas: Mapped[str] = mapped_column(Text, server_default="")
    insured_until: Mapped[date | None]
    outside_id: Mapped[str | None] = mapped_column(Text)
    blocked_at: Mapped[datetime | None]
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    demo: Mapped[bool] = mapped_column(server_default="false")


class Identity(Owned, Dated, Base):
    """One address of a contact on one channel kind, canonical; unique in its company."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("company_id", "kind", "value"),
        Index("ix_identities_value_trgm", "value", postgresql_using="gin", postgresql_ops={"value": "gin_trgm_ops"}),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    dead_since: Mapped[datetime | None]
    last_answered_by_machine_at: Mapped[datetime | None]


class Block(Owned, Dated, Base):
    """A sender whose mail is kept in quarantine."""

    __tablename__ = "blocks"
    __table_args__ = (UniqueConstraint("company_id", "value"),)

    value: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))


class MachineAnswer(Owned, Dated, Base):
    """One automatic message to one address: the budgets against loops and floods are counted here."""

    __tablename__ = "machine_answers"
    __table_args__ = (
        Index("ix_machine_answers_recipient", "company_id", "recipient", "created_at"),
        Index("ix_machine_answers_time", "company_id", text("created_at DESC")),
    )

    recipient: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(Text)
