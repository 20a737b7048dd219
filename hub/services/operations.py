"""What operations do from their chat tool: a press or a word becomes a step of the task, once."""

from __future__ import annotations

from datetime import timedelta

from channels.channel import Action
from hub.desk import Desk
from hub.domain.access import THE_DESK
from hub.domain.task import STATE_WORDS, TaskState
from hub.domain.ticket import AuthorKind
from hub.errors import HubError
from hub.models import Task, TaskEvent
from hub.services.configuration import Directory
from hub.services.tasks import move_task, post_card

STEPS = {
    "task_start": TaskState.IN_PROGRESS,
    "task_accept": TaskState.IN_PROGRESS,
    "task_blocked": TaskState.BLOCKED,
    "task_done": TaskState.DONE,
}
UNTIL = timedelta(days=2)


def apply_action(desk: Desk, directory: Directory, company_id: int, action: Action) -> str:
    """Apply one action to its task and return what came of it in words; an action on another company's task does nothing."""
    number = action.subject.removeprefix("T-")
    task = (
        desk.session.get(Task, int(number), with_for_update=True)
        if number.isascii() and number.isdecimal() and len(number) < 19
        else None
    )
    if task is None or task.company_id != company_id:
        return "no such task"
    if action.name not in STEPS:
        return _comment(desk, task, action)
    wanted = STEPS[action.name]
    until = (desk.clock.now() + UNTIL).date() if wanted is TaskState.BLOCKED else None
    reason = action.text or ("Operations will say more in the thread" if wanted is TaskState.BLOCKED else "")
    try:
        move_task(desk, directory, THE_DESK, task, wanted, reason=reason, until=until, name=action.actor)
    except HubError as error:
        post_card(desk, directory, task)
        return str(error)
    return f"T-{task.id} is {STATE_WORDS[wanted]}"


def _comment(desk: Desk, task: Task, action: Action) -> str:
    """Keep a thread reply as a line of the task's history: staff read it, residents never."""
    if not action.text.strip():
        return "nothing to do"
    desk.session.add(
        TaskEvent(
            company_id=task.company_id,
            task_id=task.id,
            kind="comment",
            actor_kind=AuthorKind.OPERATIONS,
            actor_name=action.actor,
            facts={"text": action.text[:4000]},
            created_at=desk.clock.now(),
        )
    )
    return "noted"
