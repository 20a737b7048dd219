"""The operations board as queries: cards by state, one task with its history. No address of a resident is read here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import TaskState
from hub.errors import NotFound
from hub.models import Agent, Attachment, Message, Property, Task, TaskEvent, TaskTicket, Ticket
from hub.services.operations.tasks import find_task
from hub.services.staff.scope import own_companies
from hub.services.tickets.files import PICTURES

MOST_CARDS = 200
MOST_PHOTOS = 12
DONE_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Card:
    """A task with how many tickets wait for it and who has it."""

    task: Task
    waiting: int
    who: str


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """One task with its history, the tickets that wait (numbers and ages only) and the photos that came with them."""

    task: Task
    events: Sequence[TaskEvent]
    tickets: Sequence[Ticket]
    photos: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows the board: a team, a trade, a building, who has it, how it stands."""

    team: str = ""
    property_id: int | None = None
    person_id: int | None = None
    trade: str = ""
    status: str = ""


def list_cards(desk: Desk, actor: Actor, narrowed: Narrowed | None = None, *, before: int | None = None) -> list[Card]:
    """Return the newest two hundred cards of the board, or those older than a task; done ones stand there for a week."""
    waiting = (
        select(TaskTicket.task_id, func.count().label("waiting"))
        .join(Ticket, Ticket.id == TaskTicket.ticket_id)
        .where(Ticket.status != "closed")
        .group_by(TaskTicket.task_id)
        .subquery()
    )
    query = (
        select(Task, func.coalesce(waiting.c.waiting, 0), Agent.name)
        .outerjoin(waiting, waiting.c.task_id == Task.id)
        .outerjoin(Agent, Agent.id == Task.assignee_id)
        .where(_shown(desk, actor), *_narrowing(narrowed, before))
        .order_by(Task.id.desc())
        .limit(MOST_CARDS)
    )
    return [Card(task, count, name or "") for task, count, name in desk.session.execute(query)]


def count_cards(
    desk: Desk, actor: Actor, narrowed: Narrowed | None = None, *, before: int | None = None
) -> dict[TaskState, int]:
    """Return how many cards the board has in each state, or how many of them are older than a task."""
    query = select(Task.state, func.count()).where(_shown(desk, actor), *_narrowing(narrowed, before))
    found = {TaskState(state): count for state, count in desk.session.execute(query.group_by(Task.state))}
    return {state: found.get(state, 0) for state in TaskState}


def _narrowing(narrowed: Narrowed | None, before: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions that narrow the board."""
    wanted = narrowed or Narrowed()
    asked = (
        (Task.team, wanted.team or None),
        (Task.property_id, wanted.property_id),
        (Task.assignee_id, wanted.person_id),
        (Task.details["trade"].astext, wanted.trade or None),
        (Task.state, wanted.status or None),
    )
    older = [Task.id < before] if before is not None else []
    return [*older, *(column == value for column, value in asked if value is not None)]


def places_and_people(desk: Desk, actor: Actor) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the buildings and the colleagues that the board can be narrowed to: those of its tasks, by name."""
    session, shown = desk.session, _shown(desk, actor)
    homes = select(Property.id, Property.name).join(Task, Task.property_id == Property.id).where(shown).distinct()
    people = select(Agent.id, Agent.name).join(Task, Task.assignee_id == Agent.id).where(shown).distinct()
    return (
        [(number, name) for number, name in session.execute(homes.order_by(Property.name, Property.id))],
        [(number, name) for number, name in session.execute(people.order_by(Agent.name, Agent.id))],
    )


def _shown(desk: Desk, actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a task is on the board."""
    recent = desk.clock.now() - DONE_SHOWN
    return and_(
        own_companies(actor, Task, ability=Ability.SEE_BOARD),
        or_(Task.state.not_in((TaskState.DONE, TaskState.CANCELLED)), Task.done_at > recent),
        Task.state != TaskState.CANCELLED,
    )


def open_task(desk: Desk, actor: Actor, number: int) -> TaskDetails:
    """Return one task; raises `NotFound`."""
    task = find_task(desk, actor, number)
    session = desk.session
    events = session.scalars(select(TaskEvent).where(TaskEvent.task_id == task.id).order_by(TaskEvent.id)).all()
    tickets = session.scalars(
        select(Ticket)
        .join(TaskTicket, TaskTicket.ticket_id == Ticket.id)
        .where(TaskTicket.task_id == task.id)
        .order_by(Ticket.id)
    ).all()
    return TaskDetails(task, events, tickets, photos_of_task(desk, task))


def photos_of_task(desk: Desk, task: Task) -> Sequence[Attachment]:
    """Return the first photos that came with a task's tickets."""
    return desk.session.scalars(_photos_of(task).order_by(Attachment.id).limit(MOST_PHOTOS)).all()


def find_photo(desk: Desk, actor: Actor, number: int, public_id: UUID) -> Attachment:
    """Return a photo of a task, for whoever may see the task, though not the ticket it came on; raises `NotFound`."""
    task = find_task(desk, actor, number)
    found = desk.session.scalar(_photos_of(task).where(Attachment.public_id == public_id))
    if found is None:
        raise NotFound("This task has no such photo.")
    return found


def _photos_of(task: Task) -> Select[Attachment]:
    return (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .join(TaskTicket, TaskTicket.ticket_id == Message.ticket_id)
        .where(TaskTicket.task_id == task.id, Message.direction == "in", Attachment.content_type.in_(PICTURES))
    )
