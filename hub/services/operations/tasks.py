"""Tasks for operations: made from tickets with people masked, moved by the team, every step shown on each linked ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from channels.message import Address, IdentityKind
from channels.slack.card import Button, task_card
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import OutboxState, Purpose, Urgency
from hub.domain.masking import mask
from hub.domain.order import OPEN_STATES as OPEN_ORDERS
from hub.domain.task import OPEN_STATES, STATE_WORDS, TaskKind, TaskState, may_move
from hub.domain.task_kinds import usual_details
from hub.domain.ticket import AuthorKind, Priority, TicketStatus
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Agent, Company, Order, OutboxRow, Task, TaskTicket, Ticket, Unit
from hub.services.operations.assigning import assign
from hub.services.operations.task_mail import mail_task, room_of
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import make_event, record, record_on_task
from hub.services.tickets.snoozing import wake_for_task

KIND_OF_TOPIC = {
    "locks": TaskKind.KEY,
    "keys": TaskKind.KEY,
    "name-plate": TaskKind.NAME_PLATE,
    "viewing": TaskKind.VIEWING,
    "renewal": TaskKind.RENEWAL,
    "move-out": TaskKind.TURN,
}
KIND_OF_TEAM = {"maintenance": TaskKind.REPAIR, "billing": TaskKind.BILLING}
TITLE = 120
NOT_FIXED = "Not fixed"
BUTTONS = {
    "task_accept": "Accept",
    "task_blocked": "Blocked",
    "task_done": "Done with photo",
    "task_wrong_team": "Wrong team",
    "task_need_info": "Need information",
}


def create_task_from_ticket(
    desk: Desk,
    directory: Directory,
    ticket: Ticket,
    text: str,
    *,
    topic: str,
    team: str = "",
    actor: Actor | None = None,
    title: str = "",
    kind: TaskKind | None = None,
    details: Mapping[str, str] | None = None,
) -> Task:
    """Make the task of a ticket, or return the one it has: its text is given with names, numbers and addresses masked.

    An agent who names another team makes another task.
    """
    present = [each for each in open_tasks(desk, ticket) if actor is None or each.team == team]
    if present:
        return present[0]
    team = team or (ticket.queue if ticket.queue in {"maintenance", "leasing", "billing"} else "maintenance")
    unit = desk.session.get(Unit, ticket.unit_id) if ticket.unit_id else None
    words = mask(text.replace("\0", ""), names=[ticket.requester_name])
    kind = kind or kind_of(topic, team)
    task = Task(
        company_id=ticket.company_id,
        kind=kind,
        details=usual_details(kind, topic) if details is None else dict(details),
        steps_done={},
        title=mask((title or ticket.subject).replace("\0", ""), names=[ticket.requester_name])[:TITLE]
        or "Work from a ticket",
        description=words,
        team=team,
        priority=ticket.priority,
        state=TaskState.TO_DO,
        unit_id=ticket.unit_id,
        property_id=ticket.property_id,
        place=ticket.unit_label if ticket.requester_role != "owner" else "",
        access_notes=unit.access_notes if unit else "",
        created_at=desk.clock.now(),
    )
    desk.session.add(task)
    desk.session.flush()
    assign(desk, task)
    desk.session.add(TaskTicket(company_id=task.company_id, task_id=task.id, ticket_id=ticket.id))
    record_on_task(desk, task, "created", actor=actor)
    record(desk, ticket, "task created", actor=actor, task=task.id, title=task.title, team=team)
    say_what_blocks(desk, ticket)
    ticket.version += 1
    post_card(desk, directory, task)
    mail_task(desk, directory, task, "New")
    return task


def kind_of(topic: str, team: str) -> TaskKind:
    """Return what sort of work a message on a topic usually means for a team."""
    return KIND_OF_TOPIC.get(topic) or KIND_OF_TEAM.get(team, TaskKind.OTHER)


def move_task(
    desk: Desk,
    directory: Directory,
    actor: Actor,
    task: Task,
    wanted: TaskState,
    *,
    reason: str = "",
    until: date | None = None,
    name: str = "",
    news: str = "",
    standing: str | None = None,
    visit: str = "",
) -> None:
    """Move a task to another state and say so on every ticket that waits for it.

    An order that moves it says what happened (`news`) and where it stands now (`standing`, a few words for its card and
    for the tickets' rows). Raises `Forbidden`, `Refused` for a step that does not exist or while a craftsman still has the
    work, and `Invalid` for a block without a reason or with no day to come.
    """
    if not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Only operations can move tasks. Ask the team by a note on the task.")
    desk.session.flush()
    desk.session.refresh(task, with_for_update=True)
    reason = reason.replace("\0", "")
    if not may_move(TaskState(task.state), wanted):
        raise Refused(f"T-{task.id} is {STATE_WORDS[TaskState(task.state)]} and cannot go to {STATE_WORDS[wanted]}.")
    if wanted is TaskState.BLOCKED and not reason.strip():
        raise Invalid("Say what blocks the work: customer service will tell people.", field="reason")
    if wanted is TaskState.BLOCKED and until is None:
        raise Invalid("Say until when, as a date: customer service will tell people.", field="until")
    if wanted is TaskState.BLOCKED and until is not None and until < _today(desk, task):
        raise Invalid(f"Until: {until} is past. Give today or a later date.", field="until")
    if wanted not in OPEN_STATES:
        _refuse_with_craftsman(desk, task)
        task.question = ""
    task.state = wanted
    if standing is not None:
        task.standing = standing
    elif wanted is TaskState.DONE and task.standing == NOT_FIXED:
        task.standing = ""  # done once more: what was said of the work before is over
    task.blocked_reason = reason.strip() if wanted is TaskState.BLOCKED else ""
    task.blocked_until = until if wanted is TaskState.BLOCKED else None
    task.done_at = desk.clock.now() if wanted is TaskState.DONE else None
    task.version += 1
    tell_step(
        desk,
        directory,
        task,
        actor,
        name=name,
        reason=news or task.blocked_reason,
        until=until.isoformat() if task.blocked_reason and until else "",
        visit=visit,
    )


def tell_step(
    desk: Desk,
    directory: Directory,
    task: Task,
    actor: Actor,
    *,
    name: str = "",
    reason: str = "",
    until: str = "",
    visit: str = "",
) -> None:
    """Say on a task, on every ticket that waits for it and on its card how it stands now, and when somebody comes."""
    facts: dict[str, Any] = {"state": task.state, "reason": reason, "until": until}
    facts |= {"visit": visit} if visit else {}
    record_on_task(desk, task, "moved", actor=actor, name=name, **facts)
    for ticket in tickets_of_task(desk, task):
        say_what_blocks(desk, ticket)
        wake_for_task(desk, ticket)
        ticket.version += 1
        ticket.last_activity_at = desk.clock.now()
        if not ticket.blocker and ticket.status == TicketStatus.ON_HOLD:
            ticket.status = TicketStatus.OPEN
            ticket.unread = True
        event = make_event(
            desk,
            ticket,
            "task moved",
            by=AuthorKind.OPERATIONS,
            name=name or actor.name,
            task=task.id,
            title=task.title,
            **facts,
        )
        event.agent_id = actor.agent_id
        desk.session.add(event)
    post_card(desk, directory, task)


def find_task(desk: Desk, actor: Actor, number: int) -> Task:
    """Return a task this actor may see; raises `NotFound`."""
    task = desk.session.get(Task, number) if 0 < number < 2**63 else None
    if task is None or not actor.can(Ability.SEE_BOARD, task.company_id):
        raise NotFound(f"There is no task T-{number}.")
    return task


def open_tasks(desk: Desk, ticket: Ticket) -> list[Task]:
    """Return the tasks of a ticket that are neither done nor cancelled."""
    return list(
        desk.session.scalars(
            select(Task)
            .join(TaskTicket, TaskTicket.task_id == Task.id)
            .where(TaskTicket.ticket_id == ticket.id, Task.state.not_in((TaskState.DONE, TaskState.CANCELLED)))
            .order_by(Task.id)
        )
    )


def tickets_of_task(desk: Desk, task: Task) -> list[Ticket]:
    """Return the tickets whose people wait for a task."""
    return list(
        desk.session.scalars(
            select(Ticket)
            .join(TaskTicket, TaskTicket.ticket_id == Ticket.id)
            .where(TaskTicket.task_id == task.id)
            .order_by(Ticket.id)
        )
    )


def post_card(desk: Desk, directory: Directory, task: Task, *, farewell: str = "") -> None:
    """Put the task's card in its team's or property's Slack channel, or bring the card that is there up to date.

    With `farewell` it says why the task is no longer this channel's, and has no buttons.
    """
    channel = room_of(desk, directory, task)
    if not channel:
        return
    state = TaskState(task.state)
    assignee = desk.session.get(Agent, task.assignee_id) if task.assignee_id else None
    blocks = task_card(
        number=f"T-{task.id}",
        title=task.title,
        link=f"{desk.settings.base_url}/tasks/{task.id}",
        state=STATE_WORDS[state],
        unit=task.place,
        priority=task.priority,
        due=task.due_on.isoformat() if task.due_on else "",
        assignee=assignee.name if assignee else "",
        details=task.description,
        note=farewell or _note(task),
        buttons=[Button(action, label, f"T-{task.id}") for action, label in BUTTONS.items()]
        if state in OPEN_STATES and not farewell
        else [],
    )
    card: dict[str, object] = {"channel": channel, "blocks": blocks}
    letter = Letter(
        Purpose.CARD,
        f"T-{task.id} {task.title}: {STATE_WORDS[TaskState(task.state)]}",
        card=card,
        update_of=task.card_provider_id,
        task_id=task.id,
        urgency=Urgency.NOW if task.priority == Priority.URGENT else Urgency.PERSON,
    )
    not_before = _replace_waiting_card(desk, task)
    post(
        desk,
        directory,
        replace(letter, not_before=not_before),
        company_id=task.company_id,
        channel="slack",
        recipients=[Address(IdentityKind.SLACK, channel)],
    )


def _replace_waiting_card(desk: Desk, task: Task) -> datetime | None:
    """Take back what the card would have said before, while Slack is away, and return when Slack is to be tried again."""
    rows = desk.session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.task_id == task.id,
            OutboxRow.purpose == Purpose.CARD,
            OutboxRow.state == OutboxState.PENDING,
            OutboxRow.payload["update_of"].astext == task.card_provider_id,
        )
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "A newer card took its place."
    return max((row.next_at for row in rows if row.attempts), default=None)


def say_what_blocks(desk: Desk, ticket: Ticket) -> None:
    """Put the words into the ticket's row that say what it waits for: a question to us before a block, a block before all else."""
    desk.session.flush()
    waiting = open_tasks(desk, ticket)
    asking = next((each for each in waiting if each.question), None)
    blocked = [each for each in waiting if each.state == TaskState.BLOCKED]
    if asking is not None:
        ticket.blocker = f"T-{asking.id} asks: {asking.question}"
    elif blocked:
        until = f" (until {blocked[0].blocked_until:%d %b})" if blocked[0].blocked_until else ""
        ticket.blocker = f"Task blocked: {blocked[0].blocked_reason}{until}"
    elif waiting:
        standing = f": {waiting[0].standing}" if waiting[0].standing else ""
        ticket.blocker = f"T-{waiting[0].id} {STATE_WORDS[TaskState(waiting[0].state)].lower()}{standing}"
    else:
        ticket.blocker = ""


def _note(task: Task) -> str:
    asked = f"Customer service was asked: {task.question}" if task.question else ""
    blocked = f"Blocked: {task.blocked_reason}" if task.blocked_reason else ""
    return "\n".join(each for each in (asked, blocked) if each) or task.standing


def _refuse_with_craftsman(desk: Desk, task: Task) -> None:
    """Raise `Refused` while an order of a task is open: nobody comes to a door that is done with."""
    order = desk.session.scalar(select(Order).where(Order.task_id == task.id, Order.state.in_(OPEN_ORDERS)))
    if order is not None:
        raise Refused(
            f"O-{order.id} is still with {order.craftsman_name}: cancel the order first, then close T-{task.id}."
        )


def _today(desk: Desk, task: Task) -> date:
    zone = desk.session.get_one(Company, task.company_id).time_zone
    return desk.clock.now().astimezone(ZoneInfo(zone)).date()
