"""What a colleague does with a link of a mail: looking changes nothing, the button takes the step, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import STATE_WORDS, TaskState
from hub.errors import NotFound
from hub.models import Task
from hub.services.operations.task_mail import GONE, TEAMS, Link, Tap, read_day, read_token
from hub.services.operations.task_talk import LONGEST, ask_customer_service, hand_over
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import Directory, read_directory
from hub.services.staff.accounts import actor_of
from hub.services.tickets.history import record_on_task


def open_link(desk: Desk, token: str) -> tuple[Link, Task, Actor]:
    """Return what a link is about and whose it is; raises `NotFound` and `Refused`, `NotFound` too once they may not any more."""
    link = read_token(desk, token)
    task = desk.session.get(Task, link.task_id)
    actor = actor_of(desk, link.agent_id)
    if task is None or actor is None or not actor.can(Ability.WORK_TASKS, task.company_id):
        raise NotFound(GONE)
    return link, task, actor


def tap(desk: Desk, token: str, given: Mapping[str, str]) -> str:
    """Take the step of a link and return what came of it; a second tap changes nothing.

    Raises `NotFound`, `Refused` where the task has gone on meanwhile, and `Invalid` for words that are missing.
    """
    link, task, actor = open_link(desk, token)
    desk.session.refresh(task, with_for_update=True)
    return TAPS[link.tap](desk, read_directory(desk), actor, task, given)


def _accept(desk: Desk, directory: Directory, actor: Actor, task: Task, given: Mapping[str, str]) -> str:  # noqa: ARG001
    if task.state == TaskState.IN_PROGRESS:
        return _already(task)
    task.assignee_id = task.assignee_id or actor.agent_id
    move_task(desk, directory, actor, task, TaskState.IN_PROGRESS)
    return _now(task)


def _finish(desk: Desk, directory: Directory, actor: Actor, task: Task, given: Mapping[str, str]) -> str:
    if task.state == TaskState.DONE:
        return _already(task)
    move_task(desk, directory, actor, task, TaskState.DONE)
    note = given.get("words", "").replace("\0", "").strip()[:LONGEST]
    if note:
        record_on_task(desk, task, "comment", actor=actor, text=note)
    return _now(task)


def _block(desk: Desk, directory: Directory, actor: Actor, task: Task, given: Mapping[str, str]) -> str:
    words, until = given.get("words", ""), read_day(given.get("until", ""))
    if task.state == TaskState.BLOCKED and (task.blocked_reason, task.blocked_until) == (words.strip(), until):
        return _already(task)
    move_task(desk, directory, actor, task, TaskState.BLOCKED, reason=words, until=until)
    return f"T-{task.id} is Blocked: customer service tells people why."


def _ask(desk: Desk, directory: Directory, actor: Actor, task: Task, given: Mapping[str, str]) -> str:
    words = given.get("words", "")
    if task.question and task.question == words.strip():
        return "Customer service was asked already."
    ask_customer_service(desk, directory, actor, task, words)
    return "Customer service was asked."


def _hand_over(desk: Desk, directory: Directory, actor: Actor, task: Task, given: Mapping[str, str]) -> str:
    team = given.get("team", "")
    if team == task.team or team not in TEAMS:
        return f"T-{task.id} is {task.team}'s: nothing was changed."
    hand_over(desk, directory, actor, task, team, given.get("words", ""))
    return f"T-{task.id} is {team}'s now."


def _now(task: Task) -> str:
    return f"T-{task.id} is {STATE_WORDS[TaskState(task.state)]}."


def _already(task: Task) -> str:
    return f"T-{task.id} is {STATE_WORDS[TaskState(task.state)]} already: nothing was changed."


TAPS: dict[Tap, Callable[[Desk, Directory, Actor, Task, Mapping[str, str]], str]] = {
    Tap.ACCEPT: _accept,
    Tap.DONE: _finish,
    Tap.BLOCK: _block,
    Tap.ASK: _ask,
    Tap.HAND_OVER: _hand_over,
}
