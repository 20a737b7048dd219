"""Tasks by hand: an agent's, of a ticket, prefilled without names, numbers and addresses; and operations' own, on the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.domain.task import TaskKind, TaskState
from hub.domain.ticket import Priority
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Company, Message, Property, Task, Unit
from hub.services.operations.assigning import assign
from hub.services.operations.task_details import masked_answers
from hub.services.operations.task_mail import mail_task
from hub.services.operations.tasks import TITLE, create_task_from_ticket, kind_of, open_tasks, post_card
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import record_on_task
from hub.services.tickets.tickets import find_ticket

TEAMS = ("maintenance", "leasing", "billing")
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a task would say."""

    team: str
    title: str
    text: str
    place: str
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class OwnTask:
    """What operations enter for a task of their own; `unit` is its label in the building."""

    title: str
    team: str
    kind: TaskKind
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    company: str = ""
    property_id: int | None = None
    unit: str = ""
    priority: str = Priority.NORMAL
    due_on: date | None = None


def propose_task(desk: Desk, actor: Actor, number: int) -> Proposal:
    """Return the task a ticket would make; raises `NotFound`."""
    ticket = find_ticket(desk, actor, number)
    message = desk.session.get(Message, ticket.last_inbound_id) if ticket.last_inbound_id else None
    names = [ticket.requester_name]
    team = ticket.queue if ticket.queue in TEAMS else TEAMS[0]
    return Proposal(
        team=team,
        title=mask(ticket.subject, names=names),
        text=mask(message.reply_text, names=names) if message else "",
        place=ticket.unit_label,
        kind=kind_of(ticket.topic, team),
    )


def make_task(
    desk: Desk,
    actor: Actor,
    number: int,
    *,
    team: str,
    title: str,
    text: str,
    kind: TaskKind | None = None,
    answers: Mapping[str, str] | None = None,
) -> Task:
    """Make the task an agent confirmed; raises `NotFound`, `Forbidden`, `Invalid`, and `Refused` where the team has one open."""
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WORK_TICKETS, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not make tasks of it.")
    _check(team, title)
    wanted = kind or kind_of(ticket.topic, team)
    details = masked_answers(wanted, answers, [ticket.requester_name]) if answers is not None else None
    present = next((each for each in open_tasks(desk, ticket) if each.team == team), None)
    if present is not None:
        raise Refused(f"T-{present.id} of this team is still open: add what is new as a note on it.")
    return create_task_from_ticket(
        desk,
        read_directory(desk),
        ticket,
        text,
        topic=ticket.topic,
        team=team,
        actor=actor,
        title=title.strip(),
        kind=wanted,
        details=details,
    )


def make_own_task(desk: Desk, actor: Actor, wanted: OwnTask) -> Task:
    """Make a task no ticket asks for: a turn, a yearly check. Raises `Forbidden` and `Invalid`."""
    company = _company_of(desk, actor, wanted)
    _check(wanted.team, wanted.title)
    if wanted.priority not in set(Priority):
        raise Invalid("Choose the priority from the list.", field="priority")
    if len(wanted.text) > LONGEST:
        raise Invalid(f"Keep the details under {LONGEST:,} characters.", field="text")
    home, unit = _place_of(desk, company, wanted)
    task = Task(
        company_id=company.id,
        kind=wanted.kind,
        details=masked_answers(wanted.kind, wanted.answers, []),
        steps_done={},
        title=mask(wanted.title.replace("\0", "").strip())[:TITLE],
        description=mask(wanted.text.replace("\0", "").strip()),
        team=wanted.team,
        priority=wanted.priority,
        state=TaskState.TO_DO,
        property_id=home.id if home else None,
        unit_id=unit.id if unit else None,
        place=", ".join(part for part in (home.name if home else "", unit.label if unit else "") if part),
        access_notes=unit.access_notes if unit else "",
        due_on=wanted.due_on,
        created_at=desk.clock.now(),
    )
    desk.session.add(task)
    desk.session.flush()
    assign(desk, task)
    record_on_task(desk, task, "created", actor=actor)
    directory = read_directory(desk)
    post_card(desk, directory, task)
    mail_task(desk, directory, task, "New")
    return task


def places_to_work(desk: Desk, actor: Actor) -> tuple[list[Company], list[Property]]:
    """Return the companies somebody can make tasks for, and their buildings by name."""
    companies = [each for each in desk.session.scalars(select(Company).order_by(Company.id)) if _may(actor, each.id)]
    homes = desk.session.scalars(
        select(Property)
        .where(Property.company_id.in_([each.id for each in companies]))
        .order_by(Property.name, Property.id)
    )
    return companies, list(homes)


def _may(actor: Actor, company_id: int) -> bool:
    return actor.can(Ability.WORK_TASKS, company_id)


def _check(team: str, title: str) -> None:
    if team not in TEAMS:
        raise Invalid("Choose the team: maintenance, leasing or billing.", field="team")
    if not title.strip():
        raise Invalid("Say in a few words what is to be done.", field="title")


def _company_of(desk: Desk, actor: Actor, wanted: OwnTask) -> Company:
    companies = [each for each in desk.session.scalars(select(Company).order_by(Company.id)) if _may(actor, each.id)]
    if not companies:
        raise Forbidden("Only operations make tasks on the board. Make one on the ticket instead.")
    if not wanted.company:
        return companies[0]
    found = next((each for each in companies if each.slug == wanted.company), None)
    if found is None:
        raise Invalid("Choose one of your companies.", field="company")
    return found


def _place_of(desk: Desk, company: Company, wanted: OwnTask) -> tuple[Property | None, Unit | None]:
    label = wanted.unit.replace("\0", "").strip()
    home = desk.session.get(Property, wanted.property_id) if wanted.property_id else None
    if wanted.property_id and (home is None or home.company_id != company.id):
        raise Invalid("Choose a building of this company.", field="property")
    if not label:
        return home, None
    if home is None:
        raise Invalid("Choose the building first: a unit is one of its units.", field="property")
    unit = desk.session.scalar(
        select(Unit).where(Unit.property_id == home.id, func.lower(Unit.label) == label.lower()).limit(1)
    )
    if unit is None:
        raise Invalid(f"{home.name} has no unit {label}: leave it empty for the whole building.", field="unit")
    return home, unit
