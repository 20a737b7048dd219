"""Forms: what residents, owners and craftsmen write in the portal, and anybody in the public form."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.address import AddressError, clean_line, clean_name, email_address, phone_address
from channels.channel import Account
from channels.message import (
    Address,
    Attachment,
    Envelope,
    IdentityKind,
    InboundMessage,
    OutboundMessage,
    Outcome,
    Receipt,
    Trust,
    Unreadable,
)
from channels.sniff import safe_file_name, sniff

VERSION = 1
SIGNED_IN = "signed_in_identity"
MAX_FILES = 30
MAX_TEXT = 100_000
MAX_LINE = 300
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINES = ("unit", "topic", "phone")


class PortalChannel:
    """Messages typed into a page of ours; answers are read there, so sending needs nobody's help."""

    kind = "portal"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read a form as `make_envelope` wrote it; whoever is signed in is the sender, whatever the form says."""
        try:
            form = json.loads(envelope.raw)
        except (ValueError, RecursionError):
            return Unreadable("This form cannot be read: it is no JSON.")
        if not isinstance(form, dict) or form.get("version") != VERSION:
            return Unreadable(f"This form cannot be read: it is not of version {VERSION}.")
        return _read_form(form, envelope)

    def send(self, message: OutboundMessage, account: Account) -> Receipt:  # noqa: ARG002
        """Accept at once: the portal shows what the database holds."""
        return Receipt(Outcome.ACCEPTED, provider_id=f"portal-{message.id}")


def make_envelope(
    *,
    form_id: UUID,
    received_at: datetime,
    text: str,
    subject: str = "",
    name: str = "",
    email: str = "",
    phone: str = "",
    unit: str = "",
    topic: str = "",
    ticket: str = "",
    language: str = "",
    files: Sequence[Attachment] = (),
    signed_in: Address | None = None,
    source: str = "portal",
) -> Envelope:
    """Wrap a submitted form for intake.

    `form_id` is made by the page when it is shown, so that sending twice counts once. `signed_in` is the identity that
    proved itself by signing in, None for the public form. `ticket` is the public id of the ticket that is answered.
    """
    fields = {
        "version": VERSION,
        "form_id": str(form_id),
        "name": name,
        "email": email,
        "phone": phone,
        "subject": subject,
        "text": text,
        "unit": unit,
        "topic": topic,
        "ticket": ticket,
        "language": language,
        "files": [_write_file(file) for file in files],
    }
    facts = {SIGNED_IN: f"{signed_in.kind}:{signed_in.value}"} if signed_in else {}
    raw = json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return Envelope("portal", source, str(form_id), raw, received_at, facts)


def _write_file(file: Attachment) -> dict[str, str]:
    data = b64encode(file.data).decode("ascii")
    return {"name": file.name, "type": file.declared_type or file.content_type, "data": data}


def _read_form(form: Mapping[str, Any], envelope: Envelope) -> InboundMessage | Unreadable:
    defects: list[str] = []
    attachments = _read_files(form.get("files"), defects)
    text = _UNSAFE.sub("", _word(form, "text"))
    if len(text) > MAX_TEXT:
        defects.append(f"The text was cut at {MAX_TEXT:,} characters; the original has all of it.")
        text = text[:MAX_TEXT]
    if not text.strip() and not attachments:
        return Unreadable("This form is empty: it has neither a text nor a file.")
    name = clean_name(_word(form, "name"))
    signed_in = _read_identity(envelope.facts.get(SIGNED_IN, ""), name)
    sender = signed_in or _claimed_sender(form, name, envelope.facts.get("region") or "US", defects)
    extra = {field: clean_line(_word(form, field))[:MAX_LINE] for field in _LINES if _word(form, field).strip()}
    ticket = clean_line(_word(form, "ticket"))[:MAX_LINE]
    if ticket:  # a stranger who knows a ticket's address has not shown that it is theirs
        extra["ticket" if signed_in else "claimed_ticket"] = ticket
    return InboundMessage(
        channel="portal",
        sender=sender,
        text=text,
        reply_text=text.strip(),
        subject=clean_line(_word(form, "subject"))[:MAX_LINE],
        trust=Trust.VERIFIED if signed_in else Trust.UNVERIFIED,
        message_id=clean_line(_word(form, "form_id"))[:64] or clean_line(envelope.source_key)[:64],
        attachments=attachments,
        may_answer=sender is not None,
        language=clean_line(_word(form, "language"))[:16],
        defects=tuple(defects),
        extra=extra,
    )


def _read_identity(text: str, name: str) -> Address | None:
    kind, _, value = text.partition(":")
    if kind not in set(IdentityKind) or not value:
        return None
    return Address(IdentityKind(kind), value, name)


def _claimed_sender(form: Mapping[str, Any], name: str, region: str, defects: list[str]) -> Address | None:
    """Return the address the form gives, the email before the phone."""
    email, phone = _word(form, "email").strip(), _word(form, "phone").strip()
    try:
        if email:
            return email_address(one_line(email), name)
    except AddressError as error:
        defects.append(str(error))
    try:
        if phone:
            return phone_address(phone, region, name)
    except AddressError as error:
        defects.append(str(error))
    return None


def one_line(address: str) -> str:
    """Return an address unchanged; raises `AddressError` where it holds what no line of text may hold."""
    if clean_line(address) != address:
        raise AddressError("Email address: it has a character that is not allowed there.")
    return address


def _read_files(rows: object, defects: list[str]) -> tuple[Attachment, ...]:
    if not isinstance(rows, list):
        return ()
    if len(rows) > MAX_FILES:
        defects.append(f"Only the first {MAX_FILES} of {len(rows)} files were taken; the original has all of them.")
    found = []
    for number, row in enumerate(rows[:MAX_FILES], start=1):
        try:
            data = b64decode(_word(row, "data"), validate=True) if isinstance(row, dict) else b""
        except (Base64Error, ValueError):
            data = b""
        if not data:
            defects.append(f"File {number} was empty or damaged.")
            continue
        content_type = sniff(data, _word(row, "name"))
        declared = clean_line(_word(row, "type"))[:100].lower()
        name = safe_file_name(_word(row, "name"), content_type, number)
        found.append(Attachment(name, content_type, data, declared_type=declared))
    return tuple(found)


def _word(tree: Mapping[str, Any], name: str) -> str:
    value = tree.get(name)
    return value if isinstance(value, str) else ""
