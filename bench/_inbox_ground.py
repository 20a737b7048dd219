"""The desk the inbox benchmark stands on: servers of its own, tickets loaded by COPY with the indexes made afterwards."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg.types.json import Jsonb

from bench._intake_letters import sentences
from hub.app import create_app
from hub.clock import SystemClock
from hub.db import db
from hub.desk import Desk
from hub.domain.access import Role
from hub.embedded import Addresses, EmbeddedServers
from hub.models import Agent, ChannelAccount, Membership, Property, Unit
from hub.schema import upgrade_schema
from hub.services.settings.setup import found_company
from hub.services.staff.accounts import start_sign_in
from hub.settings import read_settings
from hub.web.guards import SIGN_IN

SECRET = "only for a desk that lives as long as its benchmark"  # no secret: nothing real is in it
BYTES_A_MESSAGE = 6_000  # with its ticket's share, indexes, and the write-ahead log of loading them
LONG_TICKET = 500
TEN = 10
LIVE_EVERY = 4
COLLEAGUES = 12
HOUSES, FLATS = 60, 12
WORDS_OF_ONE = "periwinkle sextant"
QUEUES = ("front-desk", "maintenance", "leasing", "billing")
COPIED = {
    "contacts": "id, company_id, name, role, language",
    "identities": "company_id, contact_id, kind, value",
    "leases": "id, company_id, unit_id, starts_on, balance_cents",
    "lease_parties": "company_id, lease_id, contact_id",
    "rents": "company_id, lease_id, starts_on, amount_cents",
    "tickets": "id, company_id, contact_id, unit_id, property_id, assignee_id, queue, status, priority, subject, channel, band, "
    "requester_name, requester_role, unit_label, preview, waiting_since, due_at, snooze_until, created_at, last_activity_at, "
    "last_inbound_id, unread",
    "messages": "id, company_id, ticket_id, direction, channel, author_kind, author_name, author_address, contact_id, agent_id, "
    "subject, text, reply_text, trust, triaged_at, created_at",
    "ticket_events": "company_id, ticket_id, kind, actor_kind, actor_name, message_id, facts, created_at",
    "predictions": "company_id, ticket_id, message_id, topic, queue, priority, confidence, band, evidence",
}
SEARCHED = """
    INSERT INTO search_documents (company_id, kind, subject_id, ticket_id, words, happened_at)
    SELECT company_id, 'message', id, ticket_id, to_tsvector('simple', unaccent(subject || ' ' || text)), created_at FROM messages
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    AND NOT i.indisunique ORDER BY 1
"""


@dataclass(frozen=True)
class Inbox:
    """A desk with tickets, and what a benchmark asks it for; the two tickets are the one of ten messages and the long one."""

    home: Path
    addresses: Addresses
    tickets: int
    ten: int
    long: int
    cookies: tuple[str, ...]
    companies: tuple[int, ...]
    agents: tuple[int, ...]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process of this desk; nothing of the caller's own desk gets in."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUB_", "TWILIO_", "SLACK_"))}
        return kept | environment_of(self.home, self.addresses)

    def connect(self) -> psycopg.Connection:
        """Return a connection to its database."""
        return psycopg.connect(self.addresses.database_url.replace("+psycopg", ""), autocommit=True)


def environment_of(home: Path, addresses: Addresses) -> dict[str, str]:
    """Return the settings of a desk as its processes read them."""
    return {
        "HUB_HOME": str(home),
        "HUB_DATABASE_URL": addresses.database_url,
        "HUB_REDIS_URL": addresses.redis_url,
        "HUB_SECRET_KEY": SECRET,
    }


@contextmanager
def inbox(home: Path, tickets: int, messages: int) -> Iterator[Inbox]:
    """Lend a desk with so many tickets of so many messages each, on durable servers of its own."""
    with EmbeddedServers(home) as addresses:
        app = create_app(read_settings(environment_of(home, addresses)), clock=SystemClock())
        upgrade_schema(app)
        with app.app_context():
            desk: Desk = app.extensions["desk"]
            agents, flats = _people(desk)
            company = 1
            with psycopg.connect(addresses.database_url.replace("+psycopg", ""), autocommit=True) as connection:
                ten, long = load(connection, company, agents, flats, tickets, messages)
            cookies = tuple(_cookie(app, desk, each) for each in agents)
            db.session.remove()
            db.engine.dispose()
        yield Inbox(home, addresses, tickets, ten, long, cookies, (company,), tuple(agents))


def _people(desk: Desk) -> tuple[list[int], list[tuple[int, int, str]]]:
    """Found a company with its staff and homes; return the agents and the flats with their houses."""
    with desk.transaction() as session:
        company = found_company(desk, "bench", "Bench Homes")
        session.add(ChannelAccount(company_id=company.id, channel="email", address="desk@example.org", settings={}))
        agents = [Agent(email=f"agent{each}@example.org", name=f"Agent {each}") for each in range(COLLEAGUES)]
        houses = [Property(company_id=company.id, name=f"House {each}") for each in range(HOUSES)]
        session.add_all([*agents, *houses])
        session.flush()
        session.add_all(Membership(company_id=company.id, agent_id=each.id, role=Role.AGENT) for each in agents)
        flats = [
            Unit(company_id=company.id, property_id=house.id, label=str(each))
            for house in houses
            for each in range(FLATS)
        ]
        session.add_all(flats)
        session.flush()
        names = {each.id: each.name for each in houses}
        return [each.id for each in agents], [
            (each.id, each.property_id, f"{names[each.property_id]}, {each.label}") for each in flats
        ]


def _cookie(app: Flask, desk: Desk, agent_id: int) -> str:
    """Sign somebody in and return what their browser sends."""
    with desk.transaction():
        signed_in = start_sign_in(desk, agent_id=agent_id)
    client = app.test_client()
    with client.session_transaction() as session:
        session[SIGN_IN] = signed_in.secret
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def load(
    connection: psycopg.Connection,
    company: int,
    agents: list[int],
    flats: list[tuple[int, int, str]],
    tickets: int,
    messages: int,
) -> tuple[int, int]:
    """Write everything by COPY, then its indexes; return the numbers of the ticket of ten messages and of the long one."""
    tables = [*COPIED, "search_documents"]
    indexes = connection.execute(INDEXES, [tables]).fetchall()
    written = Written(company, agents, flats, tickets, messages)
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # the rows fit by construction
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for table, columns in COPIED.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in getattr(written, table)():
                    copy.write_row(row)
        connection.execute(SEARCHED)
        for _, definition in indexes:
            connection.execute(definition)
        for table in ("contacts", "leases", "tickets", "messages"):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")
    return written.ten, written.long


class Written:
    """The rows of a desk, the same for the same size: every fourth ticket is live, the newest of them the most urgent."""

    def __init__(
        self, company: int, agents: list[int], flats: list[tuple[int, int, str]], tickets: int, messages: int
    ) -> None:
        self.company, self.agents, self.flats, self.count = company, agents, flats, tickets
        self.people = max(tickets // 5, len(flats))
        self.ten, self.long = tickets - LIVE_EVERY, tickets - 2 * LIVE_EVERY
        self.lengths = {self.ten: TEN, self.long: LONG_TICKET}
        self.each = messages
        self.now = datetime.now(UTC)

    def contacts(self) -> Iterator[tuple[Any, ...]]:
        for person in range(1, self.people + 1):
            yield person, self.company, f"Person {person}", "resident", "en"

    def identities(self) -> Iterator[tuple[Any, ...]]:
        for person in range(1, self.people + 1):
            yield self.company, person, "email", f"person.{person}@example.com"

    def leases(self) -> Iterator[tuple[Any, ...]]:
        for number, (flat, _, _) in enumerate(self.flats, start=1):
            yield number, self.company, flat, date(2021, 5, 1), -32_000 if number % 9 == 0 else 0

    def lease_parties(self) -> Iterator[tuple[Any, ...]]:
        for person in range(1, self.people + 1):
            yield self.company, person % len(self.flats) + 1, person

    def rents(self) -> Iterator[tuple[Any, ...]]:
        for number in range(1, len(self.flats) + 1):
            yield self.company, number, date(2021, 5, 1), 114_000

    def tickets(self) -> Iterator[tuple[Any, ...]]:
        chance = random.Random(1)
        message = 0
        for number in range(1, self.count + 1):
            message += self._length(number)
            person = number % self.people + 1
            flat, house, label = self.flats[person % len(self.flats)]
            at = self._at(number)
            live = number % LIVE_EVERY == 0
            status = chance.choice(("new", "open", "open", "pending")) if live else "closed"
            waits = live and status != "pending"
            agent = chance.choice((None, *self.agents)) if live else chance.choice(self.agents)
            snooze = self.now + timedelta(days=2) if live and chance.random() < 0.05 else None
            band = "suggest" if live and chance.random() < 0.1 else "silent"
            due = at + timedelta(hours=4) if waits else None
            yield (
                *(number, self.company, person, flat, house, agent, chance.choice(QUEUES), status, "normal"),
                *(
                    f"Matter {number}",
                    "email",
                    band,
                    f"Person {person}",
                    "resident",
                    label,
                    "Good morning, it is cold.",
                ),
                *(at if waits else None, due, snooze, at, at, self._last_inbound(number, message), False),
            )

    def messages(self) -> Iterator[tuple[Any, ...]]:
        chance = random.Random(2)
        message = 0
        for number in range(1, self.count + 1):
            person, at = number % self.people + 1, self._at(number)
            for place in range(self._length(number)):
                message += 1
                ours = place % 2 == 1
                text = " ".join(sentences(chance, 8))
                text += f" {WORDS_OF_ONE}." if number == self.count // 3 and place == 0 else ""
                author = ("agent", "Agent 1", "", None, self.agents[1])
                theirs = ("contact", f"Person {person}", f"person.{person}@example.com", person, None)
                yield (
                    *(message, self.company, number, "out" if ours else "in", "email", *(author if ours else theirs)),
                    *(f"Matter {number}", text, text, "verified", at, at + timedelta(seconds=place)),
                )

    def ticket_events(self) -> Iterator[tuple[Any, ...]]:
        message = 0
        for number in range(1, self.count + 1):
            at, length = self._at(number), self._length(number)
            for place in range(length):
                message += 1
                kind = "reply" if place % 2 else "message received" if place else "first message"
                yield self.company, number, kind, "agent" if place % 2 else "contact", "", message, Jsonb({}), at
            moved = Jsonb({"before": "front-desk", "after": "maintenance"})
            yield self.company, number, "queue changed", "agent", "Agent 1", None, moved, at + timedelta(seconds=1)

    def predictions(self) -> Iterator[tuple[Any, ...]]:
        message = 1
        for number in range(1, self.count + 1):
            yield self.company, number, message, "plumbing", "maintenance", "normal", 0.7, "suggest", ["tap", "drips"]
            message += self._length(number)

    def _length(self, number: int) -> int:
        return self.lengths.get(number, self.each)

    def _last_inbound(self, number: int, newest: int) -> int:
        """Return the newest message of the person: every second is theirs, from the first on."""
        return newest if self._length(number) % 2 else newest - 1

    def _at(self, number: int) -> datetime:
        return self.now - timedelta(seconds=20 * (self.count - number) + 600)
