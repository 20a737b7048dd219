"""Who works for a company and as what: invited, changed and taken out by its administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from channels.address import AddressError, canonical_email
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid, NotFound, Refused
from hub.models import Agent, Company, Membership, Ticket
from hub.services.settings.setup import QUEUES
from hub.services.staff.accounts import end_sign_ins, invite_agent
from hub.services.staff.scope import must_administer
from hub.services.tickets.history import record

LONGEST_NAME = 80
READS_BALANCES = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is to a company: their role, the queues they are limited to (none: all), whether they see money owed."""

    role: str
    queues: Sequence[str] = ()
    balances: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """A colleague, and the link that lets them in once; nothing where they have an account already: they sign in as ever."""

    agent: Agent
    link: str


def staff_of(desk: Desk, company: Company) -> list[tuple[Agent, Membership]]:
    """Return who works for a company, by name."""
    query = (
        select(Agent, Membership)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(Membership.company_id == company.id, Agent.active)
        .order_by(Agent.name, Agent.id)
    )
    return [(agent, membership) for agent, membership in desk.session.execute(query)]


def find_colleague(desk: Desk, company: Company, agent_id: int) -> tuple[Agent, Membership]:
    """Return one of them; raises `NotFound`."""
    found = next((each for each in staff_of(desk, company) if each[0].id == agent_id), None)
    if found is None:
        raise NotFound("Nobody of that number works for this company.")
    return found


def invite(desk: Desk, actor: Actor, company: Company, *, email: str, name: str, post: Post) -> Invited:
    """Give somebody a part in a company, and an account where they have none; raises `Forbidden` and `Invalid`.

    Nobody is given a link to an account that was there before: it may have a part in other companies.
    """
    _check_may(actor, company)
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise Invalid(f"Name: say who it is, in at most {LONGEST_NAME} characters.", field="name")
    role, queues = _checked(post)
    try:
        address = canonical_email(email)
    except AddressError as error:
        raise Invalid(f"Email: {error}", field="email") from error
    known = desk.session.scalar(select(Agent).where(Agent.email == address))
    if known is not None and not known.active:
        raise Invalid("Email: this account was closed. Use another address.", field="email")
    if known is not None and any(each.id == known.id for each, _ in staff_of(desk, company)):
        raise Invalid(f"Email: {known.name} works here already: change their role in the list.", field="email")
    link = invite_agent(desk, company, email=address, role=role, name=cleaned)
    agent = desk.session.scalars(select(Agent).where(Agent.email == address)).one()
    _, membership = find_colleague(desk, company, agent.id)
    membership.queues = queues
    membership.balances = post.balances or role in READS_BALANCES
    return Invited(agent, link if known is None else "")


def change_post(desk: Desk, actor: Actor, company: Company, agent_id: int, post: Post) -> Agent:
    """Change what somebody is to a company; raises `Forbidden`, `NotFound`, `Invalid`, and `Refused` for its last administrator."""
    _check_may(actor, company)
    agent, membership = find_colleague(desk, company, agent_id)
    role, queues = _checked(post)
    if membership.role == Role.ADMIN and role is not Role.ADMIN:
        _keep_an_administrator(desk, company)
    membership.role = role
    membership.queues = queues
    membership.balances = post.balances or role in READS_BALANCES
    if role is Role.OPERATIONS:
        _free_tickets(desk, actor, company, agent)
    return agent


def take_out(desk: Desk, actor: Actor, company: Company, agent_id: int) -> Agent:
    """Take somebody out of a company: their open tickets are nobody's, and without any company left they cannot sign in.

    Raises as `change_post`.
    """
    _check_may(actor, company)
    agent, membership = find_colleague(desk, company, agent_id)
    if membership.role == Role.ADMIN:
        _keep_an_administrator(desk, company)
    desk.session.delete(membership)
    desk.session.flush()
    _free_tickets(desk, actor, company, agent)
    elsewhere = desk.session.scalar(select(Membership.id).where(Membership.agent_id == agent.id).limit(1))
    if elsewhere is None:
        agent.active = False
        end_sign_ins(desk, agent_id=agent.id)
    return agent


def _free_tickets(desk: Desk, actor: Actor, company: Company, agent: Agent) -> None:
    theirs = (Ticket.company_id == company.id, Ticket.assignee_id == agent.id, Ticket.status != TicketStatus.CLOSED)
    for ticket in desk.session.scalars(select(Ticket).where(*theirs).order_by(Ticket.id)):
        record(desk, ticket, "assigned", actor=actor, agent=None, name_shown="")
    freed = update(Ticket).where(*theirs).values(assignee_id=None, version=Ticket.version + 1)
    desk.session.execute(freed.execution_options(synchronize_session=False))


def _keep_an_administrator(desk: Desk, company: Company) -> None:
    left = (
        select(func.count())
        .select_from(Membership)
        .join(Agent, Agent.id == Membership.agent_id)
        .where(Membership.company_id == company.id, Membership.role == Role.ADMIN, Agent.active)
    )
    if (desk.session.scalar(left) or 0) < 2:
        raise Refused(f"{company.name} has no other administrator: make somebody else one first.")


def _checked(post: Post) -> tuple[Role, list[str]]:
    if post.role not in set(Role):
        raise Invalid("Role: choose one of the list.", field="role")
    if any(each not in QUEUES for each in post.queues):
        raise Invalid("Queues: choose from the list.", field="queues")
    return Role(post.role), [each for each in QUEUES if each in post.queues]


def _check_may(actor: Actor, company: Company) -> None:
    must_administer(actor, company.id, "say who works for a company")
