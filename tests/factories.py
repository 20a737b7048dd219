"""One builder a table: the smallest valid row, with what a test cares about given by name."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import func, select

from hub.db import Base
from hub.desk import Desk
from hub.domain.access import Actor, Grant, Role
from hub.models import (
    Agent,
    ChannelAccount,
    Company,
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Membership,
    OnCallStep,
    Property,
    Rent,
    Team,
    Unit,
)
from hub.services.settings.setup import found_company

Row = TypeVar("Row", bound=Base)
numbers = count(1)


def save(desk: Desk, row: Row) -> Row:
    """Write a row and commit."""
    desk.session.add(row)
    desk.session.commit()
    return row


def make_company(desk: Desk, name: str = "Lindenhof Care", *, mail: str = "", number: str = "", **more: Any) -> Company:
    """Make a company with queues, teams, hours, and a mail account and number where given."""
    slug = f"{name.lower().replace(' ', '-')}-{next(numbers)}"
    company = found_company(desk, slug, name, **more)
    for channel, address in (("email", mail), ("sms", number)):
        if address:
            desk.session.add(ChannelAccount(company_id=company.id, channel=channel, address=address, settings={}))
    desk.session.commit()
    return company


def make_agent(desk: Desk, company: Company, name: str = "Maria Keller", role: Role = Role.AGENT, **more: Any) -> Actor:
    """Make a staff account with one role and return it as an actor."""
    agent = save(desk, Agent(email=f"agent{next(numbers)}@example.org", name=name))
    save(desk, Membership(company_id=company.id, agent_id=agent.id, role=role, **more))
    return Actor(
        agent.id, name, {company.id: Grant(role, frozenset(more.get("queues", ())), more.get("balances", False))}
    )


def make_contact(
    desk: Desk, company: Company, name: str = "Aylin Demir", *, email: str = "", phone: str = "", **more: Any
) -> Contact:
    """Make a person with their addresses."""
    contact = save(desk, Contact(company_id=company.id, name=name, **more))
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            save(desk, Identity(company_id=company.id, contact_id=contact.id, kind=kind, value=value))
    return contact


def make_unit(desk: Desk, company: Company, building: str = "Lindenhof 12", label: str = "3B", **more: Any) -> Unit:
    """Make a unit in a building of its own."""
    home = save(desk, Property(company_id=company.id, name=building))
    return save(desk, Unit(company_id=company.id, property_id=home.id, label=label, **more))


def make_lease(desk: Desk, unit: Unit, *tenants: Contact, starts_on: date = date(2021, 5, 1), **more: Any) -> Lease:
    """Rent a unit to people."""
    lease = save(desk, Lease(company_id=unit.company_id, unit_id=unit.id, starts_on=starts_on, **more))
    for each in tenants:
        save(desk, LeaseParty(company_id=unit.company_id, lease_id=lease.id, contact_id=each.id))
    save(desk, Rent(company_id=unit.company_id, lease_id=lease.id, starts_on=starts_on, amount_cents=114_000))
    return lease


def make_step(desk: Desk, company: Company, name: str, phone: str, **more: Any) -> OnCallStep:
    """Put somebody at the end of a company's on-call ladder."""
    last = desk.session.scalar(select(func.max(OnCallStep.place)).where(OnCallStep.company_id == company.id)) or 0
    return save(desk, OnCallStep(company_id=company.id, **({"place": last + 1} | more), name=name, phone=phone))


def make_team(desk: Desk, company: Company, slug: str, **more: Any) -> Team:
    """Return a team of a company with some columns changed."""
    team = desk.session.scalars(select(Team).where(Team.company_id == company.id, Team.slug == slug)).one()
    for name, value in more.items():
        setattr(team, name, value)
    desk.session.commit()
    return team
