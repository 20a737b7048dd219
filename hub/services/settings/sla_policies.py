"""What a company promises beside the usual: its administrators keep it, and open tickets follow at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from classifiers.labels import TOPICS
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.promises import ClockKind, Policy
from hub.domain.ticket import Priority
from hub.errors import Invalid
from hub.models import Company, Queue, SlaPolicy
from hub.services.metrics.reckoning import reckon_open_tickets
from hub.services.settings.configuration import policy_of
from hub.services.staff.scope import find_administered, must_administer

CHANNELS = ("email", "sms", "portal", "phone")
LONGEST = 366 * 24 * 60
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


@dataclass(frozen=True, slots=True)
class TypedPolicy:
    """A policy as it is typed in."""

    clock: str = ""
    amount: str = ""
    unit: str = "hours"
    business: bool = True
    warn: str = ""
    queue: str = ""
    priority: str = ""
    topic: str = ""
    channel: str = ""
    escalates: bool = False


def policies_of(desk: Desk, company: Company) -> list[Policy]:
    """Return what a company promises beside the usual, clock by clock."""
    rows = desk.session.scalars(
        select(SlaPolicy).where(SlaPolicy.company_id == company.id).order_by(SlaPolicy.clock, SlaPolicy.id)
    )
    return [policy_of(each) for each in rows]


def add_policy(desk: Desk, actor: Actor, company: Company, typed: TypedPolicy) -> None:
    """Keep a policy, in the place of the one with the same conditions; raises `Forbidden` and `Invalid`."""
    _check_may(actor, company.id)
    if typed.clock not in set(ClockKind):
        raise Invalid("Promise: choose one of the list.", field="clock")
    _check_conditions(desk, company, typed)
    minutes = _read_minutes(typed)
    warn = _read_warning(typed.warn, minutes)
    wanted = {name: getattr(typed, name) for name in ("clock", "queue", "priority", "topic", "channel")}
    row = desk.session.scalar(select(SlaPolicy).filter_by(company_id=company.id, **wanted))
    if row is None:
        row = SlaPolicy(company_id=company.id, **wanted)
        desk.session.add(row)
    row.minutes, row.warn_minutes = minutes, warn
    row.business, row.escalates = typed.business, typed.escalates
    row.created_at = desk.clock.now()
    reckon_open_tickets(desk, actor, company, reason="promise changed")


def remove_policy(desk: Desk, actor: Actor, policy_id: int) -> Company:
    """Promise the usual again; raises `NotFound`."""
    row = find_administered(desk, actor, SlaPolicy, policy_id, "This promise is not there any more.", lock=True)
    company = desk.session.get_one(Company, row.company_id)
    desk.session.delete(row)
    reckon_open_tickets(desk, actor, company, reason="promise removed")
    return company


def _check_conditions(desk: Desk, company: Company, typed: TypedPolicy) -> None:
    queues = set(desk.session.scalars(select(Queue.slug).where(Queue.company_id == company.id)))
    known = {
        "queue": queues,
        "priority": {str(each) for each in Priority},
        "topic": set(TOPICS),
        "channel": set(CHANNELS),
    }
    for name, values in known.items():
        if getattr(typed, name) not in {"", *values}:
            raise Invalid(f"{name.capitalize()}: choose one of the list, or any.", field=name)


def _read_minutes(typed: TypedPolicy) -> int:
    digits = typed.amount.strip()
    amount = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0
    minutes = amount * UNITS.get(typed.unit, 0)
    if not 0 < minutes <= LONGEST:
        raise Invalid("Within: a whole number such as 4, at most a year.", field="amount")
    return minutes


def _read_warning(typed: str, minutes: int) -> int:
    digits = typed.strip() or "0"
    warn = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else -1
    if not 0 <= warn < minutes:
        raise Invalid("Warn: whole minutes, fewer than what is promised; nothing for no warning.", field="warn")
    return warn


def _check_may(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "keep promises")
