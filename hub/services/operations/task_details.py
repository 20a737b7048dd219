"""What a task says beside its text: its kind's fields, its checklist, who has it, when it is due, what it cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS, details_in_words, read_details
from hub.domain.ticket import AuthorKind
from hub.errors import Forbidden, Invalid
from hub.models import Task
from hub.services.operations.assigning import who_works
from hub.services.operations.task_mail import mail_task
from hub.services.operations.tasks import find_task, post_card, tickets_of_task
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import make_event, record_on_task

CHANGED = "task changed"
HIGHEST_COST = 100_000_000


@dataclass(frozen=True, slots=True)
class Details:
    """What is entered about a task."""

    kind: TaskKind
    answers: Mapping[str, str] = field(default_factory=dict)
    assignee_id: int | None = None
    due_on: date | None = None
    cost_cents: int | None = None


def masked_answers(kind: TaskKind, given: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return a kind's answers without people in them, but in the fields whose work is a name; raises `Invalid`."""
    found = read_details(kind, given)
    named = {each.name for each in SHEETS[kind].questions if each.names}
    return {name: mask(words, names=[] if name in named else names) for name, words in found.items()}


def change_details(desk: Desk, directory: Directory, actor: Actor, number: int, wanted: Details) -> Task:
    """Keep what is entered about a task, and say on it and on its tickets what became different.

    Raises `NotFound`, `Forbidden` and `Invalid`.
    """
    task = find_task(desk, actor, number)
    if not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Only operations change a task. Ask the team by a note on the task.")
    desk.session.refresh(task, with_for_update=True)
    names = [each.requester_name for each in tickets_of_task(desk, task)]
    known = dict(who_works(desk, task.company_id))
    if wanted.assignee_id is not None and wanted.assignee_id not in known:
        raise Invalid("Choose somebody of the team's list.", field="assignee")
    if wanted.cost_cents is not None and not 0 <= wanted.cost_cents <= HIGHEST_COST:
        raise Invalid("Cost: give an amount up to a million.", field="cost")
    before, had = _in_words(task, known), task.assignee_id
    task.details = masked_answers(wanted.kind, wanted.answers, names)
    task.kind = wanted.kind
    task.assignee_id, task.due_on, task.cost_cents = wanted.assignee_id, wanted.due_on, wanted.cost_cents
    after = _in_words(task, known)
    changed = [f"{label}: {words or 'none'}" for label, words in after.items() if before.get(label, "") != words]
    changed += [f"{label}: none" for label in before if label not in after]
    if changed:
        _tell(desk, directory, task, actor, "; ".join(changed))
    if task.assignee_id not in {None, had, actor.agent_id}:
        mail_task(desk, directory, task, f"Given to you by {actor.name}")
    return task


def check_steps(desk: Desk, directory: Directory, actor: Actor, number: int, done: Collection[str]) -> Task:
    """Keep which steps of a task's checklist are done, each with who did it and when; raises `NotFound` and `Forbidden`."""
    task = find_task(desk, actor, number)
    if not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Only operations check the steps of a task.")
    desk.session.refresh(task, with_for_update=True)
    steps = SHEETS[TaskKind(task.kind)].steps
    at = desk.clock.now().isoformat()
    kept = {
        step.name: task.steps_done.get(step.name) or {"by": actor.name, "at": at} for step in steps if step.name in done
    }
    newly = [step.label for step in steps if step.name in kept and step.name not in task.steps_done]
    undone = [step.label for step in steps if step.name not in kept and step.name in task.steps_done]
    if newly or undone:
        task.steps_done = kept
        words = [f"checked: {', '.join(newly)}"] if newly else []
        words += [f"not done after all: {', '.join(undone)}"] if undone else []
        _tell(desk, directory, task, actor, "; ".join(words))
    return task


def _in_words(task: Task, people: Mapping[int, str]) -> dict[str, str]:
    """Return a task's fields as its history names them."""
    kind = TaskKind(task.kind)
    words = {
        "Kind": SHEETS[kind].label,
        "Who": people.get(task.assignee_id or 0, ""),
        "Due": task.due_on.isoformat() if task.due_on else "",
        "Cost": f"{task.cost_cents / 100:.2f}" if task.cost_cents is not None else "",
    }
    return words | {question.label: answer for question, answer in details_in_words(kind, task.details)}


def _tell(desk: Desk, directory: Directory, task: Task, actor: Actor, words: str) -> None:
    """Write what changed on the task and on every ticket that waits for it."""
    task.version += 1
    record_on_task(desk, task, "comment", actor=actor, text=words)
    for ticket in tickets_of_task(desk, task):
        event = make_event(
            desk,
            ticket,
            CHANGED,
            by=AuthorKind.OPERATIONS,
            name=actor.name,
            task=task.id,
            title=task.title,
            reason=f"T-{task.id}: {words}",
        )
        event.agent_id = actor.agent_id
        desk.session.add(event)
        ticket.version += 1
    post_card(desk, directory, task)
