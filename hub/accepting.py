"""`hub accept email`: raw messages from files, folders, mboxes or standard input, through the same intake as IMAP, in this process."""

from __future__ import annotations

import hashlib
import json
import mailbox
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from channels.message import Envelope as Arrival
from channels.message import InboundMessage, Kind, Unreadable
from hub.desk import Desk
from hub.domain.envelope import EnvelopeState
from hub.errors import HubError
from hub.models import Company, Envelope, Message, Prediction, Ticket
from hub.services.intake import accept, receive
from hub.services.intake.reading import read_envelope
from hub.services.intake.receive import Received, facts_of
from hub.services.settings.configuration import read_directory
from hub.services.settings.setup import company_named
from hub.services.triage.triage import triage

MBOX_START = b"From "


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as it lay somewhere, and where."""

    source: str
    data: bytes


def accept_files(desk: Desk, company_slug: str, paths: Iterable[Path], *, as_json: bool, history: bool) -> int:
    """Take every message in and print one line each; returns how many were lost, which is none whatever was parked."""
    with desk.transaction():
        company = company_named(desk, company_slug)
    lost = 0
    for raw in find_messages(paths):
        report = accept_one(desk, company, raw, history=history)
        lost += report["outcome"] == "lost"
        click.echo(json.dumps(report, ensure_ascii=False) if as_json else _line(report))
    return lost


def find_messages(paths: Iterable[Path]) -> Iterator[RawMessage]:
    """Yield the messages at some places: a file, an mbox, every file below a folder, or standard input for `-`."""
    for path in paths:
        if str(path) == "-":
            yield RawMessage("-", sys.stdin.buffer.read())
        elif path.is_dir():
            yield from find_messages(sorted(each for each in path.rglob("*") if each.is_file()))
        else:
            data = path.read_bytes()
            if data.startswith(MBOX_START) and path.suffix in {".mbox", ".mbx", ""}:
                yield from _from_mbox(path)
            else:
                yield RawMessage(str(path), data)


def accept_one(desk: Desk, company: Company, raw: RawMessage, *, history: bool) -> dict[str, Any]:
    """Take one message through acceptance, filing and triage, and report what became of it."""
    key = f"{raw.source}:{hashlib.sha256(raw.data).hexdigest()}"
    try:
        with desk.transaction():
            accepted = accept(
                desk, Arrival("email", "file", key, raw.data, desk.clock.now()), company_id=company.id, history=history
            )
    except HubError as error:
        return {"source": raw.source, "outcome": "lost", "reason": str(error)}
    if not accepted.new:
        return {"source": raw.source, "outcome": "duplicate", "reason": f"Taken in before, as envelope {accepted.id}."}
    found: Received | None = None
    while found is None:
        results = receive(desk, only=[accepted.id])
        found = results[0] if results else _filed_by_another(desk, accepted.id)
    if found.message_id is not None:
        triage(desk, only=[found.message_id])
    return {"source": raw.source, "outcome": found.outcome, "reason": found.reason} | _describe(desk, found)


def _filed_by_another(desk: Desk, envelope_id: int) -> Received | None:
    """Return what became of an envelope that a worker took first, or nothing while it is still at it."""
    with desk.transaction() as session:
        row = session.get(Envelope, envelope_id)
        if row is None:
            return Received(envelope_id, "lost", "It was not filed.")
        if row.state == EnvelopeState.NEW:
            return None
        message = session.get(Message, row.message_id) if row.message_id else None
        if message is None:
            return Received(envelope_id, str(row.state), row.reason)
        earlier = select(Message.id).where(Message.ticket_id == message.ticket_id, Message.id < message.id).limit(1)
        opened = "created" if session.scalar(earlier) is None else "appended"
        outcome = opened if row.state == EnvelopeState.DONE else str(row.state)
        return Received(envelope_id, outcome, row.reason, message.ticket_id, message.id)


def _describe(desk: Desk, found: Received) -> dict[str, Any]:
    """Return what was read in a message and what triage made of it."""
    with desk.transaction() as session:
        row = session.get(Envelope, found.envelope_id)
        assert row is not None
        parsed = read_envelope(desk, row, facts_of(row, read_directory(desk)))
        ticket = session.get(Ticket, found.ticket_id) if found.ticket_id else None
        thought = (
            session.scalar(select(Prediction).where(Prediction.message_id == found.message_id))
            if found.message_id
            else None
        )
        read = describe_message(parsed) if isinstance(parsed, InboundMessage) else {}
        return {"ticket": found.ticket_id, "message": found.message_id} | read | {
            "queue": ticket.queue if ticket else None,
            "topic": ticket.topic if ticket else None,
            "confidence": round(thought.confidence, 4) if thought else None,
            "priority": ticket.priority if ticket else None,
        }  # fmt: skip


def describe_message(parsed: InboundMessage | Unreadable) -> dict[str, Any]:
    """Return a parsed message under the names of the contract."""
    if isinstance(parsed, Unreadable):
        return {}
    return {
        "from": [parsed.sender.value] if parsed.sender else [],
        "from_name": parsed.sender.name if parsed.sender else "",
        "subject": parsed.subject,
        "to": [each.value for each in parsed.to],
        "cc": [each.value for each in parsed.cc],
        "reply_to": [each.value for each in parsed.reply_to],
        "message_id": parsed.message_id,
        "in_reply_to": list(parsed.in_reply_to),
        "references": list(parsed.references),
        "date": parsed.sent_at.isoformat() if parsed.sent_at else None,
        "text": parsed.text,
        "html": parsed.html,
        "reply_text": parsed.reply_text,
        "attachments": [
            {
                "name": each.name,
                "type": each.content_type,
                "bytes": len(each.data),
                "sha256": hashlib.sha256(each.data).hexdigest(),
                "disposition": each.disposition,
                "content_id": each.content_id,
            }
            for each in parsed.attachments
        ],
        "is_complaint": parsed.kind is Kind.COMPLAINT,
        "is_forward": parsed.forwarded is not None,
        "is_auto_reply": parsed.kind is Kind.AUTO_REPLY,
        "is_bounce": parsed.kind is Kind.BOUNCE,
        "bounces": [
            {"recipient": each.recipient, "status": each.status, "reason": each.reason, "permanent": each.permanent}
            for each in parsed.bounces
        ],
    }


def _from_mbox(path: Path) -> Iterator[RawMessage]:
    box = mailbox.mbox(str(path), create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            yield RawMessage(f"{path}#{number}", box.get_bytes(key))
    finally:
        box.close()


def _line(report: dict[str, Any]) -> str:
    where = f" -> #{report['ticket']}" if report.get("ticket") else ""
    why = f" ({report['reason']})" if report["reason"] else ""
    return f"{report['outcome']:10} {report['source']}{where}{why}"
