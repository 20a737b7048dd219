"""STOP, START and HELP: recorded for the number they came from, confirmed, and obeyed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from channels.message import IdentityKind, Kind
from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose
from hub.models import Company, Identity, Message, OutboxRow, Ticket
from hub.services.sending.outgoing import text_at_once
from hub.services.sending.sending import report
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record

CONSENT_KINDS = frozenset({Kind.OPT_OUT, Kind.OPT_IN, Kind.HELP})
MOST_AN_HOUR = 3


def apply_consent(desk: Desk, directory: Directory, kind: Kind, ticket: Ticket, message: Message) -> None:
    """Record an opt-out or opt-in, take back what still waits for that number, and answer HELP."""
    if kind not in CONSENT_KINDS:
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
    stopped_before = identity.opted_out_at is not None
    if kind is Kind.OPT_OUT:
        stop(desk, ticket, identity)
    elif kind is Kind.OPT_IN:
        identity.opted_out_at = None
        record(desk, ticket, "opted in", address=identity.value)
    if not (kind is Kind.OPT_OUT and stopped_before):  # one confirmation and no more: 47 CFR 64.1200(a)(12)
        _confirm(desk, directory, ticket, identity.value, message.channel, _words(kind, directory, ticket))


def stop(desk: Desk, ticket: Ticket, identity: Identity) -> None:
    """Record that a number wants no more texts, and take back those that wait for it."""
    identity.opted_out_at = desk.clock.now()
    cancel_waiting(desk, ticket.company_id, identity.value)
    record(desk, ticket, "opted out", address=identity.value)


def cancel_waiting(desk: Desk, company_id: int, number: str) -> None:
    """Take back every text to a number that has not left yet; an agent's own has failed, so that they hear why."""
    rows = desk.session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.company_id == company_id,
            OutboxRow.channel == "sms",
            OutboxRow.recipient == number,
            OutboxRow.state.in_((OutboxState.PENDING, OutboxState.HELD)),
        )
        .order_by(OutboxRow.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.state = OutboxState.FAILED if row.purpose == Purpose.REPLY else OutboxState.CANCELLED
        row.error = f"{number} said STOP before it left. Call, or write by email or portal."
        if row.state == OutboxState.FAILED:
            report(desk, row)


def _words(kind: Kind, directory: Directory, ticket: Ticket) -> str:
    company: Company = directory.companies[ticket.company_id]
    if kind is Kind.OPT_OUT:
        return f"{company.name}: you will get no more texts from us. Reply START to get them again."
    if kind is Kind.OPT_IN:
        return f"{company.name}: you will get our texts again. Reply STOP to end them."
    phone = f" Emergencies: {company.emergency_phone}." if company.emergency_phone else ""
    return f"{company.name}: text us your question and a person will answer.{phone} Reply STOP to end texts."


def _confirm(desk: Desk, directory: Directory, ticket: Ticket, number: str, channel: str, words: str) -> None:
    """Answer a keyword at once, three times an hour at most: another machine may be at the other end."""
    answered = desk.session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.company_id == ticket.company_id,
            OutboxRow.recipient == number,
            OutboxRow.purpose == Purpose.CONSENT,
            OutboxRow.created_at > desk.clock.now() - timedelta(hours=1),
        )
    )
    if (answered or 0) >= MOST_AN_HOUR:
        record(desk, ticket, "not confirmed", reason="This number was answered three times within the hour.")
        return
    purpose, unsent = Purpose.CONSENT, "not confirmed"
    text_at_once(desk, directory, ticket, number, words, purpose=purpose, channel=channel, unsent=unsent)
