"""The real intake for the mail cases: accept, then receive, on an embedded PostgreSQL that lives as long as this process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import select

from channels.message import Envelope as Arrival
from channels.message import InboundMessage, Unreadable
from hub.app import create_core, desk_of
from hub.db import db
from hub.desk import Desk
from hub.embedded import EmbeddedServers
from hub.models import Attachment, Envelope, Message, Ticket
from hub.runtime import make_ready
from hub.schema import prepare_migrations
from hub.services.intake import accept, receive
from hub.services.intake.reading import read_envelope
from hub.services.intake.receive import Received, facts_of
from hub.services.settings.configuration import read_directory
from hub.settings import Settings
from hub.storage import NAME

SECRET = "only for a desk that lives as long as its benchmark"
GIVEN_UP = "It could not be filed"  # how a message is parked that the desk, not its sender, is to blame for


@dataclass(frozen=True)
class Taken:
    """What became of a message: what was read in it where it was, else why it was parked; `trouble` is ours."""

    outcome: str
    message: InboundMessage | None
    reason: str
    trouble: str


class Door:
    """A desk on servers of its own that takes in one message after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._numbers = count(1)
        with desk.transaction():
            self._company = read_directory(desk).first_company_id

    def take(self, data: bytes) -> Taken:
        """Take one raw message in; nothing is left out of what the product does but the mailbox and triage."""
        desk = self._desk
        with desk.transaction():
            arrival = Arrival("email", "file", f"case {next(self._numbers)}", data, desk.clock.now())
            envelope = accept(desk, arrival, company_id=self._company).id
        done: list[Received] = []
        while not done and self._waits(envelope):
            done = receive(desk, only=[envelope])
        with desk.transaction() as session:
            row = session.get(Envelope, envelope)
            assert row is not None
            read = read_envelope(desk, row, facts_of(row, read_directory(desk)))
            return Taken(
                outcome=done[0].outcome if done else "lost",
                message=read if isinstance(read, InboundMessage) else None,
                reason=read.reason if isinstance(read, Unreadable) else row.reason,
                trouble=self._trouble(row, read),
            )

    def _waits(self, envelope: int) -> bool:
        with self._desk.transaction() as session:
            return session.scalar(select(Envelope.state).where(Envelope.id == envelope)) == "new"

    def _trouble(self, row: Envelope, read: InboundMessage | Unreadable) -> str:
        """Compare what stands in the tables with what was read: a stub with the bytes, or a message with words and files."""
        session = self._desk.session
        if row.state == "duplicate":
            return "" if row.duplicate_of_id else "a duplicate of nothing"
        if row.state == "parked":
            stub = session.get(Ticket, row.stub_ticket_id) if row.stub_ticket_id else None
            return row.reason if row.reason.startswith(GIVEN_UP) else "" if stub else "parked without a stub ticket"
        message = session.get(Message, row.message_id) if row.message_id else None
        if message is None or not isinstance(read, InboundMessage):
            return f"the envelope is {row.state} and has no message"
        files = session.scalars(select(Attachment.sha256).where(Attachment.message_id == message.id)).all()
        if message.text != read.text or message.subject != read.subject[: len(message.subject)]:
            return "the stored words are not those that were read"
        if len(files) != len(read.attachments) or not all(NAME.fullmatch(each) for each in files):
            return "the stored files are not those that were read"
        return ""


@cache
def the_door() -> Door:
    """Return the one door of this process; its servers end with it."""
    stack = ExitStack()
    atexit.register(stack.close)
    home = Path(tempfile.mkdtemp(prefix="hub-cases-"))
    stack.callback(shutil.rmtree, home, ignore_errors=True)
    addresses = stack.enter_context(EmbeddedServers(home, durable=False))
    app = create_core(Settings(home=home, database_url=addresses.database_url, secret_key=SECRET, demo=True))
    prepare_migrations(app)
    make_ready(app)
    stack.enter_context(app.app_context())
    stack.callback(db.engine.dispose)
    return Door(desk_of(app))
