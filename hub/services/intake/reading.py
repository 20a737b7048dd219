"""Parsing an envelope: in this process, or in a killable child where it is large or has failed before."""

from __future__ import annotations

from channels.child import parse_apart
from channels.message import Envelope as Arrival
from channels.message import InboundMessage, Unreadable
from hub.desk import Desk
from hub.models import Envelope

ROOMY = 512 * 1024


def read_envelope(desk: Desk, row: Envelope, facts: dict[str, str]) -> InboundMessage | Unreadable:
    """Parse an envelope; what is large, or has brought a process down, is parsed where it can be killed."""
    raw = row.raw if row.raw is not None else desk.storage.get(row.raw_sha256 or "")
    arrival = Arrival(row.channel, row.source, "", raw, row.received_at, facts)
    channel = desk.channels.get(row.channel)
    if channel is None:
        return Unreadable(f"No channel is called {row.channel!r} here.")
    if len(raw) > ROOMY or row.attempts > 1:
        return parse_apart(arrival)
    return channel.parse(arrival)
