"""An agent opens a ticket: from now on it is read, and what they were told of it is seen."""

from __future__ import annotations

from sqlalchemy import exists, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import NotFound
from hub.models import Notification, Ticket
from hub.services.inbox.notifications import see_ticket, unseen_by
from hub.services.pages import LARGEST
from hub.services.staff.scope import tickets_of
from hub.services.tickets.tickets import mark_read


def look_at_ticket(desk: Desk, actor: Actor, number: int) -> Ticket:
    """Return a ticket this actor may see, read and seen; raises `NotFound`. Asks once, and writes only what is new."""
    told = exists().where(unseen_by(actor), Notification.ticket_id == Ticket.id)
    query = select(Ticket, told).where(Ticket.id == number, tickets_of(actor))
    found = desk.session.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if found is None:
        raise NotFound(f"There is no ticket #{number}.")
    ticket, unseen = found
    mark_read(ticket)
    if unseen:
        see_ticket(desk, actor, number)
    return ticket
