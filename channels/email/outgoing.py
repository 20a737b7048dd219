"""The final bytes of what we send, checked before they leave (RFC 5322, 2047, 3834)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime
from typing import cast

from channels.address import clean_line, clean_name, parse_addresses, undeliverable_reason
from channels.email.charset import clean_text
from channels.email.headers import decode_header, message_ids
from channels.email.loops import LOOP_HEADER, OUTBOX_HEADER
from channels.email.markdown import markdown_to_html
from channels.email.structure import read_structure
from channels.message import Address, Attachment, OutboundMessage
from channels.sniff import safe_file_name

MAX_SUBJECT = 250
MAX_REFERENCES = 20
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MIME_HEADERS = frozenset({"mime-version", "content-type", "content-transfer-encoding"})


class RefusedToBuild(Exception):
    """Raised when a message may not leave; the text is a sentence for the agent."""


@dataclass(frozen=True, slots=True)
class BuiltMail:
    """A message as it goes over the wire: bytes with CRLF line ends, and its envelope."""

    data: bytes
    recipients: tuple[str, ...]
    message_id: str


def build_mail(message: OutboundMessage, now: datetime) -> BuiltMail:
    """Return the final bytes of a message.

    Text and HTML as alternatives, the HTML made from light Markdown where none is given. Raises `RefusedToBuild` when a
    recipient cannot be mailed, or when the bytes, read again, do not have exactly the fields and recipients intended.
    """
    if not message.recipients:
        raise RefusedToBuild("Recipient: choose at least one address.")
    for recipient in (message.sender, *message.recipients, *([message.reply_to] if message.reply_to else [])):
        if reason := undeliverable_reason(recipient.value):
            raise RefusedToBuild(reason)
    domain = message.sender.value.rpartition("@")[2]
    message_id = clean_line(message.message_id).strip("<> ") or f"{message.id}@{domain}"
    fields = _fields(message, message_id, now)
    head = b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in fields)
    data = head + _body(message)
    _check(data, fields, message)
    return BuiltMail(data, tuple(recipient.value for recipient in message.recipients), message_id)


def _fields(message: OutboundMessage, message_id: str, now: datetime) -> list[tuple[str, str]]:
    references = [*message.references[-MAX_REFERENCES:], message.in_reply_to, message_id]
    # our own id stands in References too: some providers replace the Message-ID on the way
    ids = dict.fromkeys(one for one in (clean_line(one).strip("<> ") for one in references) if _is_id(one))
    fields = [
        ("From", _mailbox(message.sender)),
        ("To", ",\r\n ".join(_mailbox(recipient) for recipient in message.recipients)),
        ("Subject", _encoded(clean_line(message.subject)[:MAX_SUBJECT], len("Subject"))),
        ("Date", format_datetime(now)),
        ("Message-ID", f"<{message_id}>"),
    ]
    answered = clean_line(message.in_reply_to).strip("<> ")
    if _is_id(answered):
        fields.append(("In-Reply-To", f"<{answered}>"))
    fields.append(("References", "\r\n ".join(f"<{one}>" for one in ids)))
    if message.reply_to:
        fields.append(("Reply-To", _mailbox(message.reply_to)))
    fields.append((OUTBOX_HEADER, str(message.id)))
    if message.automatic:
        domain = message.sender.value.rpartition("@")[2]
        fields += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), (LOOP_HEADER, domain)]
    return fields


def _is_id(text: str) -> bool:
    return bool(re.fullmatch(r"[\x21-\x3b\x3d\x3f-\x7e]{1,900}", text))


def _mailbox(address: Address) -> str:
    """Return an address field: the cleaned name quoted or encoded, the address as it is."""
    name = clean_name(address.name)
    if not name:
        return address.value
    if name.isascii() and "=?" not in name:
        quoted = name if _ATOMS.fullmatch(name) else '"{}"'.format(re.sub(r'([\\"])', r"\\\1", name))
    else:
        quoted = Header(name, "utf-8", maxlinelen=75, header_name="Reply-To").encode(linesep="\r\n")
    space = "\r\n " if len(quoted) + len(address.value) > 65 else " "
    return f"{quoted}{space}<{address.value}>"


def _encoded(text: str, name_length: int) -> str:
    """Return unstructured text for a header, as encoded words unless it is short, plain and cannot be taken for one."""
    if text.isascii() and len(text) + name_length < 900 and "=?" not in text:
        return "\r\n ".join(_wrap(text, 76 - name_length))
    return Header(text, "utf-8", maxlinelen=75, header_name="X" * name_length).encode(linesep="\r\n")


def _wrap(text: str, width: int) -> list[str]:
    """Break a line at single spaces, so that unfolding gives it back."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append(word)
            width = 75
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _body(message: OutboundMessage) -> bytes:
    mail = EmailMessage(policy=SMTP)
    text = clean_text(message.text)
    mail.set_content(text, cte="quoted-printable")
    inner = clean_text(message.html) or markdown_to_html(text)
    mail.add_alternative(f"<!doctype html><html><body>{inner}</body></html>\n", subtype="html", cte="quoted-printable")
    parts = mail.get_payload()
    for attachment in message.attachments:
        if attachment.disposition == "inline" and attachment.content_id and isinstance(parts, list):
            _attach(cast("EmailMessage", parts[1]), attachment, inline=True)
    for attachment in message.attachments:
        if not (attachment.disposition == "inline" and attachment.content_id):
            _attach(mail, attachment, inline=False)
    return mail.as_bytes()


def _attach(mail: EmailMessage, attachment: Attachment, *, inline: bool) -> None:
    kind = attachment.content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", attachment.content_type) else ""
    maintype, _, subtype = (kind or "application/octet-stream").partition("/")
    if maintype in ("message", "multipart"):  # these may not be base64 (RFC 2046 5.2.1)
        maintype, subtype = "application", "octet-stream"
    name = safe_file_name(attachment.name, attachment.content_type)
    if inline:
        content_id = clean_line(attachment.content_id).strip("<> ")
        mail.add_related(attachment.data, maintype, subtype, filename=name, disposition="inline", cid=f"<{content_id}>")
    else:
        mail.add_attachment(attachment.data, maintype, subtype, filename=name)


def _check(data: bytes, fields: list[tuple[str, str]], message: OutboundMessage) -> None:
    """Read the final bytes again with two parsers: only what was meant may leave (CVE-2024-6923, CVE-2013-3373)."""
    intended = sorted(name.lower() for name, _ in fields)
    ours = read_structure(data).root
    theirs = BytesHeaderParser(policy=compat32).parsebytes(data)
    for names in ([name for name, _ in ours.fields], [name.lower() for name in theirs.keys()]):  # noqa: SIM118
        if sorted(name for name in names if name not in _MIME_HEADERS) != intended:
            raise RefusedToBuild("The message was not sent: its header would have lines that nobody wrote.")
    for name, addresses in (("to", message.recipients), ("from", (message.sender,))):
        read = parse_addresses([ours.first(name).decode("ascii")])
        if not read.certain or [one.value for one in read.addresses] != [one.value for one in addresses]:
            raise RefusedToBuild("The message was not sent: its recipients would not be the chosen ones.")
    if decode_header(ours.first("subject")) != clean_line(message.subject)[:MAX_SUBJECT].strip():
        raise RefusedToBuild("Subject: it would not arrive as it was written; use plain words.")
    if len(message_ids(ours.all("message-id"))) != 1:
        raise RefusedToBuild("The message was not sent: its Message-ID is malformed.")
