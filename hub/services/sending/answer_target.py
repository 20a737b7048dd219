"""Where an answer to a message goes: the channel it came by, and the addresses of its people on that channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, select, union_all

from channels.message import Address, IdentityKind, Trust
from hub.desk import Desk
from hub.domain.ticket import Direction
from hub.models import Contact, Identity, Message, Participant, Ticket
from hub.services.sending.outgoing import KIND_OF_CHANNEL


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


class Reached(NamedTuple):
    """Somebody who takes part in a ticket, with one of their addresses; the requester may be no participant."""

    contact: Contact
    identity: Identity
    participant: Participant | None


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
    reached = [Reached(*each) for each in desk.session.execute(select_reached(ticket))]
    return target_among(desk, ticket, reached, channel=channel)


def target_among(desk: Desk, ticket: Ticket, reached: Sequence[Reached], *, channel: str = "") -> Target:
    """Return the same for the people of a ticket who have been read already."""
    last = _last_of_its_people(desk, ticket)
    chosen = channel or (channel_back(last) if last else ticket.channel)
    if chosen == "portal":
        return Target("portal", (Address(IdentityKind.PORTAL, str(ticket.public_id), ticket.requester_name),))
    requester = ticket.contact_id
    if requester is not None and chosen not in desk.channels:  # a call
        chosen = _written_way(reached, requester)
    if requester is None:
        kind = KIND_OF_CHANNEL.get(chosen, IdentityKind.EMAIL)
        address = last.author_address if last and channel_back(last) == chosen else ""
        return Target(chosen, (Address(kind, address, ticket.requester_name),) if address else ())
    known = _addresses(reached, requester, chosen)
    used = [each for each in known if last is not None and each.value == last.author_address]
    others = _participants(reached) if chosen == "email" else []
    first_of_each = [address for each in others for address in _addresses(reached, each, chosen)[:1]]
    return Target(chosen, tuple(dict.fromkeys([*(used or known)[:1], *first_of_each])))


def select_reached(ticket: Ticket) -> Select[Contact, Identity, Participant]:
    """Select everybody who takes part in a ticket beside each of their addresses, each as a `Reached` is made of."""
    here = and_(Participant.contact_id == Contact.id, Participant.ticket_id == ticket.id)
    return (
        select(Contact, Identity, Participant)
        .join(Identity, Identity.contact_id == Contact.id)
        .outerjoin(Participant, here)
        .where(Contact.id.in_(_taking_part(ticket)))
    )


def _taking_part(ticket: Ticket) -> CompoundSelect[int]:
    """Select the requester and the participants; joined by OR they would be looked for among all people there are."""
    others = select(Participant.contact_id).where(Participant.ticket_id == ticket.id)
    return union_all(select(Contact.id).where(Contact.id == ticket.contact_id), others)


def _addresses(reached: Sequence[Reached], contact_id: int, channel: str) -> list[Address]:
    """Return somebody's addresses on a channel that are not known to be dead, oldest first; on one of its own kind, all."""
    kind = KIND_OF_CHANNEL.get(channel)
    theirs = sorted((each for each in reached if each.contact.id == contact_id), key=lambda each: each.identity.id)
    return [
        Address(IdentityKind(each.identity.kind), each.identity.value, each.contact.name)
        for each in theirs
        if each.identity.dead_since is None and kind in {None, each.identity.kind}
    ]


def _participants(reached: Sequence[Reached]) -> list[int]:
    """Return the people beside the requester, in the order in which they were added."""
    added = {each.participant.id: each.contact.id for each in reached if each.participant is not None}
    return [added[each] for each in sorted(added)]


def _written_way(reached: Sequence[Reached], requester: int) -> str:
    """Return how somebody is written to who called: as they prefer, else by mail, else by text."""
    ways = [way for way in ("email", "sms") if _addresses(reached, requester, way)]
    prefers = next((each.contact.prefers for each in reached if each.contact.id == requester), "")
    return prefers if prefers in ways else next(iter(ways), "email")


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
