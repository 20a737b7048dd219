"""How the desk is, told within a second: whoever asks must hear it even while a server hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import func, select, text

from channels.channel import FetchedChannel
from hub.desk import Desk
from hub.domain.envelope import EnvelopeState, Lane
from hub.models import ChannelAccount, Envelope

PATIENCE = timedelta(milliseconds=800)
LATE = timedelta(minutes=10)
NO_ANSWER = "does not answer"
Answer = TypeVar("Answer")


class Probe(Generic[Answer]):
    """Asks one server in a thread of its own. While an earlier question hangs no second one is asked."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None
        self._answers: list[Answer | Exception] = []

    def start(self) -> None:
        """Ask, unless the last question is still open."""
        with self._lock:
            if self._running is None or not self._running.is_alive():
                answers: list[Answer | Exception] = []
                self._answers = answers
                self._running = threading.Thread(target=self._run, args=(answers,), name="health", daemon=True)
                self._running.start()

    def wait(self, seconds: float) -> Answer | Exception | None:
        """Return the answer, what went wrong instead, or None when there is none in time."""
        with self._lock:  # a thread that another request is just starting cannot be waited for yet
            running, answers = self._running, self._answers
        if running is not None:
            running.join(max(seconds, 0.0))
        return answers[0] if answers else None

    def _run(self, answers: list[Answer | Exception]) -> None:
        try:
            answers.append(self._ask())
        except Exception as error:  # noqa: BLE001 - any failure is the answer
            answers.append(error)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox that is fetched, and how its last fetch went."""

    name: str
    last_fetch_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Records:
    """What the database knows: whether it takes writes, since when a message waits, and the mailboxes."""

    writable: bool
    oldest_waiting: timedelta = timedelta(0)
    mailboxes: list[Mailbox] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Health:
    """How the desk is: `down` cannot take messages, `degraded` takes them and something is late or away."""

    status: str
    database: str
    redis: str
    oldest_waiting: timedelta = timedelta(0)
    mailboxes: list[Mailbox] = field(default_factory=list)


def read_records(desk: Desk) -> Records:
    """Read what the database says of the desk; raises `sqlalchemy.exc.DBAPIError`."""
    session = desk.session
    session.execute(text("SET LOCAL statement_timeout = 1000"))
    writable = session.scalar(text("SELECT current_setting('transaction_read_only')")) == "off"
    oldest = session.scalar(
        select(func.min(Envelope.received_at)).where(
            Envelope.state == EnvelopeState.NEW, Envelope.lane < int(Lane.HISTORY)
        )
    )
    fetched = [kind for kind, channel in desk.channels.items() if isinstance(channel, FetchedChannel)]
    rows = session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.active, ChannelAccount.channel.in_(fetched))
        .order_by(ChannelAccount.id)
    )
    mailboxes = [Mailbox(row.address, row.last_fetch_at, row.last_error) for row in rows]
    waiting = max(desk.clock.now() - oldest, timedelta(0)) if oldest is not None else timedelta(0)
    return Records(writable, waiting, mailboxes)


def judge(records: Records | Exception | None, redis_answers: bool | Exception | None) -> Health:
    """Return how the desk is, from what its servers said."""
    redis = "ok" if redis_answers is True else NO_ANSWER
    if not isinstance(records, Records):
        return Health("down", NO_ANSWER, redis)
    if not records.writable:
        return Health("down", "takes no writes", redis, records.oldest_waiting, records.mailboxes)
    troubled = redis != "ok" or records.oldest_waiting > LATE or any(each.last_error for each in records.mailboxes)
    return Health("degraded" if troubled else "ok", "ok", redis, records.oldest_waiting, records.mailboxes)
