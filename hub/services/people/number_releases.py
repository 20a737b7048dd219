"""A resident's number for one visit: customer service opens it to one colleague, and it closes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import OPEN_STATES, STATE_WORDS, TaskState
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Agent, Company, Identity, NumberRelease, Task, Ticket
from hub.services.operations.assigning import who_works
from hub.services.operations.tasks import find_task, tickets_of_task
from hub.services.tickets.history import record, record_on_task

LONGEST = timedelta(hours=72)
PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as whoever may see it does, and until when."""

    number: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """A release that is open now, as customer service sees it."""

    release: NumberRelease
    name: str


def release_number(
    desk: Desk, actor: Actor, number: int, *, ticket: int, agent: int, ends_at: datetime
) -> NumberRelease:
    """Let one colleague see the number of a ticket's person on a task until a time; a new release ends theirs before.

    Raises `NotFound`, `Forbidden`, `Refused` for work that is over, and `Invalid`.
    """
    task = _theirs(desk, actor, number)
    if task.state not in OPEN_STATES:
        raise Refused(f"T-{task.id} is {STATE_WORDS[TaskState(task.state)]}: nobody visits for it any more.")
    found = next((each for each in tickets_of_task(desk, task) if each.id == ticket), None)
    identity = _phone_of(desk, found) if found is not None else None
    if found is None or identity is None:
        raise Invalid("Choose a ticket whose person has a number.", field="ticket")
    people = dict(who_works(desk, task.company_id))
    if agent not in people:
        raise Invalid("Choose who visits.", field="agent")
    now = desk.clock.now()
    if not now < ends_at <= now + LONGEST:
        raise Invalid(f"Choose a time within the next {LONGEST // timedelta(hours=1)} hours.", field="until")
    for each in open_releases(desk, task):
        if each.release.agent_id == agent:
            each.release.closed_at = now
    row = NumberRelease(
        company_id=task.company_id,
        task_id=task.id,
        ticket_id=found.id,
        identity_id=identity.id,
        agent_id=agent,
        released_by=actor.name,
        ends_at=ends_at,
        created_at=now,
    )
    desk.session.add(row)
    zone = ZoneInfo(desk.session.get_one(Company, task.company_id).time_zone)
    words = f"number visible to {people[agent]} until {ends_at.astimezone(zone):%d %b %H:%M}"
    record_on_task(desk, task, "comment", actor=actor, text=words)
    record(desk, found, "number released", actor=actor, task=task.id, reason=f"T-{task.id}: {words}")
    found.version += 1
    desk.session.flush()
    return row


def close_release(desk: Desk, actor: Actor, number: int, release: int) -> None:
    """Close a number before its time; raises `NotFound` and `Forbidden`."""
    task = _theirs(desk, actor, number)
    found = next((each.release for each in open_releases(desk, task) if each.release.id == release), None)
    if found is None:
        raise NotFound("This number is not released any more.")
    found.closed_at = desk.clock.now()
    ticket = desk.session.get_one(Ticket, found.ticket_id)
    record(desk, ticket, "number closed", actor=actor, task=task.id, reason=f"T-{task.id}")


def number_shown(desk: Desk, actor: Actor, task: Task) -> Shown | None:
    """Return the number somebody may see on a task now: theirs alone, while the visit lasts and the work is open."""
    if task.state not in OPEN_STATES or actor.agent_id is None:
        return None
    row = desk.session.execute(
        select(Identity.value, NumberRelease.ends_at)
        .join(NumberRelease, NumberRelease.identity_id == Identity.id)
        .where(NumberRelease.task_id == task.id, NumberRelease.agent_id == actor.agent_id, _is_open(desk))
        .order_by(NumberRelease.id.desc())
        .limit(1)
    ).first()
    return Shown(row[0], row[1]) if row is not None else None


def open_releases(desk: Desk, task: Task) -> list[Open]:
    """Return who may see a number on a task now."""
    query = (
        select(NumberRelease, Agent.name)
        .join(Agent, Agent.id == NumberRelease.agent_id)
        .where(NumberRelease.task_id == task.id, _is_open(desk))
        .order_by(NumberRelease.id)
    )
    return [Open(row, name) for row, name in desk.session.execute(query)]


def tickets_with_numbers(desk: Desk, actor: Actor, number: int) -> tuple[Task, Sequence[Ticket], list[tuple[int, str]]]:
    """Return a task, its tickets whose person has a number, and who could visit; raises `NotFound` and `Forbidden`."""
    task = _theirs(desk, actor, number)
    tickets = [each for each in tickets_of_task(desk, task) if _phone_of(desk, each) is not None]
    return task, tickets, who_works(desk, task.company_id)


def _theirs(desk: Desk, actor: Actor, number: int) -> Task:
    task = find_task(desk, actor, number)
    if not actor.can(Ability.WORK_TICKETS, task.company_id):
        raise Forbidden("Customer service releases numbers: ask them on the task.")
    return task


def _phone_of(desk: Desk, ticket: Ticket) -> Identity | None:
    query = select(Identity).where(
        Identity.contact_id == ticket.contact_id, Identity.kind == PHONE, Identity.dead_since.is_(None)
    )
    return desk.session.scalar(query.order_by(Identity.id).limit(1)) if ticket.contact_id else None


def _is_open(desk: Desk) -> ColumnElement[bool]:
    return (NumberRelease.ends_at > desk.clock.now()) & NumberRelease.closed_at.is_(None)
