"""Raw mail for tests, written the way mail programs write it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from itertools import count

from channels.message import Envelope

numbers = count(1)
WRITTEN = datetime(2026, 11, 16, 8, 59, tzinfo=UTC)


def make_mail(
    text: str = "The tap in the kitchen drips.",
    *,
    sender: str = "Aylin Demir <aylin@example.com>",
    to: str = "desk@example.org",
    subject: str = "Tap",
    **headers: str,
) -> bytes:
    """Return the bytes of a mail; header names are written with underscores."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(WRITTEN)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    message["Message-ID"] = named.pop("Message-ID", make_msgid(domain="example.com"))
    for name, value in named.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def arrive(
    raw: bytes, *, received_at: datetime = WRITTEN, source: str = "test", channel: str = "email", **facts: str
) -> Envelope:
    """Return an arrival with a key of its own."""
    return Envelope(channel, source, f"key-{next(numbers)}", raw, received_at, facts)
