"""The ground the intake benchmark stands on: servers of its own, a desk with or without a past, and timed processes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from flask import Flask

from bench._intake_letters import sentences
from bench._intake_worker import FLOOR_TABLE
from hub.app import create_core
from hub.db import db
from hub.embedded import EmbeddedServers
from hub.runtime import make_ready
from hub.schema import prepare_migrations
from hub.settings import read_settings

WORKER = Path(__file__).with_name("_intake_worker.py")
SECRET = "only for a desk that lives as long as its benchmark"  # no secret: nothing real is in it
PER_TICKET = 3
BYTES_A_TICKET = 30_000  # with indexes and the write-ahead log of loading them
ARRIVED = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
_COPIED = {
    "contacts": "id, company_id, name",
    "identities": "company_id, contact_id, kind, value",
    "tickets": "id, company_id, contact_id, channel, subject, requester_name, status, created_at, last_activity_at",
    "messages": "id, company_id, ticket_id, direction, channel, author_kind, contact_id, subject, text, reply_text, triaged_at, created_at",
    "message_references": "company_id, id_hash, message_id, ticket_id",
    "envelopes": "company_id, channel, source, source_key, content_key, raw, size, received_at, state, message_id",
    "ticket_events": "company_id, ticket_id, kind, actor_kind, message_id, created_at",
}
_SEARCHED = """
    INSERT INTO search_documents (company_id, kind, subject_id, ticket_id, words, happened_at)
    SELECT company_id, 'message', id, ticket_id, to_tsvector('simple', unaccent(subject || ' ' || text)), created_at FROM messages
"""


@dataclass
class Ground:
    """A data folder, a database, and the environment in which processes work on them."""

    home: Path
    url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process of this desk; nothing of the caller's own desk gets in."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUB_", "TWILIO_", "SLACK_"))}
        ours = {"HOME": str(self.home), "DATABASE_URL": self.url, "REDIS_URL": self.redis_url, "SECRET_KEY": SECRET}
        return kept | {f"HUB_{key}": value for key, value in ours.items()}

    def app(self) -> Flask:
        """Return an application on this desk, migrated, with its first company."""
        app = create_core(read_settings(self.environment))
        prepare_migrations(app)
        make_ready(app)
        return app

    def connect(self) -> psycopg.Connection:
        """Return a connection to its database."""
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)


@contextmanager
def grounds(home: Path) -> Iterator[tuple[Ground, Ground]]:
    """Lend an empty desk and a second one beside it on the same durable servers."""
    with EmbeddedServers(home) as addresses:
        empty = Ground(home, addresses.database_url, addresses.redis_url)
        with empty.connect() as admin:
            admin.execute("CREATE DATABASE full_desk")
        full = Ground(home, addresses.database_url.replace("/hub?", "/full_desk?"), addresses.redis_url)
        for each in (empty, full):
            app = each.app()
            with app.app_context():
                db.engine.dispose()
            with each.connect() as connection:
                connection.execute(FLOOR_TABLE)
        yield empty, full


@dataclass(frozen=True)
class Run:
    """What some processes did together: letters a second, processor milliseconds a letter, and the most memory of one."""

    rate: float
    processor: float
    megabytes: float


def run(ground: Ground, kind: str, letters: Path, warm: Path, workers: int = 1) -> Run:
    """Time workers of one kind from a common start to the end of the last; raises where a letter was lost."""
    started = [
        subprocess.Popen(
            [sys.executable, str(WORKER), kind, str(letters), str(warm), str(share), str(workers)],
            env=ground.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for share in range(workers)
    ]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n", "a worker did not start"
    for each in started:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    reports = [json.loads(each.communicate()[0]) for each in started]
    seconds = max(each["ended"] for each in reports) - min(each["began"] for each in reports)
    done, wanted = sum(each["done"] for each in reports), len(list(letters.glob("*.eml")))
    if done != wanted:
        raise AssertionError(f"{done} letters came through of {wanted}.")
    used = sum(each["processor"] for each in reports)
    return Run(done / seconds, 1000 * used / done, max(each["peak_megabytes"] for each in reports))


def empty(ground: Ground) -> None:
    """Take out all that arrived, and what the floor kept."""
    with ground.connect() as connection:
        connection.execute("TRUNCATE floor, envelopes, tickets, contacts, search_documents CASCADE")


def fill(ground: Ground, tickets: int, say: Callable[[str], None]) -> None:
    """Load a past by COPY: tickets of three messages, with references, envelopes, events and the full-text index."""
    chance = random.Random(tickets)
    with ground.connect() as connection, connection.transaction():
        company = connection.execute("SELECT min(id) FROM companies").fetchone()
        assert company
        connection.execute("SET LOCAL session_replication_role = replica")  # the rows fit by construction
        for table, columns in _COPIED.items():
            say(f"  {table} …")
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in _rows(table, company[0], tickets, chance):
                    copy.write_row(row)
        say("  full-text index …")
        connection.execute(_SEARCHED)
        for table in ("contacts", "tickets", "messages"):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    with ground.connect() as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")  # what loading left to be written is not the price of a letter


def _rows(table: str, company: int, tickets: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    people = max(tickets // 5, 1)
    if table in {"contacts", "identities"}:
        for person in range(1, people + 1):
            mail = f"person.{person}@example.com"
            yield (person, company, f"Person {person}") if table == "contacts" else (company, person, "email", mail)
        return
    for ticket in range(1, tickets + 1):
        person, at = ticket % people + 1, ARRIVED + timedelta(seconds=20 * ticket)
        if table == "tickets":
            yield (ticket, company, person, "email", f"Matter {ticket}", f"Person {person}", "closed", at, at)
            continue
        for message in range(PER_TICKET * (ticket - 1) + 1, PER_TICKET * ticket + 1):
            key = chance.randbytes(32)
            if table == "messages":
                text = " ".join(sentences(chance, 8))
                subject = f"Matter {ticket}"
                yield (message, company, ticket, "in", "email", "contact", person, subject, text, text, at, at)
            elif table == "message_references":
                yield (company, key, message, ticket)
            elif table == "envelopes":
                other = chance.randbytes(32)
                yield (company, "email", "imap:1", key, other, b"-" * 300, 300, at, "done", message)
            else:
                yield (company, ticket, "message received", "contact", message, at)
