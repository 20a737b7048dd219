"""The bytes of the demo's messages: what came in as it came, and what left as it was composed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

from channels.email.threads import make_message_id, make_token, reply_address
from channels.message import Address, Attachment, IdentityKind, OutboundMessage
from channels.portal import make_envelope
from channels.sms.form import write_form

RECEIVER = "mx.example.org"
ACCOUNT_SID = "AC" + "0" * 32


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: its bytes, what the transport knew, and what is kept of it beside its words."""

    raw: bytes
    message_id: str
    subject: str
    transport: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)


def receive(
    channel: str,
    *,
    sender: Address,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    answers: str,
    ticket: str,
    known: bool,
    files: Sequence[Attachment] = (),
) -> Received:
    """Return a message as its channel brings it; `answers` is the Message-ID it replies to, `ticket` a portal request's id.

    Texts bring no files.
    """
    unique = uuid4()
    transport = {"rcpt_to": to} if to else {}
    facts: dict[str, Any] = {"to": [{"address": to, "name": ""}] if to else [], "cc": [], "reply_to": [], "defects": []}
    if channel == "email":
        message_id = f"{unique}@mail.example.com"
        raw = write_mail(
            sender,
            to=to,
            subject=subject,
            text=text,
            message_id=message_id,
            at=at,
            answers=answers,
            known=known,
            files=files,
        )
        facts |= {"message_id": message_id, "references": [answers] if answers else []}
        return Received(raw, message_id, subject, transport, facts)
    if channel == "sms":
        message_id = f"SM{unique.hex}"
        raw = write_text(sender.value, to=to, text=text, message_sid=message_id)
        return Received(raw, message_id, "", transport, facts | {"message_id": message_id, "references": []})
    form = make_envelope(
        form_id=unique,
        received_at=at,
        text=text,
        subject="" if ticket else subject,
        name=sender.name,
        ticket=ticket,
        files=files,
        signed_in=Address(IdentityKind.EMAIL, sender.value, sender.name),
    )
    facts |= {"message_id": str(unique), "references": []}
    return Received(form.raw, str(unique), "" if ticket else subject, dict(form.facts), facts)


def write_mail(
    sender: Address,
    *,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    answers: str = "",
    known: bool = True,
    files: Sequence[Attachment] = (),
) -> bytes:
    """Return a mail as a person's program sends it, with what the receiving server found out about its sender."""
    mail = EmailMessage(policy=policy.SMTP)
    if known:
        domain = sender.value.rpartition("@")[2]
        mail["Authentication-Results"] = f"{RECEIVER}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
    mail["From"] = f'"{sender.name}" <{sender.value}>' if sender.name else sender.value
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
        mail["References"] = f"<{answers}>"
    mail.set_content(text)
    for each in files:
        main, _, sub = each.content_type.partition("/")
        mail.add_attachment(each.data, maintype=main, subtype=sub, filename=each.name)
    return mail.as_bytes()


def write_text(sender: str, *, to: str, text: str, message_sid: str) -> bytes:
    """Return a text message as Twilio posts it (https://www.twilio.com/docs/messaging/guides/webhook-request)."""
    return write_form(
        [
            ("MessageSid", message_sid),
            ("SmsSid", message_sid),
            ("AccountSid", ACCOUNT_SID),
            ("From", sender),
            ("To", to),
            ("Body", text),
            ("NumMedia", "0"),
        ]
    )


def quote(text: str, who: str, at: datetime) -> str:
    """Return the words a mail program puts under an answer."""
    quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"\n\nOn {at:%a, %d %b %Y at %H:%M}, {who} wrote:\n{quoted}"


def compose(
    *,
    outbox_id: UUID,
    channel: str,
    sender: Address,
    recipient: Address,
    text: str,
    subject: str,
    html: str,
    automatic: bool,
    company_id: int,
    number: int,
    keys: Sequence[bytes],
    answers: str,
) -> OutboundMessage:
    """Return what left; `number` is the ticket's, `answers` the Message-ID it replies to. Only mail has headers."""
    mail: dict[str, Any] = {}
    if channel == "email":
        token = make_token(keys, company_id, number, recipient.value)
        mail = {
            "subject": subject,
            "message_id": make_message_id(outbox_id, number, sender.value.rpartition("@")[2]),
            "in_reply_to": answers,
            "references": (answers,) if answers else (),
            "reply_to": Address(IdentityKind.EMAIL, reply_address(token, sender.value), sender.name),
        }
    return OutboundMessage(outbox_id, channel, sender, (recipient,), text, html=html, automatic=automatic, **mail)
