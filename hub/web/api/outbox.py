"""`/outbox`: what leaves, what has left, and why something did not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose
from hub.models import OutboxRow
from hub.services.sending.outbox_list import OutboxFilters, body_shown, find_outgoing, list_outbox, retry_outgoing
from hub.web.api.blueprint import api, need_tickets
from hub.web.api.fields import Out, Paged, QueryId, Slug
from hub.web.api.once import once
from hub.web.desk import current_desk


class OutboxQuery(Paged):
    """What narrows the list; without a state the cancelled are left out."""

    state: OutboxState | None = None
    channel: Slug | None = None
    ticket: QueryId | None = None


class OutgoingOut(Out):
    """One message to one set of people; `body` is null where it would sign somebody in."""

    id: UUID
    state: OutboxState
    channel: str
    purpose: Purpose
    recipient: str
    subject: str
    body: str | None
    attempts: int
    error: str
    ticket: int | None
    message: int | None
    task: int | None
    provider_id: str
    message_id: str
    created_at: datetime
    not_before: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None


class OutboxList(Out):
    """A page of the outbox."""

    items: list[OutgoingOut]
    next: str | None


@api.get("/outbox")
@api.input(OutboxQuery, location="query", arg_name="query")
@api.output(OutboxList)
def outbox(query: OutboxQuery) -> OutboxList:
    """List what leaves and what has left, newest first."""
    desk = current_desk()
    filters = OutboxFilters(state=query.state or "", channel=query.channel or "", ticket=query.ticket)
    page = list_outbox(desk, need_tickets(), filters, cursor=query.cursor, limit=query.limit)
    return OutboxList(items=[describe(desk, each) for each in page.items], next=page.next)


@api.get("/outbox/<uuid:outbox_id>")
@api.output(OutgoingOut)
def outgoing(outbox_id: UUID) -> OutgoingOut:
    """Show one outgoing message."""
    desk = current_desk()
    return describe(desk, find_outgoing(desk, need_tickets(), outbox_id))


@api.post("/outbox/<uuid:outbox_id>/retry")
@api.output(OutgoingOut, status_code=202)
@once(202)
def retry_sending(outbox_id: UUID) -> OutgoingOut:
    """Try a failed message again."""
    desk = current_desk()
    return describe(desk, retry_outgoing(desk, need_tickets(), outbox_id))


def describe(desk: Desk, row: OutboxRow) -> OutgoingOut:
    """Return an outbox row as programs see it."""
    body = body_shown(desk, row)
    return OutgoingOut(
        id=row.id,
        state=OutboxState(row.state),
        channel=row.channel,
        purpose=Purpose(row.purpose),
        recipient=row.recipient,
        subject=str(row.payload.get("subject", "")) if body is not None else "",
        body=body,
        attempts=row.attempts,
        error=row.error,
        ticket=row.ticket_id,
        message=row.message_id,
        task=row.task_id,
        provider_id=row.provider_id,
        message_id=row.rfc_message_id or "",
        created_at=row.created_at,
        not_before=row.next_at,
        accepted_at=row.accepted_at,
        delivered_at=row.delivered_at,
    )
