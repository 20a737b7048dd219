"""STOP, START and HELP: recorded for the number they came from, confirmed, and obeyed."""

from __future__ import annotations

from sqlalchemy import select

from channels.message import Address, IdentityKind, Kind
from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose, Urgency
from hub.models import Identity, Message, OutboxRow, Ticket
from hub.services.configuration import Directory
from hub.services.history import record
from hub.services.outgoing import Letter, post


def apply_consent(desk: Desk, directory: Directory, kind: Kind, ticket: Ticket, message: Message) -> None:
    """Record an opt-out or opt-in, cancel what still waits for that number, and answer HELP."""
    if kind not in {Kind.OPT_OUT, Kind.OPT_IN, Kind.HELP}:
        return
    identity = desk.session.scalar(
        select(Identity).where(
            Identity.company_id == ticket.company_id,
            Identity.kind == IdentityKind.PHONE,
            Identity.value == message.author_address,
        )
    )
    if identity is None:
        return
    company = directory.companies[ticket.company_id]
    if kind is Kind.OPT_OUT:
        identity.opted_out_at = desk.clock.now()
        cancel_waiting(desk, ticket.company_id, identity.value)
        record(desk, ticket, "opted out", address=identity.value)
        words = f"{company.name}: you will get no more texts from us. Reply START to get them again."
    elif kind is Kind.OPT_IN:
        identity.opted_out_at = None
        record(desk, ticket, "opted in", address=identity.value)
        words = f"{company.name}: you will get our texts again. Reply STOP to end them."
    else:
        phone = f" Emergencies: {company.emergency_phone}." if company.emergency_phone else ""
        words = f"{company.name}: text us your question and a person will answer.{phone} Reply STOP to end texts."
    letter = Letter(Purpose.CONSENT, words, urgency=Urgency.NOW)
    post(
        desk,
        directory,
        letter,
        company_id=ticket.company_id,
        channel=message.channel,
        recipients=[Address(IdentityKind.PHONE, identity.value)],
        ticket=ticket,
    )


def cancel_waiting(desk: Desk, company_id: int, number: str) -> None:
    """Cancel every text to a number that has not left yet."""
    rows = desk.session.scalars(
        select(OutboxRow).where(
            OutboxRow.company_id == company_id,
            OutboxRow.channel == "sms",
            OutboxRow.recipient == number,
            OutboxRow.state.in_((OutboxState.PENDING, OutboxState.HELD)),
        )
    )
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "The number said STOP before it left."
