"""Calling back: who gave six or less is to hear from a person, as a task of the front desk."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.masking import mask
from hub.domain.survey import DETRACTOR
from hub.domain.task import OPEN_STATES, TaskKind, TaskState
from hub.models import Company, Survey, Task, TaskTicket, Ticket
from hub.services.tickets.history import record, record_on_task

TEAM = "front-desk"
TITLE = "Call back"


def settle_call_back(desk: Desk, ticket: Ticket, survey: Survey) -> Task | None:
    """Open a call-back where somebody is unhappy, and take it back where a change of mind makes it needless; once each.

    Returns the open call-back. What the person wrote is masked, as in every task.
    """
    found = desk.session.scalar(
        select(Task)
        .join(TaskTicket, TaskTicket.task_id == Task.id)
        .where(
            TaskTicket.ticket_id == ticket.id,
            Task.team == TEAM,
            Task.title.startswith(TITLE),
            Task.created_at >= survey.created_at,
        )
        .order_by(Task.id.desc())
        .limit(1)
    )
    if survey.score is not None and survey.score <= DETRACTOR:
        return _reopen(desk, found, ticket, survey) if found is not None else _open(desk, ticket, survey)
    if found is not None and found.state == TaskState.TO_DO:
        _move(desk, found, TaskState.CANCELLED)
    return None


def is_call_back(task: Task) -> bool:
    """Tell whether a task is that somebody calls a person back."""
    return task.team == TEAM and task.title.startswith(TITLE)


def _open(desk: Desk, ticket: Ticket, survey: Survey) -> Task:
    now = desk.clock.now()
    zone = ZoneInfo(desk.session.get_one(Company, ticket.company_id).time_zone)
    task = Task(
        company_id=ticket.company_id,
        kind=TaskKind.OTHER,
        title=f"{TITLE}: {survey.score} of 10",
        description=mask(survey.comment or "", names=[ticket.requester_name]),
        team=TEAM,
        priority=ticket.priority,
        state=TaskState.TO_DO,
        property_id=ticket.property_id,
        unit_id=ticket.unit_id,
        due_on=(now.astimezone(zone) + timedelta(days=1)).date(),
        created_at=now,
    )
    desk.session.add(task)
    desk.session.flush()
    desk.session.add(TaskTicket(company_id=task.company_id, task_id=task.id, ticket_id=ticket.id))
    record_on_task(desk, task, "created")
    record(desk, ticket, "task created", task=task.id, title=task.title, team=TEAM)
    return task


def _reopen(desk: Desk, task: Task, ticket: Ticket, survey: Survey) -> Task:
    """Bring a call-back up to date with what the person says now; one that is being done or done stays as it is."""
    if task.state == TaskState.CANCELLED:
        _move(desk, task, TaskState.TO_DO)
    if task.state in OPEN_STATES:
        task.title = f"{TITLE}: {survey.score} of 10"
        task.description = mask(survey.comment or "", names=[ticket.requester_name])
    return task


def _move(desk: Desk, task: Task, state: TaskState) -> None:
    task.state = state
    task.version += 1
    record_on_task(desk, task, "moved", state=str(state))
