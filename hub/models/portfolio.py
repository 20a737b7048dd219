"""What the company manages: buildings, homes, who rents them and who owns them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func, literal_column

from hub.db import Base, Dated, Owned


class Property(Owned, Dated, Base):
    """A building."""

    __tablename__ = "properties"
    __table_args__ = (
        UniqueConstraint("company_id", "outside_id"),
        Index("ix_properties_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    )

    name: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text, server_default="")
    postcode: Mapped[str] = mapped_column(Text, server_default="")
    city: Mapped[str] = mapped_column(Text, server_default="")
    slack_channel: Mapped[str] = mapped_column(Text, server_default="")
    outside_id: Mapped[str | None] = mapped_column(Text)


class Unit(Owned, Base):
    """A dwelling or shop in a building. `label` is what people call it, such as `3B`."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("property_id", "label"), UniqueConstraint("company_id", "outside_id"))

    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(Text)
    floor: Mapped[str] = mapped_column(Text, server_default="")
    access_notes: Mapped[str] = mapped_column(Text, server_default="")
    outside_id: Mapped[str | None] = mapped_column(Text)


class Lease(Owned, Base):
    """Who rents a unit from when to when; two leases of a unit may never overlap."""

    __tablename__ = "leases"
    __table_args__ = (
        ExcludeConstraint(
            (literal_column("int8range(unit_id, unit_id, '[]')"), "&&"),
            (func.daterange(literal_column("starts_on"), literal_column("ends_on"), literal_column("'[)'")), "&&"),
            name="ex_leases_no_overlap",
            using="gist",
        ),
        UniqueConstraint("company_id", "outside_id"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    deposit_cents: Mapped[int | None]
    balance_cents: Mapped[int | None]
    balance_on: Mapped[date | None]
    notice_months: Mapped[int | None]
    outside_id: Mapped[str | None] = mapped_column(Text)


class LeaseParty(Owned, Base):
    """A person on a lease."""

    __tablename__ = "lease_parties"
    __table_args__ = (UniqueConstraint("lease_id", "contact_id"),)

    lease_id: Mapped[int] = mapped_column(ForeignKey("leases.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)


class Rent(Owned, Base):
    """The rent of a lease from a day on: the newest that has begun is today's."""

    __tablename__ = "rents"
    __table_args__ = (UniqueConstraint("lease_id", "starts_on"),)

    lease_id: Mapped[int] = mapped_column(ForeignKey("leases.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    amount_cents: Mapped[int]


class Ownership(Owned, Base):
    """Who owns a building, or one unit in it, from when to when."""

    __tablename__ = "ownerships"

    property_id: Mapped[int] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
