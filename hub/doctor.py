"""`hub doctor`: configuration, connections, and the promises of the core as queries anybody can run."""

from __future__ import annotations

import email.message
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select, text

from channels.address import clean_line
from hub.app import desk_of
from hub.desk import Desk
from hub.errors import HubError
from hub.models import ChannelAccount

INVARIANTS: dict[str, tuple[str, str]] = {
    "nothing is stuck": (
        "SELECT count(*) FROM envelopes WHERE state = 'new' AND received_at < now() - interval '10 min' AND lane < 2",
        "{n} messages have waited longer than ten minutes: is the worker running?",
    ),
    "nothing is lost": (
        "SELECT count(*) FROM envelopes WHERE state IN ('done', 'suppressed') AND message_id IS NULL",
        "{n} envelopes are done without a message.",
    ),
    "duplicates are linked": (
        "SELECT count(*) FROM envelopes WHERE state = 'duplicate' AND duplicate_of_id IS NULL",
        "{n} duplicates do not say of what.",
    ),
    "every message has its envelope": (
        "SELECT count(*) FROM messages m WHERE direction = 'in' AND NOT EXISTS (SELECT 1 FROM envelopes e WHERE e.message_id = m.id)",
        "{n} inbound messages have no envelope.",
    ),
    "everything leaves": (
        "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown') AND next_at < now() - interval '15 min'",
        "{n} outgoing messages are late: is the worker running?",
    ),
    "every reply has its outbox row": (
        (
            "SELECT count(*) FROM messages m WHERE direction = 'out' AND visibility = 'public' "
            "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)"
        ),
        "{n} outgoing messages have no outbox row.",
    ),
    "parked messages are seen": (
        "SELECT count(*) FROM envelopes WHERE state = 'parked' AND stub_ticket_id IS NULL AND NOT history",
        "{n} parked messages have no ticket that a person sees.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined."""

    name: str
    good: bool
    words: str


def examine(app: Flask) -> list[Finding]:
    """Examine everything and return a finding each, in an order a person can follow."""
    desk = desk_of(app)
    checks: list[tuple[str, Callable[[Desk], str]]] = [
        ("configuration", _configuration),
        ("database", _database),
        ("redis", _redis),
        ("attachments", _attachments),
        ("header injection", lambda _: _header_probe()),
        ("classifier", _classifier),
        ("mailboxes", _mailboxes),
        *((name, _invariant(query, words)) for name, (query, words) in INVARIANTS.items()),
    ]
    findings = []
    for name, check in checks:
        try:
            trouble = check(desk)
        except (HubError, OSError, ValueError) as error:
            trouble = str(error)
        findings.append(Finding(name, not trouble, trouble or "in order"))
        if name == "classifier":
            findings.append(Finding("encoder", True, _encoder(desk)))
    return findings


def count_invariants(desk: Desk) -> dict[str, int]:
    """Return how many rows break each promise: all zero is the promise kept."""
    return {name: int(desk.session.scalar(text(query)) or 0) for name, (query, _) in INVARIANTS.items()}


def _invariant(query: str, words: str) -> Callable[[Desk], str]:
    def check(desk: Desk) -> str:
        count = int(desk.session.scalar(text(query)) or 0)
        return words.format(n=count) if count else ""

    return check


def _configuration(desk: Desk) -> str:
    settings = desk.settings
    if settings.practice and not settings.demo:
        return (
            "HUB_OUTSIDE=console: nothing leaves this machine. Set HUB_OUTSIDE=real when the desk is for real people."
        )
    if not settings.secure and not settings.demo:
        return f"HUB_BASE_URL is {settings.base_url}: people outside should reach the desk by https."
    if settings.secure and not settings.proxies and not settings.demo:
        return (
            "HUB_PROXIES is 0, but https ends before the desk: say how many proxies, else all visitors share one limit."
        )
    return ""


def _database(desk: Desk) -> str:
    session = desk.session
    for name in ("fsync", "synchronous_commit"):
        if session.scalar(text(f"SHOW {name}")) == "off":
            return f"PostgreSQL runs with {name} off: a power cut would lose messages."
    missing = {"pg_trgm", "unaccent"} - set(session.scalars(text("SELECT extname FROM pg_extension")))
    if missing:
        return f"PostgreSQL lacks the extensions {', '.join(sorted(missing))}: run 'hub db upgrade' as an owner of the database."
    apart = abs((session.scalar(select(text("now()"))) - datetime.now(UTC)).total_seconds())
    return f"The clocks of this machine and the database are {apart:.0f} s apart." if apart > 2 else ""


def _redis(desk: Desk) -> str:
    return (
        "" if desk.background.alive() else "Redis does not answer: the desk goes on, each step up to a second slower."
    )


def _attachments(desk: Desk) -> str:
    probe = b"frontdesk storage probe"
    return (
        ""
        if desk.storage.get(desk.storage.put(probe)) == probe
        else "The attachments folder does not give back what it was given."
    )


def _header_probe() -> str:
    """Show that a line break inside an encoded subject cannot become a header (CVE-2024-6923)."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = clean_line("a\r\nBcc: v@example.org")
    return "" if b"\nBcc:" not in message.as_bytes() else "This Python lets a subject inject headers."


def _classifier(desk: Desk) -> str:
    return desk.open_classifier().trouble


def _encoder(desk: Desk) -> str:
    """Name the sentence encoder that is live, and which was chosen where that one cannot be had."""
    from classifiers.encoder import EncoderUnusable, open_encoder  # noqa: PLC0415 - numpy is for who asks

    try:
        return open_encoder(desk.settings.encoder).name
    except EncoderUnusable as unusable:
        return str(unusable)


def _mailboxes(desk: Desk) -> str:
    rows = desk.session.scalars(
        select(ChannelAccount).where(ChannelAccount.active, ChannelAccount.last_error != "")
    ).all()
    return "; ".join(f"{row.address}: {row.last_error}" for row in rows)
