"""Which team works which queue, whether its messages become work by themselves, and how the teams are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.routing import OPERATIONS
from hub.errors import Invalid
from hub.models import Company, Queue, Team, Ticket
from hub.services.metrics.measuring import measure_again
from hub.services.metrics.reckoning import reckon_open_tickets
from hub.services.staff.scope import must_administer

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Worked:
    """How a queue is worked: by which team (its slug, or nobody), and whether its messages become tasks by themselves."""

    team: str = ""
    makes_tasks: bool = False


def queues_of(desk: Desk, company: Company) -> dict[str, Worked]:
    """Return how a company's queues are worked, in their order."""
    rows = desk.session.execute(
        select(Queue, Team.slug)
        .outerjoin(Team, Team.id == Queue.team_id)
        .where(Queue.company_id == company.id)
        .order_by(Queue.id)
    )
    return {queue.slug: Worked(slug or "", queue.makes_tasks) for queue, slug in rows}


def team_names(desk: Desk, company: Company) -> dict[str, str]:
    """Return a company's teams by slug, in the order they were made."""
    rows = desk.session.execute(select(Team.slug, Team.name).where(Team.company_id == company.id).order_by(Team.id))
    return {each.slug: each.name for each in rows}


def keep_queues(
    desk: Desk, actor: Actor, company: Company, worked: Mapping[str, Worked], names: Mapping[str, str]
) -> None:
    """Keep who works which queue and how teams are called; what is due follows the teams' hours.

    Raises `Forbidden`, and `Invalid` for a team that does not exist or has no name.
    """
    must_administer(actor, company.id, "keep queues and teams")
    teams = {each.slug: each for each in desk.session.scalars(select(Team).where(Team.company_id == company.id))}
    for slug, name in names.items():
        cleaned = " ".join(name.replace("\0", "").split())
        if slug not in teams or not cleaned or len(cleaned) > LONGEST_NAME:
            raise Invalid(f"Team: give it a name of at most {LONGEST_NAME} characters.", field=f"name-{slug}")
        teams[slug].name = cleaned
    for queue in desk.session.scalars(select(Queue).where(Queue.company_id == company.id).order_by(Queue.id)):
        wanted = worked.get(queue.slug)
        if wanted is None:
            continue
        if wanted.team and wanted.team not in teams:
            raise Invalid("Team: choose one of the list.", field=f"team-{queue.slug}")
        queue.team_id = teams[wanted.team].id if wanted.team else None
        queue.makes_tasks = wanted.makes_tasks and queue.slug in OPERATIONS
    desk.session.flush()
    reckon_open_tickets(desk, actor, company, reason="teams of queues changed")
    measure_again(desk, company.id)


def makes_tasks(desk: Desk, ticket: Ticket) -> bool:
    """Tell whether messages of a ticket's queue become work without being asked; in danger they always do."""
    if ticket.emergency:
        return True
    query = select(Queue.makes_tasks).where(Queue.company_id == ticket.company_id, Queue.slug == ticket.queue)
    return desk.session.scalar(query) is not False
