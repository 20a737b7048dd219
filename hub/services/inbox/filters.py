"""What narrows a view of the inbox: the filters that stand in its address, and the conditions they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import TicketStatus
from hub.models import Agent, Company, Membership, Property, Tag, Ticket
from hub.services.pages import LARGEST
from hub.services.staff.scope import own_companies

MINE, NOBODYS = "me", "none"
WAITING_ON = {
    "us": (TicketStatus.NEW, TicketStatus.OPEN),
    "person": (TicketStatus.PENDING,),
    "operations": (TicketStatus.ON_HOLD,),
}
FILTERS = ("status", "waiting", "queue", "assignee", "priority", "tag", "channel", "property", "company")
LONGEST_WORD = 200
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view; all of it stands in the URL.

    `assignee` is `me`, `none` or a staff account's id; `waiting` is whose turn it is: `us`, `person` or `operations`.
    """

    status: str = ""
    waiting: str = ""
    queue: str = ""
    assignee: str = ""
    priority: str = ""
    tag: str = ""
    channel: str = ""
    property_id: int | None = None
    company: str = ""

    @property
    def words(self) -> dict[str, str]:
        """Return what is chosen, by the names it has in a URL."""
        chosen = {name: getattr(self, name) for name in FILTERS if name != "property"}
        chosen["property"] = str(self.property_id or "")
        return {name: chosen[name] for name in FILTERS if chosen[name]}

    def without(self, name: str) -> Filters:
        """Return the same with one filter taken off."""
        return read_filters({key: value for key, value in self.words.items() if key != name})


@dataclass(frozen=True, slots=True)
class Choices:
    """What an agent may filter by, beside what is the same on every desk: each a value and its name."""

    assignees: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]
    companies: tuple[tuple[str, str], ...]


def read_filters(words: Mapping[str, str]) -> Filters:
    """Return the filters that words of a URL, or of a kept view, name; what is none of them is left out."""
    chosen = {name: words.get(name, "").replace("\0", "").strip()[:LONGEST_WORD] for name in FILTERS}
    home = _number(chosen.pop("property"))
    if chosen["assignee"] not in {MINE, NOBODYS}:
        chosen["assignee"] = str(_number(chosen["assignee"]) or "")
    if chosen["waiting"] not in WAITING_ON:
        chosen["waiting"] = ""
    return Filters(**chosen, property_id=home)


def narrowed(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions that filters are."""
    chosen: list[ColumnElement[bool]] = []
    for column, wanted in (
        (Ticket.status, filters.status),
        (Ticket.queue, filters.queue),
        (Ticket.priority, filters.priority),
        (Ticket.channel, filters.channel),
    ):
        if wanted:
            chosen.append(column == wanted)
    if filters.waiting:
        chosen.append(Ticket.status.in_(WAITING_ON[filters.waiting]))
    if filters.assignee == NOBODYS:
        chosen.append(Ticket.assignee_id.is_(None))
    elif filters.assignee:
        chosen.append(Ticket.assignee_id == (actor.agent_id if filters.assignee == MINE else int(filters.assignee)))
    if filters.tag:
        chosen.append(Ticket.tags.contains([filters.tag]))
    if filters.property_id is not None:
        chosen.append(Ticket.property_id == filters.property_id)
    if filters.company:
        chosen.append(Ticket.company_id == select(Company.id).where(Company.slug == filters.company).scalar_subquery())
    return chosen


def filter_choices(desk: Desk, actor: Actor) -> Choices:
    """Return what an agent may filter by, of the companies they serve and no other."""
    session = desk.session
    people = (
        select(Agent.id, Agent.name)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(own_companies(actor, Membership), Membership.role != "operations", Agent.active)
        .distinct()
        .order_by(Agent.name, Agent.id)
    )
    tags = select(Tag.name).where(own_companies(actor, Tag)).distinct().order_by(Tag.name).limit(MOST_LISTED)
    homes = (
        select(Property.id, Property.name)
        .where(own_companies(actor, Property))
        .order_by(Property.name, Property.id)
        .limit(MOST_LISTED)
    )
    served = (
        select(Company.slug, Company.name)
        .where(Company.id.in_(actor.companies_with(Ability.READ_TICKETS)))
        .order_by(Company.name, Company.id)
    )
    return Choices(
        tuple((str(number), name) for number, name in session.execute(people)),
        tuple(session.scalars(tags)),
        tuple((str(number), name) for number, name in session.execute(homes)),
        tuple((slug, name) for slug, name in session.execute(served)),
    )


def names_of(desk: Desk, actor: Actor, filters: Filters) -> dict[str, str]:
    """Return the names of what a filter has only a number of; asks nothing where no such filter is chosen."""
    names: dict[str, str] = {}
    if filters.property_id is not None:
        home = select(Property.name).where(own_companies(actor, Property), Property.id == filters.property_id)
        names["property"] = desk.session.scalar(home) or str(filters.property_id)
    if filters.assignee and filters.assignee not in {MINE, NOBODYS}:
        colleague = (
            select(Agent.name)
            .join(Membership, Membership.agent_id == Agent.id)
            .where(own_companies(actor, Membership), Agent.id == int(filters.assignee))
            .limit(1)
        )
        names["assignee"] = desk.session.scalar(colleague) or filters.assignee
    return names


def _number(words: str) -> int | None:
    right = words.isascii() and words.isdecimal() and len(words) <= len(str(LARGEST)) and 0 < int(words) <= LARGEST
    return int(words) if right else None
