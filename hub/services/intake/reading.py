"""Parsing, in a killable child where the input is large or has failed before."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

from channels.message import Envelope as Arrival
from channels.message import InboundMessage, Unreadable
from channels.registry import find_channels
from channels.wire import from_json, to_json
from hub.desk import Desk
from hub.models import Envelope

ROOMY = 512 * 1024
SECONDS = 20
MEMORY = 1024 * 1024 * 1024


def read_envelope(desk: Desk, row: Envelope, facts: dict[str, str]) -> InboundMessage | Unreadable:
    """Parse an envelope; what is large, or has brought a process down, is parsed where it can be killed."""
    raw = row.raw if row.raw is not None else desk.storage.get(row.raw_sha256 or "")
    arrival = Arrival(row.channel, row.source, "", raw, row.received_at, facts)
    channel = desk.channels.get(row.channel)
    if channel is None:
        return Unreadable(f"No channel is called {row.channel!r} here.")
    if len(raw) > ROOMY or row.attempts > 1:
        return read_in_child(arrival)
    return channel.parse(arrival)


def read_in_child(arrival: Arrival, *, seconds: float = SECONDS) -> InboundMessage | Unreadable:
    """Parse in a process of its own, limited in time and memory; a kill becomes `Unreadable` with the reason."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hub.services.intake.reading"],
            input=json.dumps(to_json(arrival)).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Unreadable(f"Reading it took longer than {seconds:.0f} seconds.")
    if done.returncode != 0:
        return Unreadable("Reading it took more memory or time than one message may have.")
    answer = json.loads(done.stdout)
    return Unreadable(answer["unreadable"]) if "unreadable" in answer else from_json(InboundMessage, answer["message"])


def main() -> None:
    """Read an arrival from standard input, parse it within limits, write the result."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    arrival = from_json(Arrival, json.load(sys.stdin))
    result = find_channels()[arrival.channel].parse(arrival)
    answer = {"unreadable": result.reason} if isinstance(result, Unreadable) else {"message": to_json(result)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
