"""What can befall the bytes on their way through the proxy."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

UP, DOWN = "up", "down"  # towards the server, towards the client
CHUNK = 65536
# A simple query of the PostgreSQL protocol (section "Message Formats"): Q, length, text, zero.
POSTGRES_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


@dataclass
class Link:
    """One connection through the proxy and how many bytes it has passed each way."""

    number: int
    client: socket.socket
    server: socket.socket | None = None
    passed: dict[str, int] = field(default_factory=lambda: {UP: 0, DOWN: 0})
    cut: bool = False
    ended: int = 0

    def end(self, *, hard: bool) -> None:
        """Close both sides; hard: with a reset, as when a machine dies."""
        for side in (self.client, self.server):
            if side is None:
                continue
            with contextlib.suppress(OSError):
                if hard:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    side.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RD)
            side.close()


@dataclass(frozen=True)
class Verdict:
    """What becomes of a chunk: what is passed on, and whether the link is cut then."""

    data: bytes
    cut: bool = False
    wait: float = 0.0


class Rule(Protocol):
    """Decides about chunks; `hits` counts the times it did something, `times` bounds them."""

    times: int
    hits: int

    def judge(self, link: Link, direction: str, data: bytes) -> Verdict | None:
        """Return a verdict, or None to leave the chunk to the next rule."""


@dataclass
class CutAfter:
    """Cuts a link when it has passed so many bytes in a direction."""

    count: int
    direction: str
    times: int = 1
    hits: int = 0

    def judge(self, link: Link, direction: str, data: bytes) -> Verdict | None:
        """Pass on the bytes up to the count, not one more."""
        left = self.count - link.passed[direction]
        if direction != self.direction or left > len(data):
            return None
        self.hits += 1
        return Verdict(data[: max(left, 0)], cut=True)


@dataclass
class Watch:
    """Looks for something in the bytes of each link, also where it is spread over chunks."""

    sees: Callable[[bytes], bool]
    skip: int = 0
    recent: dict[int, bytes] = field(default_factory=dict)

    def spots(self, link: Link, data: bytes) -> bool:
        """Tell whether it is there now; the first `skip` sightings do not count."""
        window = (self.recent.get(link.number, b"") + data)[-CHUNK:]
        if not self.sees(window):
            self.recent[link.number] = window
            return False
        self.recent[link.number] = b""
        self.skip -= 1
        return self.skip < 0


@dataclass
class CutWhen:
    """Cuts a link when something is seen; `forward` passes the chunk on first."""

    watch: Watch
    direction: str
    forward: bool = True
    times: int = 1
    hits: int = 0

    def judge(self, link: Link, direction: str, data: bytes) -> Verdict | None:
        """Cut when what is looked for is complete with this chunk."""
        if direction != self.direction or not self.watch.spots(link, data):
            return None
        self.hits += 1
        return Verdict(data if self.forward else b"", cut=True)


@dataclass
class CutReply:
    """Lets a request through and cuts when its reply comes: done there, unknown here."""

    watch: Watch
    times: int = 1
    hits: int = 0
    marked: set[int] = field(default_factory=set)

    def judge(self, link: Link, direction: str, data: bytes) -> Verdict | None:
        """Mark the link when the request is seen; drop the next bytes that come back."""
        if direction == UP and self.watch.spots(link, data):
            self.marked.add(link.number)
        if direction == UP or link.number not in self.marked:
            return None
        self.hits += 1
        return Verdict(b"", cut=True)


@dataclass
class Slow:
    """Holds every chunk of a direction back for some seconds."""

    seconds: float
    direction: str
    times: int = 10**9
    hits: int = 0

    def judge(self, _link: Link, direction: str, data: bytes) -> Verdict | None:
        """Delay the chunk."""
        if direction != self.direction:
            return None
        self.hits += 1
        return Verdict(data, wait=self.seconds)


@dataclass
class Hang:
    """Swallows everything of a direction; the connection stays open."""

    direction: str
    times: int = 10**9
    hits: int = 0

    def judge(self, _link: Link, direction: str, _data: bytes) -> Verdict | None:
        """Drop the chunk."""
        if direction != self.direction:
            return None
        self.hits += 1
        return Verdict(b"")


def looks_for(mark: bytes | Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    """Return a predicate over recent bytes, for a mark or a predicate."""
    return mark if callable(mark) else lambda seen: mark in seen
