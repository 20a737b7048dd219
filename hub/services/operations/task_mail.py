"""Tasks by mail, for operations without Slack: what is to be done, and signed links, one for each step.

A link shows a page with a button; only the button does something, for mail scanners follow links.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.domain.access import ABILITIES, Ability, Actor, Role
from hub.domain.delivery import Purpose, Urgency
from hub.domain.ticket import Priority
from hub.errors import Invalid, NotFound, Refused
from hub.models import Agent, Company, Membership, Property, Task, Team
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import Directory
from hub.services.staff.scope import must_administer

SETTING = "task_mail"
KEY = "task link"
LASTS = timedelta(days=30)
TOKEN = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([a-z]{4,7})-([0-9]{10})-([A-Za-z0-9_-]{22})")
TEAMS = ("maintenance", "leasing", "billing")
OPERATIONS = tuple(role for role in Role if Ability.WORK_TASKS in ABILITIES[role] and role is Role.OPERATIONS)
YOURS_ALONE = (
    "Each link opens a page with one button and is yours alone: whoever has it acts in your name. "
    "Answers to this mail are read by nobody."
)
GONE = "This link does not work. Open the newest mail about the task, or the board."


class Readers(StrEnum):
    """Who of a team gets its tasks by mail where no Slack channel does."""

    NOBODY = "nobody"
    ASSIGNEE = "assignee"
    ALL = "all"


class Tap(StrEnum):
    """What a link does."""

    ACCEPT = "accept"
    BLOCK = "block"
    DONE = "done"
    ASK = "askcs"
    HAND_OVER = "team"


WORDS = {
    Tap.ACCEPT: "Accept",
    Tap.BLOCK: "Blocked",
    Tap.DONE: "Done",
    Tap.ASK: "Ask customer service",
    Tap.HAND_OVER: "Wrong team",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: whose tap on which task, and until when."""

    task_id: int
    agent_id: int
    tap: Tap
    ends_at: datetime


def room_of(desk: Desk, directory: Directory, task: Task) -> str:
    """Return the Slack channel a task's card goes to: its building's, else its team's, else the one for all; or nothing."""
    account = directory.account_of_company("slack", task.company_id)
    if account is None:
        return ""
    team = desk.session.scalar(select(Team).where(Team.company_id == task.company_id, Team.slug == task.team))
    home = desk.session.get(Property, task.property_id) if task.property_id else None
    return (
        (home.slack_channel if home else "")
        or (team.slack_channel if team else "")
        or account.settings.get("channel", "")
    )


def readers_of(company: Company, team: str) -> Readers:
    """Return who of a team gets its tasks by mail: whoever has the task, unless it is set otherwise."""
    kept = company.settings.get(SETTING, {}).get(team, "")
    return Readers(kept) if kept in set(Readers) else Readers.ASSIGNEE


def write_readers(desk: Desk, actor: Actor, company: Company, given: Mapping[str, str]) -> None:
    """Keep who of each team gets its tasks by mail; raises `Forbidden` and `Invalid`."""
    must_administer(actor, company.id, "decide who gets mail")
    for team, chosen in given.items():
        if team not in TEAMS or chosen not in set(Readers):
            raise Invalid("Choose who gets it.", field=team)
    desk.session.flush()
    desk.session.refresh(company, with_for_update=True)
    company.settings = company.settings | {SETTING: company.settings.get(SETTING, {}) | dict(given)}


def mail_task(desk: Desk, directory: Directory, task: Task, words: str) -> int:
    """Write to the people of a task's team that no Slack channel tells; returns to how many."""
    if room_of(desk, directory, task) or directory.account_of_company("email", task.company_id) is None:
        return 0
    written = 0
    for agent in _readers(desk, task):
        try:
            _write(desk, directory, task, agent, words)
        except Refused:  # an address nobody can be reached at holds up no work
            continue
        written += 1
    return written


def make_token(desk: Desk, task: Task, agent_id: int, tap: Tap) -> str:
    """Return a link's token: signed with 128 bits, for one tap of one colleague on one task, for a month."""
    said = f"{task.id}-{agent_id}-{tap}-{int((desk.clock.now() + LASTS).timestamp())}"
    return f"{said}-{_sign(desk.vault.keys(KEY)[0], said)}"


def read_token(desk: Desk, token: str) -> Link:
    """Return what a token says; raises `NotFound` for a guess, and `Refused` for one that has ended."""
    found = TOKEN.fullmatch(token)
    if found is None or found[3] not in set(Tap):
        raise NotFound(GONE)
    said, mark = token[: found.start(5) - 1], found[5]
    if not any(hmac.compare_digest(_sign(key, said), mark) for key in desk.vault.keys(KEY)):
        raise NotFound(GONE)
    link = Link(int(found[1]), int(found[2]), Tap(found[3]), datetime.fromtimestamp(int(found[4]), UTC))
    if link.ends_at < desk.clock.now():
        raise Refused("This link has ended: open the task on the board.")
    return link


def _sign(key: bytes, said: str) -> str:
    mark = hmac.digest(key, said.encode(), hashlib.sha256)[:16]
    return urlsafe_b64encode(mark).decode().rstrip("=")


def _readers(desk: Desk, task: Task) -> list[Agent]:
    readers = readers_of(desk.session.get_one(Company, task.company_id), task.team)
    if readers is Readers.NOBODY:
        return []
    query = (
        select(Agent)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(Membership.company_id == task.company_id, Agent.active)
        .order_by(Agent.id)
    )
    if readers is Readers.ASSIGNEE or task.assignee_id is not None:
        return list(desk.session.scalars(query.where(Agent.id == task.assignee_id)))
    return list(desk.session.scalars(query.where(Membership.role.in_(OPERATIONS))))


def _write(desk: Desk, directory: Directory, task: Task, agent: Agent, words: str) -> None:
    base = desk.settings.base_url
    facts = [
        task.place,
        f"Due {task.due_on:%d %b %Y}" if task.due_on else "",
        "Urgent" if task.priority == Priority.URGENT else "",
        task.access_notes,
    ]
    links = [f"{WORDS[tap]}: {base}/t/{make_token(desk, task, agent.id, tap)}" for tap in Tap]
    parts = [
        f"{words}: T-{task.id} {task.title}",
        "\n".join(each for each in facts if each),
        task.description,
        "\n".join(links),
        f"The task: {base}/tasks/{task.id}",
        YOURS_ALONE,
    ]
    post(
        desk,
        directory,
        Letter(
            Purpose.TASK,
            "\n\n".join(each for each in parts if each.strip()),
            subject=f"T-{task.id} {task.title}",
            urgency=Urgency.PERSON,
            task_id=task.id,
        ),
        company_id=task.company_id,
        channel="email",
        recipients=[Address(IdentityKind.EMAIL, agent.email, agent.name)],
    )


def read_day(words: str) -> date | None:
    """Return the day that was entered, None where none was; raises `Invalid`."""
    try:
        return date.fromisoformat(words.strip()) if words.strip() else None
    except ValueError as error:
        raise Invalid("Write the date like 2026-11-30.", field="until") from error
