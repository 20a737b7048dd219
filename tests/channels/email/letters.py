"""Raw mail for the tests, and the shortest way to read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from channels.email.incoming import read_mail
from channels.message import Address, Envelope, IdentityKind, InboundMessage, OutboundMessage

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def an_envelope(raw: bytes, **facts: str) -> Envelope:
    return Envelope("email", "file", "key", raw, NOW, facts)


def read(raw: bytes | str, **facts: str) -> InboundMessage:
    """Read a mail that must be readable."""
    data = raw.replace("\n", "\r\n").encode() if isinstance(raw, str) else raw
    message = read_mail(an_envelope(data, **facts))
    assert isinstance(message, InboundMessage)
    return message


def a_letter(body: str = "Hello", **fields: str) -> str:
    """A plain mail from Anna; fields by name with underscores for hyphens, empty to leave one out."""
    head = {
        "From": "Anna <anna@example.com>",
        "To": "desk@example.org",
        "Subject": "Tap",
        "Message-ID": "<1@example.com>",
    }
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    return "".join(f"{name}: {value}\n" for name, value in head.items() if value) + f"\n{body}"


OUTBOX_ID = UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30")


def an_address(value: str, name: str = "") -> Address:
    return Address(IdentityKind.EMAIL, value, name)


def a_message(**changes: object) -> OutboundMessage:
    plain = OutboundMessage(
        OUTBOX_ID,
        "email",
        an_address("desk@example.org", "Desk"),
        (an_address("anna@example.com", "Anna"),),
        "We come at nine",
        subject="Tap",
    )
    return replace(plain, **changes)
