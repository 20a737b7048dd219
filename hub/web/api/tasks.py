"""`/tasks`: the work of operations, without a resident's address in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

from hub.domain.task import TaskKind, TaskState
from hub.domain.task_kinds import SHEETS, Step
from hub.domain.ticket import Priority
from hub.models import Task
from hub.services.catalogue import TaskFilters, Work, describe_tasks, list_tasks, lock_task
from hub.services.operations.tasks import find_task, move_task
from hub.services.settings.configuration import read_directory
from hub.web.api.blueprint import api, need_board
from hub.web.api.fields import Body, Day, Id, Line, Out, Paged, QueryId, Slug, absent
from hub.web.api.tickets import AgentOut
from hub.web.desk import current_desk


class TaskQuery(Paged):
    """What narrows the list."""

    state: TaskState | None = None
    team: Slug | None = None
    ticket: QueryId | None = None


class StepOut(Out):
    """A step of a task's checklist; `by` and `at` say who did it and when."""

    name: str
    label: str
    done: bool
    by: str
    at: datetime | None


class TaskOut(Out):
    """A piece of work, `T-88` by its number."""

    number: int
    company: str
    kind: TaskKind
    title: str
    description: str
    team: str
    priority: Priority
    state: TaskState
    assignee: AgentOut | None
    property_id: int | None
    unit_id: int | None
    place: str
    access_notes: str
    due_on: date | None
    details: dict[str, str]
    checklist: list[StepOut]
    cost_cents: int | None
    blocked_reason: str
    blocked_until: date | None
    tickets: list[int]
    created_at: datetime
    done_at: datetime | None
    version: int


class TaskList(Out):
    """A page of tasks."""

    items: list[TaskOut]
    next: str | None


def _state(value: object) -> object:
    return TaskState(value) if isinstance(value, str) and value in set(TaskState) else value


class TaskChange(Body):
    """A step of the work; a block says why and until when."""

    state: Annotated[TaskState, BeforeValidator(_state)]
    reason: Line = ""
    until: Day | None = None
    version: Id = absent()


@api.get("/tasks")
@api.input(TaskQuery, location="query", arg_name="query")
@api.output(TaskList)
def tasks(query: TaskQuery) -> TaskList:
    """List tasks, newest first."""
    filters = TaskFilters(state=query.state or "", team=query.team or "", ticket=query.ticket)
    page = list_tasks(current_desk(), need_board(), filters, cursor=query.cursor, limit=query.limit)
    return TaskList(items=[_describe(each) for each in page.items], next=page.next)


@api.get("/tasks/<id:number>")
@api.output(TaskOut)
def task(number: int) -> TaskOut:
    """Show one task."""
    desk = current_desk()
    return _describe(describe_tasks(desk, [find_task(desk, need_board(), number)])[0])


@api.patch("/tasks/<id:number>")
@api.input(TaskChange, arg_name="change")
@api.output(TaskOut)
def move(number: int, change: TaskChange) -> TaskOut:
    """Move a task to another state: every ticket that waits for it says so."""
    desk, actor = current_desk(), need_board()
    with desk.transaction():
        row = lock_task(desk, actor, number, change.version)
        move_task(desk, read_directory(desk), actor, row, change.state, reason=change.reason, until=change.until)
        return _describe(describe_tasks(desk, [row])[0])


def _describe(work: Work) -> TaskOut:
    row = work.task
    return TaskOut(
        number=row.id,
        company=work.company.slug,
        kind=TaskKind(row.kind),
        title=row.title,
        description=row.description,
        team=row.team,
        priority=Priority(row.priority),
        state=TaskState(row.state),
        assignee=AgentOut(id=work.assignee.id, name=work.assignee.name) if work.assignee is not None else None,
        property_id=row.property_id,
        unit_id=row.unit_id,
        place=row.place,
        access_notes=row.access_notes,
        due_on=row.due_on,
        details=row.details,
        checklist=[_step(row, each) for each in SHEETS[TaskKind(row.kind)].steps],
        cost_cents=row.cost_cents,
        blocked_reason=row.blocked_reason,
        blocked_until=row.blocked_until,
        tickets=list(work.tickets),
        created_at=row.created_at,
        done_at=row.done_at,
        version=row.version,
    )


def _step(row: Task, step: Step) -> StepOut:
    known = row.steps_done.get(step.name)
    at = datetime.fromisoformat(known["at"]) if known else None
    return StepOut(name=step.name, label=step.label, done=known is not None, by=known["by"] if known else "", at=at)
