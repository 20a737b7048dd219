"""Parsing in a process of its own, which can be killed: an envelope goes in as JSON, a message comes out as JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

from channels.message import Envelope, InboundMessage, Unreadable
from channels.registry import find_channel
from channels.wire import from_json, to_json

CPU_SECONDS = 20
WALL_SECONDS = 90.0
MEMORY = 1024 * 1024 * 1024
POLITE = 10  # pages and ordinary mail come first
TOO_MUCH = "Reading it took more memory or time than one message may have."


def parse_apart(
    envelope: Envelope, *, cpu_seconds: int = CPU_SECONDS, wall_seconds: float = WALL_SECONDS
) -> InboundMessage | Unreadable:
    """Parse in a child with limits; a kill becomes `Unreadable`.

    Processor time is what is limited: a busy machine is no fault of the message. The wall clock only ends a child that hangs.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "channels.child", str(cpu_seconds)],
            input=json.dumps(to_json(envelope)).encode(),
            capture_output=True,
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Unreadable(TOO_MUCH)
    if done.returncode != 0:
        return Unreadable(TOO_MUCH)
    answer = json.loads(done.stdout)
    return Unreadable(answer["unreadable"]) if "unreadable" in answer else from_json(InboundMessage, answer["message"])


def main() -> None:
    """Read an envelope from standard input, parse it within limits, write the result."""
    seconds = int(sys.argv[1])
    os.nice(POLITE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    envelope = from_json(Envelope, json.load(sys.stdin))
    result = find_channel(envelope.channel).parse(envelope)
    answer = {"unreadable": result.reason} if isinstance(result, Unreadable) else {"message": to_json(result)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
