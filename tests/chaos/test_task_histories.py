"""Whatever agents and operations do to a ticket and its work: always somebody to act, never closed with open work unexplained."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.task import OPEN_STATES, NextActor, TaskState, next_actor
from hub.errors import HubError
from hub.models import Task, Ticket, TicketEvent
from hub.services.operations.tasks import create_task_from_ticket, move_task, open_tasks
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from tests.chaos.room import Room
from tests.chaos.scale import Scale
from tests.factories import make_agent
from tests.services.steps import mail, take_in

STATUSES = ("open", "pending", "on_hold", "closed", "closed")


def test_random_histories_keep_somebody_to_act_and_explain_what_is_closed_early(
    desk: Desk, clock: FixedClock, scale: Scale
) -> None:
    dice = scale.dice("task histories")
    room = Room.furnish(desk, clock)
    tom = make_agent(desk, room.company, "Tom Ritter", Role.OPERATIONS)
    (message,) = take_in(desk, mail("The tap drips", sender="p@example.com", subject="Tap"))
    ticket = desk.session.get_one(Ticket, message.ticket_id)
    early = 0

    for _ in range(scale.pick(25, 1000)):
        begin_anew(desk, room.maria, ticket)
        for _ in range(dice.randint(1, 8)):
            with suppress(HubError):
                step(desk, dice, room.maria, tom, ticket)
            early += check(desk, ticket)
        clock.at += timedelta(minutes=1)

    assert early > 0


def begin_anew(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    """Open the ticket again, with no work of an earlier history on it but a new task."""
    with desk.transaction():
        for each in open_tasks(desk, ticket):
            each.state = TaskState.CANCELLED
        ticket.status = "open"
        desk.session.flush()
        create_task_from_ticket(desk, read_directory(desk), ticket, "Drips", topic="", team="maintenance", actor=maria)


def step(desk: Desk, dice: Random, maria: Actor, tom: Actor, ticket: Ticket) -> None:
    """Do one thing that somebody may do, with words or without; raises what the desk says against it."""
    directory = read_directory(desk)
    with desk.transaction():
        match dice.choice(("move", "move", "move", "status", "status", "task")):
            case "move":
                task = dice.choice(desk.session.scalars(select(Task).order_by(Task.id.desc()).limit(2)).all())
                words = dice.choice(("", "No parts"))
                until = dice.choice((None, (desk.clock.now() + timedelta(days=2)).date()))
                move_task(desk, directory, tom, task, dice.choice(list(TaskState)), reason=words, until=until)
            case "status":
                reason = dice.choice(("", " ", "The owner sees to it"))
                change_ticket(desk, maria, ticket.id, Change(status=dice.choice(STATUSES), reason=reason))
            case "task":
                create_task_from_ticket(desk, directory, ticket, "Bill", topic="", team="billing", actor=maria)


def check(desk: Desk, ticket: Ticket) -> int:
    """Check the tasks and the ticket as they are now; return 1 where it was closed with its work still open."""
    desk.session.expire_all()
    for each in desk.session.scalars(select(Task).order_by(Task.id.desc()).limit(5)):
        state = TaskState(each.state)
        acts = next_actor(state, asks=bool(each.question))
        assert (acts is NextActor.NOBODY) == (state not in OPEN_STATES)
    last = desk.session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "status changed")
        .order_by(TicketEvent.id.desc())
        .limit(1)
    ).first()
    if ticket.status != "closed" or last is None or not open_tasks(desk, ticket):
        return 0
    assert last.facts["after"] == "closed"
    assert str(last.facts.get("reason", "")).strip() or reopened_since(desk, ticket, last)
    return 1


def reopened_since(desk: Desk, ticket: Ticket, closed: TicketEvent) -> bool:
    """Tell whether the work was taken up or made only after the ticket was closed."""
    kinds = ("task moved", "task created")
    later = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(kinds), TicketEvent.id > closed.id
    )
    return desk.session.scalars(later).first() is not None
