"""Senders nobody wants to hear from: their mail goes to quarantine, where it can be read and released."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import is_known
from hub.errors import Forbidden, Refused
from hub.models import Block, Message, Ticket
from hub.services.tickets.history import record
from hub.services.tickets.tickets import find_ticket
from hub.services.tickets.undoing import Undoable


def block_sender(desk: Desk, actor: Actor, number: int) -> tuple[str, UUID | None]:
    """Quarantine a ticket and what its sender writes from now on; returns the address and the way back.

    Raises `NotFound`, `Forbidden`, and `Refused` for residents and owners: their next message may be about water or gas.
    """
    ticket = _locked(desk, actor, number)
    if is_known(ticket.requester_role):
        raise Refused(
            f"{ticket.requester_name} is one of the company's people and cannot be blocked: their next message may be an emergency."
        )
    address = _address_of(desk, ticket)
    if not address:
        raise Refused("There is no address to block.")
    present = desk.session.scalar(select(Block).where(Block.company_id == ticket.company_id, Block.value == address))
    if present is None:
        desk.session.add(Block(company_id=ticket.company_id, value=address, agent_id=actor.agent_id))
    undoable = Undoable(desk, actor, "block")
    undoable.step(number, lambda: _quarantine(desk, actor, ticket, address))
    return address, undoable.finish(block=address if present is None else "")


def release_ticket(desk: Desk, actor: Actor, number: int) -> Ticket:
    """Bring a ticket back from quarantine and hear its sender again; raises `NotFound`, `Forbidden`."""
    ticket = _locked(desk, actor, number)
    address = _address_of(desk, ticket)
    desk.session.execute(delete(Block).where(Block.company_id == ticket.company_id, Block.value == address))
    ticket.quarantined = False
    ticket.unread = True
    ticket.version += 1
    record(desk, ticket, "released", actor=actor, address=address)
    return ticket


def _quarantine(desk: Desk, actor: Actor, ticket: Ticket, address: str) -> Ticket:
    ticket.quarantined = True
    ticket.version += 1
    record(desk, ticket, "sender blocked", actor=actor, address=address)
    return ticket


def _locked(desk: Desk, actor: Actor, number: int) -> Ticket:
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WORK_TICKETS, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not change it.")
    return ticket


def _address_of(desk: Desk, ticket: Ticket) -> str:
    last = desk.session.get(Message, ticket.last_inbound_id) if ticket.last_inbound_id else None
    return last.author_address if last is not None else ""
