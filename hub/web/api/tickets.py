"""`/tickets`: every ticket by newest activity, one ticket, and what may be changed on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.domain.ticket import Priority, TicketStatus
from hub.models import Ticket
from hub.services.pages import Page
from hub.services.tickets.ticket_index import (
    Listed,
    TicketFilters,
    check_version,
    find_assignee,
    list_by_activity,
    name_ticket,
    read_ticket,
)
from hub.services.tickets.tickets import Change, change_ticket
from hub.web.api.blueprint import api, need_tickets
from hub.web.api.fields import Body, Id, Instant, Line, Out, Paged, PriorityWord, QueueSlug, Slug, StatusWord, absent
from hub.web.desk import current_desk

Tag = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"\S")]


class TicketQuery(Paged):
    """What narrows the list."""

    queue: QueueSlug | None = None
    status: StatusWord | None = None
    assignee: Annotated[str, StringConstraints(pattern=r"^(me|none|[1-9][0-9]{0,17})$")] | None = Field(
        None, description="A colleague's id, `me` or `none`."
    )
    company: Slug | None = None
    q: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None, description="Words of the ticket's messages and notes, a person's name, or a number such as `#4711`."
    )
    quarantined: bool = Field(default=False, description="The tickets of blocked senders instead of all others.")


class PersonOut(Out):
    """Whom a ticket is for; without an id when nobody we know wrote."""

    id: int | None
    name: str
    role: str


class AgentOut(Out):
    """A colleague."""

    id: int
    name: str


class UnitRef(Out):
    """Where the matter is."""

    id: int
    label: str


class TicketOut(Out):
    """One matter of one person."""

    number: int
    company: str
    subject: str
    status: TicketStatus
    queue: str
    priority: Priority
    emergency: bool
    emergency_kind: str
    topic: str
    channel: str
    language: str
    requester: PersonOut
    unit: UnitRef | None
    property_id: int | None
    assignee: AgentOut | None
    tags: list[str]
    preview: str
    blocker: str
    unread: bool
    history: bool
    quarantined: bool
    snooze_until: datetime | None
    waiting_since: datetime | None
    due_at: datetime | None
    created_at: datetime
    first_response_at: datetime | None
    last_activity_at: datetime
    closed_at: datetime | None
    merged_into: int | None
    follow_up_of: int | None
    version: int


class TicketList(Out):
    """A page of tickets."""

    items: list[TicketOut]
    next: str | None


class TicketChange(Body):
    """What to change; what is left out stays. `null` unassigns and wakes."""

    queue: QueueSlug = absent()
    assignee: Id | Annotated[str, StringConstraints(max_length=320)] | None = Field(
        default=None, description="A colleague's id or mail address, `me`, or null for nobody."
    )
    priority: PriorityWord = absent()
    status: StatusWord = absent()
    tags: Annotated[list[Tag], Field(max_length=30)] = absent()
    snooze_until: Instant | None = None
    reason: Line = Field("", description="Why a ticket is closed while work on it is open.")
    version: Id = absent()


@api.get("/tickets")
@api.input(TicketQuery, location="query", arg_name="query")
@api.output(TicketList)
def tickets(query: TicketQuery) -> TicketList:
    """List tickets, newest activity first."""
    filters = TicketFilters(
        queue=query.queue or "",
        status=query.status or "",
        assignee=query.assignee or "",
        company=query.company or "",
        words=query.q or "",
        quarantined=query.quarantined,
    )
    page: Page[Listed] = list_by_activity(
        current_desk(), need_tickets(), filters, cursor=query.cursor, limit=query.limit
    )
    return TicketList(items=[describe(each) for each in page.items], next=page.next)


@api.get("/tickets/<id:number>")
@api.output(TicketOut)
def ticket(number: int) -> TicketOut:
    """Show one ticket."""
    return describe(read_ticket(current_desk(), need_tickets(), number))


@api.patch("/tickets/<id:number>")
@api.input(TicketChange, arg_name="change")
@api.output(TicketOut)
def change(number: int, change: TicketChange) -> TicketOut:
    """Change a ticket; with `version`, only if nobody changed it since."""
    desk, actor = current_desk(), need_tickets()
    with desk.transaction():
        check_version(desk, actor, number, change.version)
        given = change.model_fields_set
        wanted = change.assignee
        assignee = find_assignee(desk, actor, wanted) if isinstance(wanted, str) else wanted
        changed: Ticket = change_ticket(
            desk,
            actor,
            number,
            Change(
                queue=change.queue,
                assignee_id=assignee,
                unassign="assignee" in given and wanted is None,
                priority=change.priority,
                status=change.status,
                tags=tuple(change.tags) if "tags" in given else None,
                snooze_until=change.snooze_until,
                wake="snooze_until" in given and change.snooze_until is None,
                reason=change.reason,
            ),
        )
        return describe(name_ticket(desk, changed))


def describe(listed: Listed) -> TicketOut:
    """Return a ticket as programs see it."""
    row = listed.ticket
    return TicketOut(
        number=row.id,
        company=listed.company.slug,
        subject=row.subject,
        status=TicketStatus(row.status),
        queue=row.queue,
        priority=Priority(row.priority),
        emergency=row.emergency,
        emergency_kind=row.emergency_kind,
        topic=row.topic,
        channel=row.channel,
        language=row.language,
        requester=PersonOut(id=row.contact_id, name=row.requester_name, role=row.requester_role),
        unit=UnitRef(id=row.unit_id, label=row.unit_label) if row.unit_id is not None else None,
        property_id=row.property_id,
        assignee=AgentOut(id=listed.assignee.id, name=listed.assignee.name) if listed.assignee is not None else None,
        tags=list(row.tags),
        preview=row.preview,
        blocker=row.blocker,
        unread=row.unread,
        history=row.history,
        quarantined=row.quarantined,
        snooze_until=row.snooze_until,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        created_at=row.created_at,
        first_response_at=row.first_response_at,
        last_activity_at=row.last_activity_at,
        closed_at=row.closed_at,
        merged_into=row.merged_into_id,
        follow_up_of=row.follow_up_of_id,
        version=row.version,
    )
