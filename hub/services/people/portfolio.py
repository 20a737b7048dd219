"""Properties, units and leases of the companies an actor serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Invalid, NotFound
from hub.models import Company, Contact, Lease, LeaseParty, Property, Rent, Unit
from hub.services.pages import LARGEST, Page, newest_first
from hub.services.staff.scope import must_administer, own_companies
from hub.services.unique import write_unique

PLACE = TypeVar("PLACE", Property, Unit)


@dataclass(frozen=True, slots=True)
class Let:
    """A lease with its people and rents; `money_shown` is false where the actor may not see what is owed."""

    lease: Lease
    company: Company
    tenants: Sequence[Contact]
    rents: Sequence[Rent]
    money_shown: bool


def list_places(
    desk: Desk, actor: Actor, model: type[PLACE], *, words: str = "", inside: int | None = None, cursor: str, limit: int
) -> Page[PLACE]:
    """Return one page of properties, or of units (`inside` a property), newest first; operations see them too."""
    query = select(model).where(own_companies(actor, model, ability=Ability.SEE_BOARD))
    if words and model is Property:
        query = query.where(
            or_(Property.name.icontains(words, autoescape=True), Property.street.icontains(words, autoescape=True))
        )
    if words and model is Unit:
        query = query.where(Unit.label.icontains(words, autoescape=True))
    if inside is not None:
        query = query.where(Unit.property_id == inside)
    return newest_first(desk.session, query, model.id, cursor=cursor, limit=limit)


def find_place(desk: Desk, actor: Actor, model: type[PLACE], place_id: int, *, lock: bool = False) -> PLACE:
    """Return one property or unit; raises `NotFound`."""
    query = select(model).where(model.id == place_id, own_companies(actor, model, ability=Ability.SEE_BOARD))
    found = desk.session.scalar(query.with_for_update() if lock else query) if 0 < place_id <= LARGEST else None
    if found is None:
        raise NotFound(f"There is no {_word(model)} {place_id}.")
    return found


def make_place(desk: Desk, actor: Actor, model: type[PLACE], company_id: int, fields: Mapping[str, Any]) -> PLACE:
    """Make a property or a unit; raises `Forbidden`, `NotFound` for a unit's property, and `Refused` for a double."""
    _check_may_change(actor, company_id)
    row = model(company_id=company_id, **fields)
    write_unique(desk, row, f"There is already a {_word(model)} of this name or outside id.")
    return row


def change_place(desk: Desk, actor: Actor, model: type[PLACE], place_id: int, fields: Mapping[str, Any]) -> PLACE:
    """Change a property or a unit; raises `NotFound`, `Forbidden` and `Refused`."""
    row = find_place(desk, actor, model, place_id, lock=True)
    _check_may_change(actor, row.company_id)
    for name, value in fields.items():
        setattr(row, name, value)
    write_unique(desk, row, f"There is already a {_word(model)} of this name or outside id.")
    return row


def list_leases(
    desk: Desk, actor: Actor, *, unit: int | None = None, tenant: int | None = None, cursor: str, limit: int
) -> Page[Let]:
    """Return one page of leases, newest first."""
    query = select(Lease).where(own_companies(actor, Lease))
    if unit is not None:
        query = query.where(Lease.unit_id == unit)
    if tenant is not None:
        query = query.where(Lease.id.in_(select(LeaseParty.lease_id).where(LeaseParty.contact_id == tenant)))
    page: Page[Lease] = newest_first(desk.session, query, Lease.id, cursor=cursor, limit=limit)
    return Page(_complete(desk, actor, page.items), page.next)


def find_lease(desk: Desk, actor: Actor, lease_id: int) -> Let:
    """Return one lease; raises `NotFound`."""
    return _complete(desk, actor, [_find_lease(desk, actor, lease_id)])[0]


def make_lease(
    desk: Desk, actor: Actor, unit_id: int, fields: Mapping[str, Any], *, tenants: Sequence[int], rent_cents: int
) -> Let:
    """Rent a unit to people; raises `NotFound`, `Forbidden`, `Invalid`, and `Refused` where leases would overlap."""
    unit = find_place(desk, actor, Unit, unit_id)
    _check_may_change(actor, unit.company_id)
    lease = Lease(company_id=unit.company_id, unit_id=unit.id, **fields)
    _write_lease(desk, lease)
    _set_tenants(desk, lease, tenants)
    desk.session.add(
        Rent(company_id=lease.company_id, lease_id=lease.id, starts_on=lease.starts_on, amount_cents=rent_cents)
    )
    desk.session.flush()
    return _complete(desk, actor, [lease])[0]


def change_lease(
    desk: Desk,
    actor: Actor,
    lease_id: int,
    fields: Mapping[str, Any],
    *,
    tenants: Sequence[int] | None = None,
    rent: tuple[date, int] | None = None,
) -> Let:
    """Change a lease; a rent begins on a day and the earlier ones stay. Raises as `make_lease`."""
    lease = _find_lease(desk, actor, lease_id, lock=True)
    _check_may_change(actor, lease.company_id)
    for name, value in fields.items():
        setattr(lease, name, value)
    _write_lease(desk, lease)
    if tenants is not None:
        _set_tenants(desk, lease, tenants)
    if rent is not None:
        _set_rent(desk, lease, *rent)
    desk.session.flush()
    return _complete(desk, actor, [lease])[0]


def _find_lease(desk: Desk, actor: Actor, lease_id: int, *, lock: bool = False) -> Lease:
    query = select(Lease).where(Lease.id == lease_id, own_companies(actor, Lease))
    found = desk.session.scalar(query.with_for_update() if lock else query) if 0 < lease_id <= LARGEST else None
    if found is None:
        raise NotFound(f"There is no lease {lease_id}.")
    return found


def _check_may_change(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "change properties, units and leases")


def _word(model: type) -> str:
    return model.__name__.lower()


def _write_lease(desk: Desk, lease: Lease) -> None:
    if lease.ends_on is not None and lease.ends_on <= lease.starts_on:
        raise Invalid("A lease ends after it starts.", field="ends_on")
    write_unique(
        desk, lease, "Another lease of this unit runs at that time, or has this outside id: end that one first."
    )


def _set_tenants(desk: Desk, lease: Lease, tenants: Sequence[int]) -> None:
    """Make people the parties of a lease, all of the same company; raises `Invalid`."""
    wanted = dict.fromkeys(tenants)
    known = set(
        desk.session.scalars(
            select(Contact.id).where(Contact.id.in_(list(wanted)), Contact.company_id == lease.company_id)
        )
    )
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise Invalid(f"There is no contact {unknown[0]} in this company.", field="tenant_ids")
    present = {
        each.contact_id: each for each in desk.session.scalars(select(LeaseParty).where(LeaseParty.lease_id == lease.id))
    }  # fmt: skip
    for contact_id, party in present.items():
        if contact_id not in wanted:
            desk.session.delete(party)
    for contact_id in wanted:
        if contact_id not in present:
            desk.session.add(LeaseParty(company_id=lease.company_id, lease_id=lease.id, contact_id=contact_id))


def _set_rent(desk: Desk, lease: Lease, starts_on: date, amount_cents: int) -> None:
    row = desk.session.scalar(select(Rent).where(Rent.lease_id == lease.id, Rent.starts_on == starts_on))
    if row is None:
        row = Rent(company_id=lease.company_id, lease_id=lease.id, starts_on=starts_on)
        desk.session.add(row)
    row.amount_cents = amount_cents


def _complete(desk: Desk, actor: Actor, leases: Sequence[Lease]) -> list[Let]:
    """Return leases with their companies, people and rents, in three statements."""
    if not leases:
        return []
    session, numbers = desk.session, [each.id for each in leases]
    companies = {
        each.id: each
        for each in session.scalars(select(Company).where(Company.id.in_({each.company_id for each in leases})))
    }
    tenants: dict[int, list[Contact]] = {}
    parties = (
        select(LeaseParty.lease_id, Contact)
        .join(Contact, Contact.id == LeaseParty.contact_id)
        .where(LeaseParty.lease_id.in_(numbers))
        .order_by(LeaseParty.id)
    )
    for lease_id, contact in session.execute(parties):
        tenants.setdefault(lease_id, []).append(contact)
    rents: dict[int, list[Rent]] = {}
    for rent in session.scalars(select(Rent).where(Rent.lease_id.in_(numbers)).order_by(Rent.starts_on)):
        rents.setdefault(rent.lease_id, []).append(rent)
    return [
        Let(
            each,
            companies[each.company_id],
            tenants.get(each.id, []),
            rents.get(each.id, []),
            actor.can(Ability.SEE_BALANCES, each.company_id),
        )
        for each in leases
    ]
