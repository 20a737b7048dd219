"""Two agents at the same tickets, typing, switching, losing the connection and sending, in two hundred orders."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Stale
from hub.models import Company, Message, OutboxRow, Ticket
from hub.services.inbox.around import look_around
from hub.services.inbox.drafts import end_draft, save_draft
from hub.services.sending.reply import Draft, reply
from tests.factories import make_agent, make_company, make_contact, save

ORDERS = 200
STEPS = 8


@dataclass
class Window:
    """One agent's page: the ticket in it, the composer's id, what is typed there, what was said when it was drawn."""

    desk: Desk
    agent: Actor
    tickets: list[Ticket]
    at: int = 0
    form: str = ""
    text: str = ""
    last_said: int = 0
    late: list[tuple[int, str, str]] = field(default_factory=list)
    sent: list[tuple[int, str]] = field(default_factory=list)

    @property
    def ticket(self) -> Ticket:
        return self.tickets[self.at]

    def open(self, at: int) -> None:
        """Draw a ticket anew: what was kept of this agent's is in the composer."""
        self.at = at
        self.form = str(uuid4())
        self.text = look_around(self.desk, self.agent, [self.ticket.id], opened=self.ticket.id).drafts.reply
        newest = select(Message.id).where(Message.ticket_id == self.ticket.id).order_by(Message.id.desc())
        self.last_said = self.desk.session.scalar(newest.limit(1)) or 0

    def type(self, word: str, *, connected: bool) -> None:
        """Type a word; without a connection its saving comes later, or never."""
        self.text = f"{self.text} {word}".strip()
        saving = (self.ticket.id, self.text, self.form)
        if connected:
            self.save(saving)
        else:
            self.late.append(saving)

    def save(self, saving: tuple[int, str, str]) -> None:
        number, text, form = saving
        with self.desk.transaction():
            save_draft(self.desk, self.agent, number, "reply", text, form_id=form)

    def send(self) -> None:
        """Send what is typed; an answer of the colleague holds it, and it is read and sent again later."""
        if not self.text:
            return
        try:
            with self.desk.transaction():
                reply(self.desk, self.agent, self.ticket.id, Draft(self.text, last_said=self.last_said))
                end_draft(self.desk, self.agent, self.ticket.id, "reply", form_id=self.form)
        except Stale:
            kept = self.text
            self.open(self.at)
            self.text = kept
            return
        self.sent.append((self.ticket.id, self.text))
        self.open(1 - self.at)


@pytest.mark.slow
def test_no_draft_leaks_and_every_reply_leaves_once_to_the_right_person(desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    agents = [make_agent(desk, company, name) for name in ("Maria Keller", "Jonas Weber")]

    for seed in range(ORDERS):
        windows = [Window(desk, agent, pair) for pair in [make_pair(desk, company, seed)] for agent in agents]
        play(random.Random(seed), windows)

        check(desk, windows, seed)


def make_pair(desk: Desk, company: Company, seed: int) -> list[Ticket]:
    """Make two tickets of two people."""
    pair = []
    for name in ("Aylin", "Jan"):
        person = make_contact(desk, company, name, email=f"{name}{seed}@example.com".lower(), role="resident")
        pair.append(
            save(
                desk,
                Ticket(
                    company_id=company.id, contact_id=person.id, channel="email", subject="Tap", requester_name=name
                ),
            )
        )
    return pair


def play(chance: random.Random, windows: list[Window]) -> None:
    """Let both agents do something in turn, at random."""
    for window in windows:
        window.open(chance.randrange(2))
    for step in range(STEPS):
        window = chance.choice(windows)
        word = f"{window.agent.name.split()[0]}{step}at{window.at}"
        act = chance.choice(("type", "type apart", "switch", "send", "connect"))
        if act.startswith("type"):
            window.type(word, connected=act == "type")
        elif act == "switch":
            window.open(1 - window.at)
        elif act == "send":
            window.send()
        else:
            for saving in window.late:
                window.save(saving)


def check(desk: Desk, windows: list[Window], seed: int) -> None:
    """Hold the end of one order to what may never happen."""
    numbers = [each.id for each in windows[0].tickets]
    rows = desk.session.execute(
        select(OutboxRow.ticket_id, OutboxRow.recipient, Message.text)
        .join(Message, Message.id == OutboxRow.message_id)
        .where(OutboxRow.ticket_id.in_(numbers))
    ).all()
    left = sorted((number, text) for number, _, text in rows)
    assert left == sorted(each for window in windows for each in window.sent), f"order {seed}"
    people: dict[int | None, str] = dict(
        zip(numbers, (f"aylin{seed}@example.com", f"jan{seed}@example.com"), strict=True)
    )
    assert all(recipient == people[number] for number, recipient, _ in rows), f"order {seed}"
    for window in windows:
        first = window.agent.name.split()[0]
        for at, number in enumerate(numbers):
            kept = look_around(desk, window.agent, [number], opened=number).drafts.reply
            words = kept.split()
            assert all(word.startswith(first) and word.endswith(f"at{at}") for word in words), f"order {seed}: {kept}"
            assert (number, kept) not in window.sent, f"order {seed}: {kept} was sent"
