"""Whom a reply goes to: the agent's choice among those who are shown, never anybody besides, never two sides at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from channels.address import AddressError, canonical_email
from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.errors import Invalid, Refused
from hub.models import Contact, Identity, Message, Ticket
from hub.services.sending.answer_target import Target
from hub.services.settings.configuration import Directory

MOST = 20
CRAFTSMAN = "craftsman"
HOME_SIDE = frozenset({"resident", "owner", "former"})


def suggested_people(messages: Sequence[Message], target: Target) -> tuple[Address, ...]:
    """Return those the last message was also sent to: offered, not added."""
    last = next((each for each in reversed(messages) if each.direction == "in"), None)
    if last is None or last.channel != "email":
        return ()
    named = [Address(IdentityKind.EMAIL, each["address"], each["name"]) for each in last.facts.get("cc", [])]
    known = {each.value for each in target.recipients}
    return tuple(each for each in named if each.value and each.value not in known)[:MOST]


def choose_people(desk: Desk, directory: Directory, ticket: Ticket, target: Target, chosen: Sequence[str]) -> Target:
    """Return where a mail goes that an agent has addressed by hand.

    Raises `Invalid` for no address or one that is none, and `Refused` for our own address, and for a craftsman beside the people
    of a home.
    """
    values = list(dict.fromkeys(_checked(each) for each in chosen if each.strip()))
    if not values:
        raise Invalid("Choose at least one person to send it to.", field="to")
    if len(values) > MOST:
        raise Invalid(f"A reply goes to at most {MOST} addresses: write to the others separately.", field="to")
    own = [each for each in values if directory.is_own("email", each)]
    if own:
        raise Refused(f"{own[0]} is our own mailbox: take it out.")
    known = _known(desk, ticket, values)
    roles = {role for _, role in known.values()} | {ticket.requester_role}
    if CRAFTSMAN in roles and roles & HOME_SIDE:
        raise Refused("A craftsman and the people of a home never get the same mail: write to them separately.")
    names = {each.value: each.name for each in target.recipients} | {value: name for value, (name, _) in known.items()}
    return Target("email", tuple(Address(IdentityKind.EMAIL, each, names.get(each, "")) for each in values))


def _known(desk: Desk, ticket: Ticket, values: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = desk.session.execute(
        select(Identity.value, Contact.name, Contact.role)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(
            Identity.company_id == ticket.company_id,
            Identity.kind == IdentityKind.EMAIL,
            Identity.value.in_(values),
        )
    )
    return {value: (name, role) for value, name, role in rows}


def _checked(word: str) -> str:
    try:
        return canonical_email(word)
    except AddressError as error:
        raise Invalid(f"{word.strip()[:100]!r} is no email address: correct it or take it out.", field="to") from error
