"""Writes a portfolio into the tables, and tells who lives where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hub.demo.portfolio import Building, Portfolio, Someone, Tenancy
from hub.demo.rows import Rows
from hub.models import (
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Ownership,
    Property,
    Rent,
    Unit,
)

OUTSIDE = "demo"
BALANCE_AGE = timedelta(days=3)
NOTICE_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the portfolio as tickets need them: who they are and where they live or what they own."""

    contact_id: int
    name: str
    email: str
    phone: str
    role: str
    language: str
    company_id: int
    property_id: int | None = None
    unit_id: int | None = None
    unit_label: str = ""
    access: str = ""


class Settling:
    """Writes the portfolio of one company."""

    def __init__(self, rows: Rows, company_id: int, today: date) -> None:
        self._rows = rows
        self._company = company_id
        self._today = today
        self._contacts: dict[Someone, int] = {}
        self._known: list[Known] = []

    def write(self, portfolio: Portfolio) -> list[Known]:
        """Keep every row of the portfolio and return the people who live here, own or work for us now."""
        homes = list(portfolio.homes())
        tenancies = [each for _, home in homes for each in home.tenancies]
        people = [*portfolio.owners, *portfolio.craftsmen, *(one for each in tenancies for one in each.people)]
        self._write_people(people)
        property_ids = self._rows.ids(Property, len(portfolio.buildings))
        unit_ids = self._rows.ids(Unit, len(homes))
        lease_ids = self._rows.ids(Lease, len(tenancies))
        owned: dict[Someone, int] = {}
        for building in portfolio.buildings:
            property_id = next(property_ids)
            owned.setdefault(building.owner, property_id)
            self._write_building(building, property_id)
            for home in building.homes:
                unit_id = next(unit_ids)
                self._rows.add(
                    Unit,
                    id=unit_id,
                    company_id=self._company,
                    property_id=property_id,
                    label=home.label,
                    floor=home.floor,
                    access_notes=home.access,
                )
                for tenancy in home.tenancies:
                    self._write_tenancy(tenancy, next(lease_ids), unit_id)
                    if tenancy.ends_on is None or tenancy.ends_on > self._today:
                        label = f"{building.name} {home.label}"
                        self._know(tenancy.people, property_id, unit_id, label, home.access)
        for owner in portfolio.owners:
            self._know([owner], owned.get(owner), None, "owner" if owner in owned else "")
        self._know(portfolio.craftsmen)
        return self._known

    def _write_people(self, people: list[Someone]) -> None:
        ids = self._rows.ids(Contact, len(people))
        for each in people:
            number = self._contacts[each] = next(ids)
            self._rows.add(
                Contact,
                id=number,
                company_id=self._company,
                name=each.name,
                role=each.role,
                language=each.language,
                prefers=each.prefers,
                note=each.note,
                tags=list(each.tags),
                trade=each.trade,
                insured_until=each.insured_until,
                demo=True,
                created_at=self._rows.now - timedelta(days=200),
            )
            for kind, value in (("email", each.email), ("email", each.second_email), ("phone", each.phone)):
                if value:
                    self._rows.add(Identity, company_id=self._company, contact_id=number, kind=kind, value=value)

    def _write_building(self, building: Building, property_id: int) -> None:
        self._rows.add(
            Property,
            id=property_id,
            company_id=self._company,
            name=building.name,
            street=building.name,
            postcode=building.estate.postcode,
            city=building.estate.city,
            outside_id=f"{OUTSIDE}-{property_id}",
        )
        self._rows.add(
            Ownership,
            company_id=self._company,
            property_id=property_id,
            contact_id=self._contacts[building.owner],
            starts_on=self._today - timedelta(days=2200),
        )

    def _write_tenancy(self, tenancy: Tenancy, lease_id: int, unit_id: int) -> None:
        running = tenancy.balance_cents is not None
        self._rows.add(
            Lease,
            id=lease_id,
            company_id=self._company,
            unit_id=unit_id,
            starts_on=tenancy.starts_on,
            ends_on=tenancy.ends_on,
            deposit_cents=tenancy.deposit_cents,
            balance_cents=tenancy.balance_cents,
            balance_on=self._today - BALANCE_AGE if running else None,
            notice_months=NOTICE_MONTHS,
        )
        for person in tenancy.people:
            self._rows.add(LeaseParty, company_id=self._company, lease_id=lease_id, contact_id=self._contacts[person])
        for starts_on, cents in tenancy.rents:
            self._rows.add(Rent, company_id=self._company, lease_id=lease_id, starts_on=starts_on, amount_cents=cents)

    def _know(
        self,
        people: Iterable[Someone],
        property_id: int | None = None,
        unit_id: int | None = None,
        label: str = "",
        access: str = "",
    ) -> None:
        for each in people:
            self._known.append(
                Known(
                    self._contacts[each],
                    each.name,
                    each.email,
                    each.phone,
                    each.role,
                    each.language,
                    self._company,
                    property_id,
                    unit_id,
                    label,
                    access,
                )
            )
