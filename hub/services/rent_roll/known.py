"""What a company has already, read in a few statements before an import begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.rent_roll import folded
from hub.models import (
    Agent,
    ChannelAccount,
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Ownership,
    Property,
    Rent,
    Unit,
)

CHUNK = 5_000
OWNERS = "owners"
Address = tuple[str, str]
Row = TypeVar("Row")


@dataclass(slots=True)
class Known:
    """A company's portfolio and people by everything an import finds them by; what is made on the way is added.

    `named` finds people without any address: tenants by unit and name, owners by name.
    """

    properties: dict[int, Property] = field(default_factory=dict)
    properties_by_name: dict[str, list[Property]] = field(default_factory=lambda: defaultdict(list))
    properties_by_id: dict[str, Property] = field(default_factory=dict)
    units_by_id: dict[str, Unit] = field(default_factory=dict)
    units_by_label: dict[tuple[int, str], Unit] = field(default_factory=dict)
    leases_by_id: dict[str, Lease] = field(default_factory=dict)
    leases_of_unit: dict[int, list[Lease]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[int, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    rents: dict[int, list[Rent]] = field(default_factory=lambda: defaultdict(list))
    people_by_id: dict[str, Contact] = field(default_factory=dict)
    holders: dict[Address, Contact] = field(default_factory=dict)
    named: dict[tuple[str, str], Contact] = field(default_factory=dict)
    settled_people: set[int] = field(default_factory=set)
    ownerships: list[Ownership] = field(default_factory=list)
    staff: set[str] = field(default_factory=set)
    own_addresses: set[str] = field(default_factory=set)


def read_known(session: Session, company_id: int, addresses: Sequence[Address], person_ids: Sequence[str]) -> Known:
    """Read what a company has, and of its people those who live or own somewhere or are named by the import."""
    known = Known()
    for home in _all(session, Property, company_id):
        known.properties[home.id] = home
        known.properties_by_name[home.name.casefold()].append(home)
        if home.outside_id:
            known.properties_by_id[home.outside_id] = home
    for unit in _all(session, Unit, company_id):
        known.units_by_label[unit.property_id, unit.label.casefold()] = unit
        if unit.outside_id:
            known.units_by_id[unit.outside_id] = unit
    for lease in _all(session, Lease, company_id):
        known.leases_of_unit[lease.unit_id].append(lease)
        if lease.outside_id:
            known.leases_by_id[lease.outside_id] = lease
    for rent in _all(session, Rent, company_id):
        known.rents[rent.lease_id].append(rent)
    known.ownerships = _all(session, Ownership, company_id)
    _read_people(session, company_id, known, addresses, person_ids)
    known.staff = set(session.scalars(select(Agent.email)))
    known.own_addresses = set(
        session.scalars(select(ChannelAccount.address).where(ChannelAccount.company_id == company_id))
    )
    return known


def _read_people(
    session: Session, company_id: int, known: Known, addresses: Sequence[Address], person_ids: Sequence[str]
) -> None:
    parties = _all(session, LeaseParty, company_id)
    identities: list[Identity] = []
    for chunk in _chunks({value for _, value in addresses}):
        mine = (Identity.company_id == company_id, Identity.value.in_(chunk))
        identities += session.scalars(select(Identity).where(*mine))
    known.settled_people = {each.contact_id for each in parties} | {each.contact_id for each in known.ownerships}
    wanted = known.settled_people | {each.contact_id for each in identities}
    people = {each.id: each for each in _some(session, company_id, Contact.id, wanted)}
    people |= {each.id: each for each in _some(session, company_id, Contact.outside_id, set(person_ids))}
    known.people_by_id = {each.outside_id: each for each in people.values() if each.outside_id}
    known.holders = {(each.kind, each.value): people[each.contact_id] for each in identities}
    units = {lease.id: unit_id for unit_id, leases in known.leases_of_unit.items() for lease in leases}
    for party in parties:
        person = people[party.contact_id]
        known.parties[party.lease_id].append(person)
        known.named[f"unit {units[party.lease_id]}", folded(person.name)] = person
    for each in known.ownerships:
        known.named[OWNERS, folded(people[each.contact_id].name)] = people[each.contact_id]


def _all(session: Session, model: type[Row], company_id: int) -> list[Row]:
    table: Any = model
    return list(session.scalars(select(model).where(table.company_id == company_id).order_by(table.id)))


def _some(session: Session, company_id: int, column: Any, values: Iterable[Any]) -> list[Contact]:
    found: list[Contact] = []
    for chunk in _chunks(values):
        found += session.scalars(select(Contact).where(Contact.company_id == company_id, column.in_(chunk)))
    return found


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut values into lists that one statement takes."""
    listed = list(values)
    return (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))
