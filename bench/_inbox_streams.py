"""A hundred open inboxes on the live stream: how soon a committed message is on all of them, and what they cost."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import event

from bench._inbox_ground import Inbox
from bench._inbox_inside import inside
from bench._inbox_visits import Server, figures_of, getting, load, say, serving, visit
from hub.db import db
from hub.desk import Desk
from hub.services.sending.reply import write_note
from hub.services.staff.accounts import actor_of

PATIENCE = 20.0
MESSAGES = 30
TIMES = 60
PAGE = "/inbox/unassigned?list=1"


@dataclass
class Reader:
    """An open inbox: its connection and what it has heard."""

    line: socket.socket
    heard: bytearray = field(default_factory=bytearray)

    def take(self) -> None:
        """Take what has come; raises where the server has hung up."""
        piece = self.line.recv(65536)
        if not piece:
            raise AssertionError(f"A stream ended: {bytes(self.heard[:200])!r}")
        self.heard += piece

    def has(self, words: bytes) -> bool:
        """Tell whether something was heard."""
        return words in self.heard


def measure_streams(box: Inbox, clients: int) -> dict[str, Any]:
    """Open inboxes, commit messages one after another, and return how long each took to be on all of them."""
    say(f"  {clients} open inboxes")
    with serving("hub.wsgi:app", box.environment) as server:
        asking = getting(PAGE, box.cookies)
        before = visit(server, asking, clients=2, times=TIMES)
        alone = server.megabytes()
        readers = [_open(server, box.cookies[number % len(box.cookies)]) for number in range(clients)]
        try:
            _until(readers, b"retry: 2000")
            beside = visit(server, asking, clients=2, times=TIMES)
            with_all = server.megabytes()
            last, every = _commit_messages(box, readers)
        finally:
            for each in readers:
                each.line.close()
    return {
        "clients": clients,
        "load": load(),
        "last": asdict(figures_of(last, 0.0)),
        "every": asdict(figures_of(every, 0.0)),
        "page_before": asdict(before),
        "page_beside": asdict(beside),
        "kilobytes_a_client": round(1024 * (with_all - alone) / clients),
    }


def _open(server: Server, cookie: str) -> Reader:
    line = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    line.sendall(f"GET /events?topics=inbox HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    return Reader(line)


def _commit_messages(box: Inbox, readers: list[Reader]) -> tuple[list[float], list[float]]:
    """Return the seconds from each commit to the last reader, and those to every one."""
    last: list[float] = []
    every: list[float] = []
    committed: list[float] = []
    with inside(box) as app:
        desk: Desk = app.extensions["desk"]
        actor = actor_of(desk, box.agents[-1])
        assert actor is not None
        event.listen(db.session, "after_commit", lambda _: committed.append(time.perf_counter()))
        for number in range(MESSAGES):
            ticket = 4 * (number + 1)
            with desk.transaction():
                message = write_note(desk, actor, ticket, f"Heard {number}.")
            taken = _until(readers, f'"message": {message.id}'.encode())
            waited = [at - committed[-1] for at in taken]
            last.append(max(waited))
            every += waited
    return last, every


def _until(readers: list[Reader], words: bytes) -> list[float]:
    """Wait until all have heard some words and return when each did."""
    heard: list[float] = []
    with selectors.DefaultSelector() as waiting:
        for each in readers:
            if each.has(words):
                heard.append(time.perf_counter())
            else:
                waiting.register(each.line, selectors.EVENT_READ, each)
        ends = time.monotonic() + PATIENCE
        while waiting.get_map():
            for key, _ in waiting.select(1.0):
                key.data.take()
                if key.data.has(words):
                    heard.append(time.perf_counter())
                    waiting.unregister(key.fileobj)
            assert time.monotonic() < ends, f"{len(waiting.get_map())} of {len(readers)} inboxes did not hear {words!r}"
    return heard
