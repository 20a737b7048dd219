"""Two desks that write to each other (reliability.md T-23): each with its own database, its own mail server and its own clock.

Nothing between them is played: what one sends leaves by its SMTP, passes a relay, and comes in at the listener of the other. With
the headers that mail carries one automatic answer is the end of it; where a relay loses them all, budgets end it on both sides.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url

from channels.email import EmailChannel
from channels.email.listener import Listener, Taking
from channels.message import Envelope
from hub.app import create_core
from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from hub.listener import open_listener
from hub.models import ChannelAccount, Message, OutboxRow, Ticket
from hub.schema import prepare_migrations, upgrade_schema
from hub.services.intake import receive
from hub.services.sending.acknowledge import LOOP
from hub.services.sending.sending import send
from hub.services.triage.triage import triage
from hub.settings import Settings
from tests.conftest import MONDAY_MORNING
from tests.factories import make_agent, make_company
from tests.services.steps import Office, make_resident, thinking

LETTER = (
    b"From: %s\r\nTo: %s\r\nSubject: Are you there?\r\nMessage-ID: <first@example.com>\r\n\r\nIs anybody at home?\r\n"
)
VOUCHED = b"Authentication-Results: mx.example.org; dmarc=pass\r\n"  # the budgets for people we know are the wide ones
KEPT_ALWAYS = frozenset({"from", "to", "mime-version", "content-type", "content-transfer-encoding"})
ROUNDS, PAUSE = 20, timedelta(seconds=30)


@dataclass
class Side:
    """One desk: its application, its address, where its mail goes and what has passed on the way."""

    app: Flask
    clock: FixedClock
    address: str
    door: Listener
    channel: EmailChannel = field(default_factory=EmailChannel)
    carried: list[bytes] = field(default_factory=list)

    def work(self) -> None:
        """File what came, think about it, and let what is due leave."""
        with self.app.app_context():
            desk = self.desk
            while receive(desk):
                pass
            while triage(desk):
                pass
            while send(desk):
                pass
        self.clock.at += PAUSE

    @property
    def desk(self) -> Desk:
        """Return its desk, with mail that really leaves."""
        found: Desk = self.app.extensions["desk"]
        return thinking(replace(found, channels={**found.channels, "email": self.channel}))


@dataclass
class Relay:
    """A mail server between two desks, which hands on what it is given; a careless one loses nearly every header."""

    target: Side
    careless: bool

    def hand_on(self, envelope: Envelope) -> None:
        mail = message_from_bytes(envelope.raw)
        for name in set(mail.keys()):
            if self.careless and name.lower() not in KEPT_ALWAYS:
                del mail[name]
        if self.careless:
            mail["Subject"] = "A message"  # the number of the ticket is lost as well
        del mail["Authentication-Results"]
        raw = VOUCHED + mail.as_bytes()
        self.target.carried.append(raw)
        deliver(self.target, raw, str(envelope.facts["mail_from"]))


def deliver(side: Side, raw: bytes, sender: str) -> None:
    """Hand a mail over at a desk's door, by SMTP."""
    with smtplib.SMTP("127.0.0.1", side.door.port, timeout=30) as server:
        server.sendmail(sender, [side.address], raw)


@pytest.fixture
def second_database(settings: Settings) -> Iterator[str]:
    """Lend a database of its own to the second desk."""
    url = make_url(settings.database_url)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE the_other_desk"))
    yield url.set(database="the_other_desk").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE the_other_desk WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def desks(app: Flask, settings: Settings, second_database: str, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    """Lend two desks with doors of their own."""
    clock = FixedClock(MONDAY_MORNING)
    other = create_core(replace(settings, database_url=second_database, home=tmp_path), clock=clock)
    prepare_migrations(other)
    upgrade_schema(other)
    with ExitStack() as stack:
        sides = []
        for each, its_clock, address in (
            (app, app.extensions["desk"].clock, "desk@example.org"),
            (other, clock, "office@example.net"),
        ):
            door = open_listener(each, "127.0.0.1:0")
            stack.enter_context(door)
            sides.append(Side(each, its_clock, address, door))
        yield sides[0], sides[1]
    with other.app_context():
        db.engine.dispose()


def connect(sender: Side, receiver: Side, *, careless: bool, stack: ExitStack) -> None:
    """Let what one desk sends pass a relay to the other, whose people know its address."""
    relay = Listener(Taking(Relay(receiver, careless).hand_on), host="127.0.0.1", port=0)
    stack.enter_context(relay)
    with sender.app.app_context():
        desk = sender.desk
        company = make_company(desk, mail=sender.address)
        maria = make_agent(desk, company)
        make_resident(Office(desk, company, maria, {}), receiver.address)
        account = desk.session.scalars(select(ChannelAccount)).one()
        account.settings = {
            "authserv_id": "mx.example.org",
            "smtp_url": f"smtp://127.0.0.1:{relay.port}?starttls=never",
        }
        desk.session.commit()


def let_them_write(first: Side, second: Side, *, careless: bool) -> None:
    """Have somebody write to one desk in the name of the other, and ten minutes pass."""
    with ExitStack() as stack:
        connect(first, second, careless=careless, stack=stack)
        connect(second, first, careless=careless, stack=stack)
        deliver(first, VOUCHED + LETTER % (second.address.encode(), first.address.encode()), second.address)
        for _ in range(ROUNDS):
            first.work()
            second.work()
        for each in (first, second):
            each.channel.close()


def automatic(side: Side) -> int:
    with side.app.app_context():
        rows = select(func.count()).select_from(OutboxRow).where(OutboxRow.purpose != "reply")
        return db.session.scalar(rows.where(OutboxRow.state == "accepted")) or 0


def stored(side: Side) -> int:
    with side.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message).where(Message.direction == "in")) or 0


def flagged(side: Side) -> int:
    with side.app.app_context():
        tagged = select(func.count()).select_from(Ticket).where(Ticket.tags.contains([LOOP]))
        return db.session.scalar(tagged) or 0


def test_two_desks_with_all_their_headers_fall_silent_after_one_answer(desks: tuple[Side, Side]) -> None:
    first, second = desks

    let_them_write(first, second, careless=False)

    assert (automatic(first), automatic(second)) == (1, 0)
    assert (stored(first), stored(second)) == (1, 1)


def test_two_desks_whose_headers_are_lost_stop_after_three_answers_each_and_say_so(desks: tuple[Side, Side]) -> None:
    first, second = desks

    let_them_write(first, second, careless=True)

    sent = automatic(first), automatic(second)
    assert all(1 <= each <= 3 for each in sent), sent
    assert stored(first) == 1 + len(first.carried)
    assert stored(second) == len(second.carried)
    assert len(first.carried) + len(second.carried) == sum(sent)
    assert flagged(first) or flagged(second)
