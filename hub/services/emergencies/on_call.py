"""The ladder of who is on call: an administrator of the company arranges it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from channels.address import AddressError, phone_address
from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid
from hub.models import Company, OnCallStep
from hub.services.staff.scope import find_administered, must_administer

MOST_STEPS = 20
LONGEST_NAME = 80
MINUTES = range(1, 121)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder as it is typed in."""

    name: str
    phone: str
    wait_minutes: str


def ladder_of(desk: Desk, company_id: int) -> list[OnCallStep]:
    """Return who is paged in a company, first one first."""
    query = select(OnCallStep).where(OnCallStep.company_id == company_id).order_by(OnCallStep.place)
    return list(desk.session.scalars(query))


def add_step(desk: Desk, actor: Actor, company: Company, rung: Rung) -> OnCallStep:
    """Add somebody at the end of a company's ladder; raises `Forbidden` and `Invalid`."""
    _check_may(actor, company.id)
    name = rung.name.replace("\0", "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Name: say who is called, in at most {LONGEST_NAME} characters.", field="name")
    phone = _read_phone(rung.phone, company)
    steps = ladder_of(desk, company.id)
    if any(each.phone == phone for each in steps):
        raise Invalid(f"Phone: {phone} is on the ladder already.", field="phone")
    if len(steps) >= MOST_STEPS:
        raise Invalid(f"A ladder has at most {MOST_STEPS} steps: remove one first.", field="name")
    last = desk.session.scalar(select(func.max(OnCallStep.place)).where(OnCallStep.company_id == company.id))
    step = OnCallStep(
        company_id=company.id,
        place=(last or 0) + 1,
        name=name,
        phone=phone,
        wait_minutes=_read_minutes(rung.wait_minutes),
        created_at=desk.clock.now(),
    )
    desk.session.add(step)
    desk.session.flush()
    return step


def remove_step(desk: Desk, actor: Actor, step_id: int) -> OnCallStep:
    """Take somebody off the ladder; raises `Forbidden` and `NotFound`."""
    step = _find(desk, actor, step_id)
    desk.session.delete(step)
    desk.session.flush()
    return step


def move_up(desk: Desk, actor: Actor, step_id: int) -> OnCallStep:
    """Let somebody change places with who is paged before them; raises `Forbidden` and `NotFound`."""
    step = _find(desk, actor, step_id)
    before = [each for each in ladder_of(desk, step.company_id) if each.place < step.place]
    if before:
        other = before[-1]
        step.place, other.place = other.place, step.place
        desk.session.flush()
    return step


def _find(desk: Desk, actor: Actor, step_id: int) -> OnCallStep:
    return find_administered(desk, actor, OnCallStep, step_id, "This step is not on the ladder any more.", lock=True)


def _check_may(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "arrange who is on call")


def _read_phone(typed: str, company: Company) -> str:
    try:
        return phone_address(typed, region=company.region).value
    except AddressError as error:
        raise Invalid(
            "Phone: write the number with its country code, such as +1 202 555 0123.", field="phone"
        ) from error


def _read_minutes(typed: str) -> int:
    digits = typed.strip()
    minutes = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 4 else 0
    if minutes not in MINUTES:
        raise Invalid("Minutes: a whole number from 1 to 120, such as 5.", field="wait_minutes")
    return minutes
