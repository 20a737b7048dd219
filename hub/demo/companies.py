"""The demo's three companies: how each is reached, its staff, and hours that never close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import delete, select

from hub.demo.staff import STAFF
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import (
    Agent,
    Article,
    BusinessHours,
    ChannelAccount,
    Company,
    Contact,
    Envelope,
    Macro,
    Membership,
    OnCallStep,
    Property,
    Tag,
    Ticket,
)
from hub.services.emergencies.on_call import ladder_of
from hub.services.settings.setup import FIRST_SLUG, found_company

ADOPTED = "adopted"
ALL_DAY = time(0)
WAIT_MINUTES = 5
MARK = {"demo": "1"}


@dataclass(frozen=True, slots=True)
class Firm:
    """What a company of the demo is called and how it is reached; numbers are from ranges kept for fiction."""

    slug: str
    name: str
    zone: str
    region: str
    currency: str
    mail: str
    number: str
    on_call: tuple[tuple[str, str], ...]
    emergency: str
    accent: str
    signature: str


FIRMS = (
    Firm(
        slug="lindenhof",
        name="Lindenhof Property Care",
        zone="Europe/Berlin",
        region="DE",
        currency="EUR",
        mail="lindenhof@example.org",
        number="+493023125900",
        on_call=(("Tom Ritter", "+493023125990"), ("Ines Vogt", "+493023125991"), ("Karl Amsel", "+493023125992")),
        emergency="+49-30-23125-999",
        accent="#0B5F75",
        signature="Your team at Lindenhof Property Care",
    ),
    Firm(
        slug="harbor-street",
        name="Harbor Street Residences",
        zone="America/New_York",
        region="US",
        currency="USD",
        mail="harbor-street@example.org",
        number="+12025550190",
        on_call=(("Tom Ritter", "+12025550191"), ("Grace Bell", "+12025550192")),
        emergency="+1-202-555-0199",
        accent="#7A3E12",
        signature="Harbor Street Residences",
    ),
    Firm(
        slug="canal-row",
        name="Canal Row Lettings",
        zone="Europe/London",
        region="GB",
        currency="GBP",
        mail="canal-row@example.org",
        number="+447700900900",
        on_call=(("Tom Ritter", "+447700900901"), ("Owen Pryce", "+447700900902")),
        emergency="+44-7700-900-999",
        accent="#4B3B8F",
        signature="Canal Row Lettings",
    ),
)
MACROS = {
    "Appointment confirmed": "Hello {{name}},\n\nthe appointment stands. Somebody of 18 or older should be at home; "
    "the craftsman shows you a work order with our name on it.",
    "Photo, please": "Hello {{name}},\n\ncould you send us a photo of it, and one from two steps further back? "
    "You can simply answer this message with both.",
    "Passed on to maintenance": "Hello {{name}},\n\nthank you for telling us. Our maintenance team has it now, "
    "and you will hear from us as soon as there is a date.",
}
TAGS = ("heat", "neighbours", "VIP", "arrears", "insurance case", "move-in")


def found_firms(desk: Desk) -> dict[str, Company]:
    """Make the demo's companies and return them by the firms' short names.

    On a desk nobody has used yet the first one takes the place of the company made on first start.
    """
    untouched = find_untouched(desk)
    made: dict[str, Company] = {}
    for firm in FIRMS:
        about: dict[str, Any] = {
            "time_zone": firm.zone,
            "language": "en",
            "region": firm.region,
            "currency": firm.currency,
            "accent": firm.accent,
            "signature": firm.signature,
            "emergency_phone": firm.emergency,
            "answers_by_itself": True,
            "acknowledges": True,
            "demo": True,
        }
        if untouched is not None and not made:
            company = untouched
            adopted = {
                "slug": _free_slug(desk, firm),
                "name": firm.name,
                "settings": company.settings | {ADOPTED: True},
            }
            for column, value in (about | adopted).items():
                setattr(company, column, value)
        else:
            company = found_company(desk, _free_slug(desk, firm), firm.name, **about)
        _open_always(desk, company)
        _connect(desk, company, firm)
        _furnish(desk, company, firm)
        made[firm.slug] = company
    desk.session.flush()
    return made


def find_untouched(desk: Desk) -> Company | None:
    """Return the company made on first start if it is the first one and nobody has put anything into it."""
    first = desk.session.scalar(select(Company).order_by(Company.id).limit(1))
    if first is None or first.slug != FIRST_SLUG or holds_anything(desk, first):
        return None
    return first


def holds_anything(desk: Desk, company: Company) -> bool:
    """Tell whether a company has people, homes, staff, articles or messages."""
    kinds = (Contact, Ticket, Property, Membership, Envelope, Article)
    return any(
        desk.session.scalar(select(kind.id).where(kind.company_id == company.id).limit(1)) is not None for kind in kinds
    )


def hire_staff(desk: Desk, companies: Mapping[str, Company]) -> dict[str, Agent]:
    """Make the demo's staff, or give those who are here already their roles, and return them by address."""
    known = {
        each.email: each
        for each in desk.session.scalars(select(Agent).where(Agent.email.in_([one.email for one in STAFF])))
    }
    for person in STAFF:
        agent = known.get(person.email)
        if agent is None:
            agent = Agent(email=person.email, name=person.name, demo=True)
            desk.session.add(agent)
            desk.session.flush()
            known[person.email] = agent
        for company in companies.values():
            desk.session.add(
                Membership(
                    company_id=company.id,
                    agent_id=agent.id,
                    role=person.role,
                    balances=person.role is not Role.OPERATIONS,
                )
            )
    desk.session.flush()
    return known


def _free_slug(desk: Desk, firm: Firm) -> str:
    """Return the firm's short name, or another one where a real company has it."""
    taken = desk.session.scalar(select(Company.id).where(Company.slug == firm.slug))
    return firm.slug if taken is None else f"{firm.slug}-demo"


def _open_always(desk: Desk, company: Company) -> None:
    """Put the company inside business hours at any time of any day."""
    desk.session.execute(delete(BusinessHours).where(BusinessHours.company_id == company.id))
    desk.session.add_all(
        BusinessHours(company_id=company.id, weekday=day, opens=ALL_DAY, closes=ALL_DAY) for day in range(7)
    )


def _connect(desk: Desk, company: Company, firm: Firm) -> None:
    """Give a company a mailbox and a number, where the environment has not given it real ones."""
    taken = set(desk.session.scalars(select(ChannelAccount.channel).where(ChannelAccount.company_id == company.id)))
    for channel, address in (("email", firm.mail), ("sms", firm.number)):
        if channel not in taken:
            desk.session.add(
                ChannelAccount(company_id=company.id, channel=channel, address=address, name=firm.name, settings=MARK)
            )


def _furnish(desk: Desk, company: Company, firm: Firm) -> None:
    """Name who is on call, where nobody is yet, and lay out tags and macros."""
    desk.session.flush()
    if not ladder_of(desk, company.id):
        desk.session.add_all(
            OnCallStep(company_id=company.id, place=place, name=name, phone=phone, wait_minutes=WAIT_MINUTES)
            for place, (name, phone) in enumerate(firm.on_call, start=1)
        )
    desk.session.add_all(Tag(company_id=company.id, name=each) for each in TAGS)
    desk.session.add_all(Macro(company_id=company.id, name=name, text=text) for name, text in MACROS.items())
