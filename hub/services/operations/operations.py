"""What operations do from their chat tool: a press or a word becomes a step of the task, once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from channels.channel import Account, Action
from channels.slack.card import Block, words_view
from channels.slack.events import REPLY, REPLY_CHANGED, REPLY_DELETED
from hub.desk import Desk
from hub.domain.access import THE_DESK, Actor
from hub.domain.task import STATE_WORDS, TaskState, may_move
from hub.domain.ticket import AuthorKind
from hub.errors import HubError
from hub.models import OutboxRow, Task, TaskPhoto
from hub.services.operations.task_photos import NOT_A_PICTURE, await_photos, other_files
from hub.services.operations.task_talk import ask_customer_service, hand_over
from hub.services.operations.tasks import move_task, post_card
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record_on_task

STEPS = {
    "task_start": TaskState.IN_PROGRESS,
    "task_accept": TaskState.IN_PROGRESS,
    "task_blocked": TaskState.BLOCKED,
    "task_done": TaskState.DONE,
}
WRONG_TEAM, NEED_INFORMATION, BLOCKED = "task_wrong_team", "task_need_info", "task_blocked"
DONE = "task_done"
ASKING = frozenset({WRONG_TEAM, NEED_INFORMATION, BLOCKED, DONE})
THREAD = {REPLY: "", REPLY_CHANGED: "Changed: ", REPLY_DELETED: "Deleted: ", "comment": ""}
TEAMS = {"maintenance": "Maintenance", "leasing": "Leasing", "billing": "Billing"}
UNTIL = timedelta(days=2)
NOT_LISTED = "You are not on the list of who may do this: ask an administrator of Frontdesk (Settings, Slack)."


def view_for(action: Action) -> Block | None:
    """Return the modal that a press needs before it can be a step, None where it says enough."""
    if action.name not in ASKING or not action.facts.get("trigger_id") or "values" in action.facts or action.text:
        return None
    known: dict[str, Any] = {"action": action.name, "subject": action.subject}
    if action.name == BLOCKED:
        hint = "Customer service tells people these words"
        return words_view(**known, title="Blocked", label="Why?", hint=hint, date_label="Until when?")
    if action.name == DONE:
        return words_view(
            **known,
            title="Done",
            label="What was done?",
            hint="For colleagues only",
            optional=True,
            photos_label="Photos",
        )
    if action.name == WRONG_TEAM:
        return words_view(
            **known, title="Wrong team", label="Why?", optional=True, choice_label="Whose work is it?", choices=TEAMS
        )
    return words_view(**known, title="Need information", label="What does customer service have to find out?")


def may_be_asked(desk: Desk, directory: Directory, company_id: int, action: Action) -> bool:
    """Tell whether a press can still become a step: nobody fills in a modal to hear afterwards that it came too late."""
    task = _task_of(desk, company_id, action.subject)
    if task is None or not may_act(directory.account_of_company("slack", company_id), action.actor):
        return False
    return action.name not in STEPS or may_move(TaskState(task.state), STEPS[action.name])


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of an action, what only whoever acted is told, and in which room the task's card stands."""

    words: str
    whisper: str = ""
    room: str = ""


def apply_action(desk: Desk, directory: Directory, company_id: int, action: Action) -> str:
    """Apply one action to its task and return what came of it in words; an action on another company's task does nothing."""
    return act(desk, directory, company_id, action).words


def act(desk: Desk, directory: Directory, company_id: int, action: Action) -> Acted:
    """Apply one action to its task, and return what came of it and what whoever acted is to be told."""
    task = _task_of(desk, company_id, action.subject)
    if task is None:
        gone = "This task is not there any more." if action.subject.startswith("T-") else ""
        return Acted("no such task", gone)
    room = task.card_provider_id.partition(":")[0]
    if not may_act(directory.account_of_company("slack", company_id), action.actor):
        return Acted("not on the list of who may act", NOT_LISTED, room)
    name = action.facts.get("user_name") or action.actor
    step = STEPS.get(action.name)
    if step is not None and step is TaskState(task.state) and step is not TaskState.BLOCKED:
        post_card(desk, directory, task)  # who presses what is done already has an old card before them
        words = f"T-{task.id} is {STATE_WORDS[step]} already"
        return Acted(words, f"{words}: nothing was changed.{_keep_late(desk, task, action, name)}", room)
    try:
        words = _apply(desk, directory, task, action, replace(THE_DESK, name=name))
    except HubError as error:
        post_card(desk, directory, task)
        return Acted(str(error), f"{error} Nothing was changed.{_keep_late(desk, task, action, name)}", room)
    return Acted(words, _reminder(desk, task, action), room)


def may_act(account: Account | None, user: str) -> bool:
    """Tell whether somebody in Slack may act: everybody in the channel, or only those an administrator has listed."""
    listed = (account.settings.get("people", "") if account is not None else "").split()
    return not listed or user in listed


def _reminder(desk: Desk, task: Task, action: Action) -> str:
    """Return what is still wished for: photos alone where other files were sent, a photo of finished work."""
    if other_files(action):
        return NOT_A_PICTURE
    if action.name == DONE and desk.session.scalar(select(TaskPhoto.id).where(TaskPhoto.task_id == task.id)) is None:
        return f"T-{task.id} is done. Put a photo into this thread, and it comes to the task."
    return ""


def _task_of(desk: Desk, company_id: int, subject: str) -> Task | None:
    """Return the task of a number, or of the card in whose thread something was said."""
    number = subject.removeprefix("T-")
    by_number = number.isascii() and number.isdecimal() and len(number) < 19
    if not by_number and ":" not in subject:
        return None
    named = (
        Task.id == int(number) if by_number else or_(Task.card_provider_id == subject, Task.id.in_(_carried(subject)))
    )
    return desk.session.scalar(select(Task).where(named, Task.company_id == company_id).with_for_update())


def _carried(card: str) -> Select[int | None]:
    """Select the task of a card that was taken down: what is said in its thread still belongs to the task."""
    return select(OutboxRow.task_id).where(OutboxRow.channel == "slack", OutboxRow.provider_id == card)


def _apply(desk: Desk, directory: Directory, task: Task, action: Action, actor: Actor) -> str:
    values = _values(action)
    if action.name in THREAD:
        return _comment(desk, task, action, actor.name)
    if action.name == NEED_INFORMATION:
        words = action.text or "Operations need more information: call them, or see the thread in Slack."
        ask_customer_service(desk, directory, actor, task, words)
        return f"customer service was asked about T-{task.id}"
    if action.name == WRONG_TEAM:
        team = values.get("choice", "")
        if team not in TEAMS:
            ask_customer_service(desk, directory, actor, task, "This is not our team's work: whose is it?")
            return f"customer service was asked about T-{task.id}"
        hand_over(desk, directory, actor, task, team, values.get("words", ""))
        return f"T-{task.id} is {TEAMS[team]}'s"
    if action.name not in STEPS:
        return "no such button"
    wanted = STEPS[action.name]
    blocked = wanted is TaskState.BLOCKED
    until = _day(values.get("date", "")) or (desk.clock.now() + UNTIL).date()
    reason = action.text or ("Operations will say more in the thread" if blocked else "")
    move_task(desk, directory, THE_DESK, task, wanted, reason=reason, until=until if blocked else None, name=actor.name)
    if wanted is TaskState.DONE:
        _comment(desk, task, action, actor.name)
    return f"T-{task.id} is {STATE_WORDS[wanted]}"


def _keep_late(desk: Desk, task: Task, action: Action, name: str) -> str:
    """Keep words and photos of a modal whose step cannot be any more, and return that they were kept."""
    if action.name != DONE or not (action.text.strip() or "files" in action.facts):
        return ""
    _comment(desk, task, action, name)
    return " What you sent with it was kept on the task."


def _comment(desk: Desk, task: Task, action: Action, name: str) -> str:
    """Keep words as a line of the task's history, and photos with them: staff see them, residents never."""
    await_photos(desk, task, action, name)
    if not action.text.strip():
        return "nothing to do" if "files" not in action.facts else "photos are fetched"
    words = THREAD.get(action.name, "") + action.text[:4000]
    record_on_task(desk, task, "comment", by=AuthorKind.OPERATIONS, name=name, text=words)
    return "noted"


def _values(action: Action) -> dict[str, str]:
    """Return what was entered in a modal of ours."""
    try:
        found = json.loads(action.facts.get("values", "{}"))
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
