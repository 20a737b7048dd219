"""Where people live and what they own today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select

from hub.db import among
from hub.desk import Desk
from hub.models import Lease, LeaseParty, Ownership, Property, Unit


@dataclass(frozen=True, slots=True)
class Home:
    """A contact's unit (residents) or first property (owners), and the role that follows from it."""

    role: str
    property_id: int
    unit_id: int | None
    label: str


def find_homes(desk: Desk, contact_ids: Sequence[int], *, on: date) -> dict[int, Home]:
    """Return each contact's home on a day: the newest lease that runs, else the first thing owned."""
    if not contact_ids:
        return {}
    homes: dict[int, Home] = {}
    leases = desk.session.execute(
        select(LeaseParty.contact_id, Unit.id, Unit.label, Property.id, Property.name)
        .join(Lease, Lease.id == LeaseParty.lease_id)
        .join(Unit, Unit.id == Lease.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(
            among(LeaseParty.contact_id, contact_ids),
            Lease.starts_on <= on,
            or_(Lease.ends_on.is_(None), Lease.ends_on > on),
        )
        .order_by(Lease.starts_on.desc())
    )
    for contact_id, unit_id, label, property_id, name in leases:
        homes.setdefault(contact_id, Home("resident", property_id, unit_id, f"{name} {label}"))
    owned = desk.session.execute(
        select(Ownership.contact_id, Property.id, Property.name)
        .join(Property, Property.id == Ownership.property_id)
        .where(
            among(Ownership.contact_id, [each for each in contact_ids if each not in homes]),
            or_(Ownership.starts_on.is_(None), Ownership.starts_on <= on),
            or_(Ownership.ends_on.is_(None), Ownership.ends_on > on),
        )
        .order_by(Ownership.id)
    )
    for contact_id, property_id, _ in owned:
        homes.setdefault(contact_id, Home("owner", property_id, None, "owner"))
    return homes


def find_former(desk: Desk, contact_ids: Sequence[int], *, on: date) -> set[int]:
    """Return those of some contacts who had leases, none of which still runs or is to begin."""
    if not contact_ids:
        return set()
    ended = and_(Lease.ends_on.is_not(None), Lease.ends_on <= on)
    found = desk.session.scalars(
        select(LeaseParty.contact_id)
        .join(Lease, Lease.id == LeaseParty.lease_id)
        .where(among(LeaseParty.contact_id, contact_ids))
        .group_by(LeaseParty.contact_id)
        .having(func.bool_and(ended))
    )
    return set(found)
