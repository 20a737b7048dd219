"""Following a mailbox in a thread, as the hub does, so that a test can wait for what comes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from channels.channel import Account, Batch, Cursor, Unreachable
from channels.email.mailbox import fetch
from channels.message import Address, Envelope, IdentityKind
from tests.standins.dovecot import Dovecot


def account(settings: Mapping[str, str]) -> Account:
    return Account(7, "email", Address(IdentityKind.EMAIL, "desk@example.org"), settings, frozenset())


class Following:
    def __init__(self, settings: Mapping[str, str], cursor: Cursor) -> None:
        self.cursor = cursor
        self.batches: list[Batch] = []
        self.error: Unreachable | None = None
        self._waiting: dict[bool, list[Envelope]] = {False: [], True: []}
        self._settings = settings
        self._stop = threading.Event()
        self._fresh: queue.Queue[Batch | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for batch in fetch(account(self._settings), self.cursor, stop=self._stop):
                self._fresh.put(batch)
        except Unreachable as error:
            self.error = error
        finally:
            self._fresh.put(None)

    def next_batch(self, seconds: float = 20) -> Batch:
        """Wait for the next batch, which counts as stored; raises the error the fetcher ended with."""
        batch = self._fresh.get(timeout=seconds)
        if batch is None:
            raise self.error or AssertionError("the fetcher ended")
        self.cursor = batch.cursor
        self.batches.append(batch)
        return batch

    def next_envelopes(self, count: int, *, history: bool = False, seconds: float = 20) -> list[Envelope]:
        """Wait until so many more envelopes of one sort have come; the other sort is kept for the next call."""
        until = time.monotonic() + seconds
        waiting = self._waiting[history]
        while len(waiting) < count:
            batch = self.next_batch(max(0.01, until - time.monotonic()))
            self._waiting[batch.history].extend(batch.envelopes)
        taken, self._waiting[history] = waiting[:count], waiting[count:]
        return taken

    def ends_with(self, seconds: float = 20) -> str:
        """Wait for the fetcher to give up, and return its sentence."""
        while self._fresh.get(timeout=seconds) is not None:
            pass
        assert self.error is not None
        return str(self.error)

    def close(self) -> float:
        """Stop, and return the seconds that took."""
        started = time.monotonic()
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()
        return time.monotonic() - started


@contextmanager
def following(settings: Mapping[str, str], cursor: Cursor | None = None) -> Iterator[Following]:
    one = Following(settings, cursor or Cursor())
    try:
        yield one
    finally:
        one.close()


def connected(settings: Mapping[str, str]) -> Cursor:
    """Connect a mailbox, hand over all its history, and return where the fetcher stands."""
    with following(settings) as one:
        one.next_batch()
    return one.cursor


def message(number: int, body: str = "The heating is cold.") -> bytes:
    return (
        f"From: Rosa <rosa@example.org>\r\nTo: desk@example.org\r\nSubject: Number {number}\r\n"
        f"Message-ID: <{number}@example.org>\r\n\r\n{body}\r\n"
    ).encode()


def settings_of(dovecot: Dovecot, user: str, **more: str) -> dict[str, str]:
    return {"imap_url": dovecot.url(user), **more}
