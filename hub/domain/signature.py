"""Under which name a company's mail is sent, and what stands below it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.domain.placeholder import fill, open_placeholders

KNOWN = ("agent", "company")
MARK = "-- "  # the line above a signature, by which mail programs know it (RFC 3676, 4.3)


def sender_name(sends_as: str, *, company: str, agent: str = "") -> str:
    """Return the name a mail is sent under: the company's own where nothing else is set, or no agent has written it."""
    name = fill(sends_as, {"agent": agent, "company": company})
    return company if not name or open_placeholders(name) else name


def signature_of(signature: str, *, company: str, agent: str = "") -> str:
    """Return a signature with its placeholders filled in, without the lines for which nothing is known."""
    lines = fill(signature, {"agent": agent, "company": company}).splitlines()
    return "\n".join(line for line in lines if not open_placeholders(line)).strip()


def sign(text: str, signature: str) -> str:
    """Return a text with a signature below it, as it is where that stands in it already."""
    return f"{text}\n\n{MARK}\n{signature}" if signature and signature not in text else text


def is_due(last_signed_at: datetime | None, now: datetime, zone: str) -> bool:
    """Tell whether the next mail is signed: the first one of a day, as the company counts days."""
    if last_signed_at is None:
        return True
    return last_signed_at.astimezone(ZoneInfo(zone)).date() != now.astimezone(ZoneInfo(zone)).date()
