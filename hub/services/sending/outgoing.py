"""Composing outbox rows: everything that leaves is written here, in the caller's transaction, with an id that never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from channels.channel import Account
from channels.email.threads import make_message_id, make_token, reply_address
from channels.message import Address, IdentityKind, OutboundMessage
from channels.wire import to_json
from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose, Urgency, patience
from hub.domain.quiet import quiet_end
from hub.domain.reference import hash_id
from hub.domain.signature import sender_name
from hub.errors import Refused
from hub.models import Company, Contact, Identity, MachineAnswer, Message, MessageReference, OutboxRow, Ticket
from hub.services.sending.texting import refusal_to_text
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record

KIND_OF_CHANNEL = {"email": IdentityKind.EMAIL, "sms": IdentityKind.PHONE, "portal": IdentityKind.PORTAL}
CARRIED_BY = {"voice": "sms"}  # calls and texts share a number
DESPITE_QUIET = frozenset(
    {Purpose.SAFETY, Purpose.PAGE, Purpose.CARD, Purpose.SIGN_IN, Purpose.CONSENT, Purpose.ORDER, Purpose.TASK}
)
UNCOUNTED = frozenset(
    {Purpose.REPLY, Purpose.PAGE, Purpose.CARD, Purpose.SIGN_IN, Purpose.CONSENT, Purpose.ORDER, Purpose.TASK}
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send, before it is addressed. `message` is the ticket message it carries; `held` waits for a person's click.

    `author` is the agent who wrote it, where one did.
    """

    purpose: Purpose
    text: str
    subject: str = ""
    html: str = ""
    urgency: Urgency = Urgency.MACHINE
    not_before: datetime | None = None
    card: Mapping[str, object] | None = None
    update_of: str = ""
    task_id: int | None = None
    message: Message | None = None
    held: bool = False
    author: str = ""

    @property
    def automatic(self) -> bool:
        """Tell whether a machine wrote it."""
        return self.purpose is not Purpose.REPLY


def post(
    desk: Desk,
    directory: Directory,
    letter: Letter,
    *,
    company_id: int,
    channel: str,
    recipients: Sequence[Address],
    ticket: Ticket | None = None,
) -> OutboxRow:
    """Write one outbox row; raises `Refused` with a sentence when these people must not or cannot be written to."""
    account = directory.account_of_company(CARRIED_BY.get(channel, channel), company_id)
    company = directory.companies[company_id]
    if account is None and channel != "portal":
        raise Refused(f"{company.name} has no {channel} account: an administrator can add one under Admin, Channels.")
    if channel != "voice":  # who wants no texts can be called all the same
        _check_recipients(desk, company_id, recipients, purpose=letter.purpose)
    if channel == "sms" and account is not None:
        for each in recipients:
            reason = refusal_to_text(desk, company, account, each.value, letter.purpose)
            if reason:
                raise Refused(reason)
    outbox_id = uuid4()
    outbound = _compose(
        desk, company, account, letter, outbox_id=outbox_id, channel=channel, recipients=recipients, ticket=ticket
    )
    now = desk.clock.now()
    begins = max(letter.not_before or now, now)
    if letter.automatic and letter.purpose not in DESPITE_QUIET:
        begins = quiet_end(begins, company.time_zone, company.quiet_from, company.quiet_until)
    row = OutboxRow(
        id=outbox_id,
        company_id=company_id,
        account_id=account.id if account else None,
        ticket_id=ticket.id if ticket else None,
        message_id=letter.message.id if letter.message else None,
        task_id=letter.task_id,
        channel=channel,
        purpose=letter.purpose,
        recipient=", ".join(each.value for each in recipients),
        payload=to_json(outbound),
        rfc_message_id=outbound.message_id or None,
        urgency=int(letter.urgency),
        state=OutboxState.HELD if letter.held else OutboxState.PENDING,
        next_at=begins,
        give_up_at=begins + patience(channel),
        created_at=now,
    )
    desk.session.add(row)
    if letter.automatic and ticket is not None:
        _count(desk, company_id, ticket, letter.purpose, recipients)
    if outbound.message_id and letter.message is not None and ticket is not None:
        desk.session.add(
            MessageReference(
                company_id=company_id,
                id_hash=hash_id(outbound.message_id),
                message_id=letter.message.id,
                ticket_id=ticket.id,
                sent=True,
            )
        )
    desk.wake("send")
    return row


def text_at_once(
    desk: Desk,
    directory: Directory,
    ticket: Ticket,
    number: str,
    words: str,
    *,
    purpose: Purpose,
    channel: str,
    unsent: str,
) -> None:
    """Post a text of the machine to a number; where it may not be written to, the ticket says so under `unsent`."""
    try:
        post(
            desk,
            directory,
            Letter(purpose, words, urgency=Urgency.NOW),
            company_id=ticket.company_id,
            channel=channel,
            recipients=[Address(IdentityKind.PHONE, number)],
            ticket=ticket,
        )
    except Refused as refusal:
        record(desk, ticket, unsent, reason=str(refusal))


def addresses_of(desk: Desk, contact: Contact, channel: str) -> list[Address]:
    """Return a contact's addresses on a channel that are not known to be dead, oldest first; on a channel of its own kind, all."""
    query = (
        select(Identity).where(Identity.contact_id == contact.id, Identity.dead_since.is_(None)).order_by(Identity.id)
    )
    kind = KIND_OF_CHANNEL.get(channel)
    rows = desk.session.scalars(query.where(Identity.kind == kind) if kind else query)
    return [Address(IdentityKind(each.kind), each.value, contact.name) for each in rows]


def _check_recipients(desk: Desk, company_id: int, recipients: Sequence[Address], *, purpose: Purpose) -> None:
    """Refuse a number that said STOP: nothing but the confirmation of that word may go there."""
    if not recipients:
        raise Refused("There is nobody to send this to: add an address to the person first.")
    phones = [each.value for each in recipients if each.kind is IdentityKind.PHONE]
    if not phones or purpose is Purpose.CONSENT:
        return
    stopped = desk.session.scalar(
        select(Identity.value).where(
            Identity.company_id == company_id,
            Identity.kind == IdentityKind.PHONE,
            Identity.value.in_(phones),
            Identity.opted_out_at.is_not(None),
        )
    )
    if stopped:
        raise Refused(f"{stopped} said STOP: no text may be sent there. Call, or write by email or portal.")


def _compose(
    desk: Desk,
    company: Company,
    account: Account | None,
    letter: Letter,
    *,
    outbox_id: UUID,
    channel: str,
    recipients: Sequence[Address],
    ticket: Ticket | None,
) -> OutboundMessage:
    name = sender_name(company.sends_as, company=company.name, agent=letter.author)
    sender = (
        Address(account.address.kind, account.address.value, name)
        if account
        else Address(IdentityKind.PORTAL, "portal", company.name)
    )
    fields: dict[str, Any] = {}
    if channel == "email" and account is not None:
        fields = _mail_fields(desk, account, letter, outbox_id, recipients, ticket, name=name)
    if channel == "sms":
        fields = {"status_callback": f"{desk.settings.base_url}/hooks/sms/status?id={outbox_id}"}
    if channel == "voice":
        fields = {"status_callback": f"{desk.settings.base_url}/hooks/sms/call?id={outbox_id}"}
    return OutboundMessage(
        id=outbox_id,
        channel=channel,
        sender=sender,
        recipients=tuple(recipients),
        text=letter.text,
        html=letter.html,
        automatic=letter.automatic,
        card=letter.card,
        update_of=letter.update_of,
        **fields,
    )


def _mail_fields(
    desk: Desk,
    account: Account,
    letter: Letter,
    outbox_id: UUID,
    recipients: Sequence[Address],
    ticket: Ticket | None,
    *,
    name: str,
) -> dict[str, Any]:
    """Return what only mail has: threading headers and the signed reply address."""
    domain = account.address.value.rpartition("@")[2]
    fields: dict[str, Any] = {
        "message_id": make_message_id(outbox_id, ticket.id if ticket else None, domain),
        "subject": letter.subject,
    }
    if ticket is None:
        return fields
    token = make_token(desk.vault.keys("reply token"), ticket.company_id, ticket.id, recipients[0].value)
    fields["reply_to"] = Address(IdentityKind.EMAIL, reply_address(token, account.address.value), name)
    answered = desk.session.get(Message, ticket.last_inbound_id) if ticket.last_inbound_id else None
    known = str(answered.facts.get("message_id", "")) if answered is not None and answered.channel == "email" else ""
    if known and answered is not None:
        before = [str(each) for each in answered.facts.get("references", [])]
        fields["in_reply_to"] = known
        fields["references"] = (*reversed(before), known)
    return fields


def _count(desk: Desk, company_id: int, ticket: Ticket, purpose: Purpose, recipients: Sequence[Address]) -> None:
    if purpose in UNCOUNTED:
        return
    now = desk.clock.now()
    for each in recipients:
        desk.session.add(
            MachineAnswer(
                company_id=company_id, recipient=each.value, ticket_id=ticket.id, purpose=purpose, created_at=now
            )
        )
