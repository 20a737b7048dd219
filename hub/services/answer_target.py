"""Where an answer to a message goes: the channel it came by, and the addresses of its people on that channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from channels.message import Address, IdentityKind, Trust
from hub.desk import Desk
from hub.domain.ticket import Direction
from hub.models import Contact, Message, Participant, Ticket
from hub.services.outgoing import KIND_OF_CHANNEL, addresses_of


@dataclass(frozen=True, slots=True)
class Target:
    """A channel and the people written to on it, the requester first.

    `held`: a machine's words wait for a person's click, for the message lay unfetched for more than a day.
    """

    channel: str
    recipients: tuple[Address, ...]
    held: bool = False

    @property
    def words(self) -> str:
        """Return who is written to, as a face shows it."""
        return ", ".join(each.name or each.value for each in self.recipients)


def answer_target(ticket: Ticket, message: Message) -> Target:
    """Return where a machine answers one message: to its sender alone, never to anybody the sender named.

    Somebody unverified is not even addressed by the name they gave: it may be a text meant for a victim (reliability 2.4).
    """
    channel = channel_back(message)
    address = str(ticket.public_id) if channel == "portal" else message.author_address
    kind = KIND_OF_CHANNEL.get(channel, IdentityKind.EMAIL)
    name = message.author_name if message.trust == Trust.VERIFIED else ""
    return Target(channel, (Address(kind, address, name),) if address else (), held=bool(message.facts.get("late")))


def channel_back(message: Message) -> str:
    """Return the channel an answer takes: the way a message came, but mail or text for a form filled in by somebody not signed in."""
    if message.channel != "portal" or message.trust == Trust.VERIFIED:
        return message.channel
    return "email" if "@" in message.author_address else "sms"


def reply_target(desk: Desk, ticket: Ticket, *, channel: str = "") -> Target:
    """Return where an agent's reply goes: the requester on the channel last used, and the participants by mail."""
    last = _last_of_its_people(desk, ticket)
    chosen = channel or (channel_back(last) if last else ticket.channel)
    if chosen == "portal":
        return Target("portal", (Address(IdentityKind.PORTAL, str(ticket.public_id), ticket.requester_name),))
    requester = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    if requester is not None and chosen not in desk.channels:  # a call
        chosen = _written_way(desk, requester)
    kind = KIND_OF_CHANNEL.get(chosen, IdentityKind.EMAIL)
    if requester is None:
        address = last.author_address if last and channel_back(last) == chosen else ""
        return Target(chosen, (Address(kind, address, ticket.requester_name),) if address else ())
    first = _requester_address(desk, requester, chosen, last)
    others = _participant_addresses(desk, ticket, chosen) if chosen == "email" else ()
    return Target(chosen, tuple(dict.fromkeys([*first, *others])))


def _written_way(desk: Desk, requester: Contact) -> str:
    """Return how somebody is written to who called: as they prefer, else by mail, else by text."""
    ways = [way for way in ("email", "sms") if addresses_of(desk, requester, way)]
    return requester.prefers if requester.prefers in ways else next(iter(ways), "email")


def _last_of_its_people(desk: Desk, ticket: Ticket) -> Message | None:
    """Return the newest message of somebody who takes part: a stranger with a reply address moves no answer to themselves."""
    last = desk.session.get(Message, ticket.last_inbound_id) if ticket.last_inbound_id else None
    if last is None or not last.facts.get("stranger"):
        return last
    query = select(Message).where(
        Message.ticket_id == ticket.id,
        Message.direction == Direction.IN,
        Message.facts["stranger"].as_boolean().is_not(True),
    )
    return desk.session.scalar(query.order_by(Message.id.desc()).limit(1))


def _requester_address(desk: Desk, requester: Contact, channel: str, last: Message | None) -> Sequence[Address]:
    """Return the address the requester last wrote from, if it is theirs, else their first."""
    known = addresses_of(desk, requester, channel)
    used = [each for each in known if last is not None and each.value == last.author_address]
    return (used or known)[:1]


def _participant_addresses(desk: Desk, ticket: Ticket, channel: str) -> Sequence[Address]:
    people = desk.session.scalars(
        select(Contact)
        .join(Participant, Participant.contact_id == Contact.id)
        .where(Participant.ticket_id == ticket.id)
        .order_by(Participant.id)
    )
    return [address for each in people for address in addresses_of(desk, each, channel)[:1]]
