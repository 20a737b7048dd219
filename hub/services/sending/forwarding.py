"""A message passed on to somebody outside the ticket, with its files, once and on record."""

from __future__ import annotations

from sqlalchemy import select

from channels.address import AddressError, canonical_email
from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import UNDO, Purpose, Urgency
from hub.domain.ticket import Visibility
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Attachment, Message
from hub.services.sending.outgoing import Letter, post
from hub.services.sending.reply import write_message
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import record
from hub.services.tickets.tickets import find_ticket


def forward(desk: Desk, actor: Actor, number: int, message_id: int, address: str, words: str = "") -> Message:
    """Send a message of a ticket to another address, with a line of the agent's; staff see it as a note that has left.

    Raises `NotFound`, `Forbidden`, `Invalid` for what is no address, and `Refused` for a note, which never leaves, and for our own
    mailbox.
    """
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WRITE_TO_PEOPLE, ticket.company_id):
        raise Forbidden("Your role does not write to people.")
    found = desk.session.scalar(select(Message).where(Message.id == message_id, Message.ticket_id == ticket.id))
    if found is None:
        raise NotFound("There is no such message.")
    if found.visibility != Visibility.PUBLIC:
        raise Refused("A note never leaves the desk: copy what may be told into a reply.")
    try:
        value = canonical_email(address)
    except AddressError as error:
        raise Invalid(str(error), field="to") from error
    directory = read_directory(desk)
    if directory.is_own("email", value):
        raise Refused(f"{value} is our own mailbox: choose another.")
    text = _quoted(found, words)
    note = write_message(desk, actor, ticket, text, channel="email", visibility=Visibility.INTERNAL)
    note.facts = {"to": [{"address": value, "name": ""}], "forwards": found.id}
    for each in desk.session.scalars(select(Attachment).where(Attachment.message_id == found.id)).all():
        desk.session.add(
            Attachment(
                company_id=each.company_id,
                message_id=note.id,
                sha256=each.sha256,
                name=each.name,
                content_type=each.content_type,
                size=each.size,
            )
        )
    letter = Letter(
        Purpose.REPLY,
        text,
        subject=f"Fwd: {ticket.subject}"[:900],
        urgency=Urgency.PERSON,
        not_before=desk.clock.now() + UNDO,
        message=note,
        author=actor.name,
    )
    people = [Address(IdentityKind.EMAIL, value)]
    post(desk, directory, letter, company_id=ticket.company_id, channel="email", recipients=people, ticket=ticket)
    record(desk, ticket, "forwarded", actor=actor, message_id=note.id, address=value)
    ticket.version += 1
    return note


def _quoted(found: Message, words: str) -> str:
    head = f"---------- {found.author_name or found.author_address}, {found.created_at:%Y-%m-%d %H:%M} UTC ----------"
    own = words.replace("\0", "").strip()
    return f"{own}\n\n{head}\n{found.text.strip()}".strip()
