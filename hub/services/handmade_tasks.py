"""Tasks by an agent's hand: prefilled without names, numbers and addresses, confirmed before they are made."""

from __future__ import annotations

from dataclasses import dataclass

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Message, Task
from hub.services.configuration import read_directory
from hub.services.tasks import create_task_from_ticket, open_tasks
from hub.services.tickets import find_ticket

TEAMS = ("maintenance", "leasing", "billing")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a task would say."""

    team: str
    title: str
    text: str
    place: str


def propose_task(desk: Desk, actor: Actor, number: int) -> Proposal:
    """Return the task a ticket would make; raises `NotFound`."""
    ticket = find_ticket(desk, actor, number)
    message = desk.session.get(Message, ticket.last_inbound_id) if ticket.last_inbound_id else None
    names = [ticket.requester_name]
    return Proposal(
        team=ticket.queue if ticket.queue in TEAMS else TEAMS[0],
        title=mask(ticket.subject, names=names),
        text=mask(message.reply_text, names=names) if message else "",
        place=ticket.unit_label,
    )


def make_task(desk: Desk, actor: Actor, number: int, *, team: str, title: str, text: str) -> Task:
    """Make the task an agent confirmed; raises `NotFound`, `Forbidden`, `Invalid`, and `Refused` where the team has one open."""
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WORK_TICKETS, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not make tasks of it.")
    if team not in TEAMS:
        raise Invalid("Choose the team: maintenance, leasing or billing.", field="team")
    if not title.strip():
        raise Invalid("Say in a few words what is to be done.", field="title")
    present = next((each for each in open_tasks(desk, ticket) if each.team == team), None)
    if present is not None:
        raise Refused(f"T-{present.id} of this team is still open: add what is new as a note on it.")
    return create_task_from_ticket(
        desk, read_directory(desk), ticket, text, topic=ticket.topic, team=team, actor=actor, title=title.strip()
    )
