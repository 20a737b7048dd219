"""The craftsmen a company works with: by trade and area, and how long each is insured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.order import OPEN_STATES
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, Contact, Order, Property, Task
from hub.services.staff.scope import own_companies

MOST = 200
LONGEST = 500
ROLE = "craftsman"


@dataclass(frozen=True, slots=True)
class Craftsman:
    """A firm, whether it works in an area that was asked for, and how many of its orders are open."""

    contact: Contact
    nearby: bool
    open_orders: int
    insured: bool


def list_craftsmen(
    desk: Desk, actor: Actor, *, company_id: int | None = None, trade: str = "", area: str = "", place: str = ""
) -> list[Craftsman]:
    """Return the craftsmen of a trade and area by name, those of a place first; in one statement."""
    waiting = (
        select(Order.craftsman_id, func.count().label("open"))
        .where(Order.state.in_(OPEN_STATES))
        .group_by(Order.craftsman_id)
        .subquery()
    )
    query = (
        select(Contact, func.coalesce(waiting.c.open, 0), Company.time_zone)
        .join(Company, Company.id == Contact.company_id)
        .outerjoin(waiting, waiting.c.craftsman_id == Contact.id)
        .where(
            own_companies(actor, Contact, ability=Ability.SEE_BOARD),
            Contact.role == ROLE,
            Contact.blocked_at.is_(None),
        )
        .order_by(Contact.name, Contact.id)
        .limit(MOST)
    )
    if company_id is not None:
        query = query.where(Contact.company_id == company_id)
    if trade:
        query = query.where(func.lower(Contact.trade) == trade.lower())
    now = desk.clock.now()
    found = [
        Craftsman(
            contact, works_in(contact.areas, place), count, _is_insured(contact, now.astimezone(ZoneInfo(zone)).date())
        )
        for contact, count, zone in desk.session.execute(query)
        if works_in(contact.areas, area)
    ]
    return sorted(found, key=lambda each: not (each.nearby and each.contact.areas))


@dataclass(frozen=True, slots=True)
class Firm:
    """What is entered about a craftsman; `areas` are places with commas between, none means everywhere."""

    trade: str
    areas: str
    insured_until: date | None


def find_craftsman(desk: Desk, actor: Actor, number: int) -> Contact:
    """Return a craftsman of a company somebody works for; raises `NotFound`."""
    found = desk.session.get(Contact, number) if 0 < number < 2**63 else None
    if found is None or found.role != ROLE or not actor.can(Ability.SEE_BOARD, found.company_id):
        raise NotFound("There is no such craftsman.")
    return found


def change_craftsman(desk: Desk, actor: Actor, number: int, wanted: Firm) -> Contact:
    """Keep a craftsman's trade, areas and insurance; raises `NotFound`, `Forbidden` and `Invalid`."""
    contact = find_craftsman(desk, actor, number)
    if not actor.can(Ability.WORK_TASKS, contact.company_id):
        raise Forbidden("Only operations change what is known of craftsmen.")
    for field, words in (("trade", wanted.trade), ("areas", wanted.areas)):
        if len(words) > LONGEST:
            raise Invalid(f"Keep it under {LONGEST} characters.", field=field)
    named = (" ".join(each.split()) for each in wanted.areas.replace("\0", "").split(","))
    contact.trade = " ".join(wanted.trade.replace("\0", "").split()).lower()
    contact.areas = ", ".join(dict.fromkeys(each for each in named if each))
    contact.insured_until = wanted.insured_until
    return contact


def list_trades(craftsmen: Sequence[Craftsman]) -> list[str]:
    """Return the trades of some craftsmen by name."""
    return sorted({each.contact.trade for each in craftsmen if each.contact.trade})


def choose_craftsman(desk: Desk, task: Task, number: str) -> Contact:
    """Return the craftsman an order goes to; raises `Invalid`, for one whose insurance has ended too."""
    known = number.isascii() and number.isdecimal() and len(number) < 19
    contact = desk.session.get(Contact, int(number)) if known else None
    if contact is None or contact.company_id != task.company_id or contact.role != ROLE or contact.blocked_at:
        raise Invalid("Choose a craftsman from the list.", field="craftsman")
    zone = desk.session.get_one(Company, task.company_id).time_zone
    if not _is_insured(contact, desk.clock.now().astimezone(ZoneInfo(zone)).date()):
        raise Invalid(
            f"The insurance of {contact.name} ended on {contact.insured_until}: ask for a new certificate, or choose somebody else.",
            field="craftsman",
        )
    return contact


def area_of(home: Property | None) -> str:
    """Return where a building is, as far as somebody may know who has not accepted yet: never a unit."""
    if home is None:
        return ""
    return ", ".join(each for each in (home.name, f"{home.postcode} {home.city}".strip()) if each)


def works_in(areas: str, wanted: str) -> bool:
    """Tell whether one of a craftsman's areas is in a place, or the other way round; without areas they work everywhere."""
    named = [each.strip().lower() for each in areas.split(",") if each.strip()]
    place = wanted.strip().lower()
    return not named or not place or any(each in place or place in each for each in named)


def _is_insured(contact: Contact, today: date) -> bool:
    """Tell whether an insurance stands today; one nobody has asked for does not hold up the work."""
    return contact.insured_until is None or contact.insured_until >= today
