"""How soon whoever is on call is paged: `python bench/pages_handed_over.py [--emergencies N] [--backlog N]`.

Emergencies come by mail to a desk of its own with real workers, in practice mode: from the commit that accepted one until the
provider's twin took the page. On a desk at rest, behind 20,000 letters, without Valkey, and with the worker killed as soon as
the emergency was accepted and started again. Writes `bench/results/<day>-pages-handed-over.json`.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count, islice
from pathlib import Path

import numpy as np
from sqlalchemy import select, text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._intake_ground import Ground
from bench._intake_letters import letters
from bench._triage_tables import Table
from channels.message import Envelope as Arrival
from hub.app import desk_of
from hub.db import db
from hub.desk import Desk
from hub.embedded import EmbeddedServers
from hub.models import Alarm, ChannelAccount, Company, Envelope, Message, OnCallStep, OutboxRow, Page
from hub.processes import dies_with_parent, wait_until
from hub.services.intake import accept, accept_all

RESULTS = Path(__file__).with_name("results")
PATIENCE = 300.0
NOWHERE = "redis://127.0.0.1:1/0"
ON_CALL = "+12025550190"
WORDS = (
    "Water is pouring through the kitchen ceiling and will not stop.",
    "There is a strong smell of gas in the whole flat.",
    "The socket in the bedroom is sparking and smells burnt.",
    "Somebody broke the entry door open and is still in the house.",
)
PAGED = """
    UPDATE alarms SET ended_at = now(), next_at = NULL, created_at = created_at - interval '2 hours' WHERE ended_at IS NULL
"""
_numbers = count(1)


class Worker:
    """One `hub worker` on a ground."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "hub", "worker"],
            env=self._ground.environment | {"HUB_LOG": "ERROR"},
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
        )

    def kill(self) -> None:
        """Kill it as nothing can be prepared for, and start it again as its keeper does."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        self._process.wait(120)


@contextmanager
def working(ground: Ground) -> Iterator[Worker]:
    """Lend a worker that has filed its first letter."""
    worker = Worker(ground)
    try:
        yield worker
    finally:
        worker.stop()


def page_for(desk: Desk, company: int, worker: Worker | None = None) -> float:
    """Let one emergency come, and return the seconds until its page was handed over."""
    number = next(_numbers)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Person {number} <person.{number}@example.org>"
    mail["To"] = "desk@example.org"
    mail["Subject"] = f"Please read {number}"
    mail["Message-ID"] = f"<{number}@pages.example.org>"
    mail.set_content(WORDS[number % len(WORDS)])
    with desk.transaction():
        arrival = Arrival("email", "bench", f"page {number}", mail.as_bytes(), datetime.now(UTC))
        envelope = accept(desk, arrival, company_id=company).id
    began = time.monotonic()
    if worker is not None:
        worker.kill()
    taken = (
        select(OutboxRow.id)
        .join(Page, Page.outbox_id == OutboxRow.id)
        .join(Alarm, Alarm.id == Page.alarm_id)
        .join(Message, Message.ticket_id == Alarm.ticket_id)
        .join(Envelope, Envelope.message_id == Message.id)
        .where(Envelope.id == envelope, OutboxRow.accepted_at.is_not(None), OutboxRow.channel == "sms")
        .limit(1)
    )

    def handed_over() -> bool:
        with desk.transaction() as session:
            return session.scalar(taken) is not None

    if not wait_until(handed_over, PATIENCE, every=0.02):
        raise AssertionError(f"Nobody was paged within {PATIENCE:.0f} seconds.")
    waited = time.monotonic() - began
    with (
        desk.transaction() as session
    ):  # as many as a company may raise within an hour are fewer than are measured here
        session.execute(text(PAGED))
    return waited


def pile_up(desk: Desk, company: int, many: int) -> None:
    """Accept letters that nobody has filed."""
    source = letters(many, seed=20)
    while some := list(islice(source, 200)):
        now = datetime.now(UTC)
        arrivals = [Arrival("email", "bench", f"letter {next(_numbers)}", raw, now) for raw in some]
        with desk.transaction():
            accept_all(desk, arrivals, company_id=company)


def waiting(desk: Desk) -> int:
    """Return how many envelopes wait."""
    with desk.transaction() as session:
        return session.scalar(text("SELECT count(*) FROM envelopes WHERE state = 'new'")) or 0


def found_ladder(desk: Desk) -> int:
    """Give the first company a number and somebody on call; return the company."""
    with desk.transaction() as session:
        company = session.scalars(select(Company.id).order_by(Company.id)).first()
        assert company is not None
        session.add(ChannelAccount(company_id=company, channel="sms", address="+12025550100", settings={}))
        session.add(OnCallStep(company_id=company, place=1, name="Tom Ritter", phone=ON_CALL))
    return company


def measure(table: Table, ground: Ground, emergencies: int, backlog: int) -> None:
    """Take every figure in turn."""
    app = ground.app()
    with app.app_context():
        desk = desk_of(app)
        company = found_ladder(desk)
        with working(ground) as worker:
            page_for(desk, company)  # what a worker loads once is waited for by nobody else
            tell(table, "at rest", [page_for(desk, company) for _ in range(emergencies)], 10)
            killed = [page_for(desk, company, worker) for _ in range(max(emergencies // 4, 3))]
            tell(table, "the worker killed as soon as it was accepted", killed, 60)
        with working(replace(ground, redis_url=NOWHERE)):
            page_for(desk, company)
            tell(table, "without Valkey", [page_for(desk, company) for _ in range(emergencies)], 60)
        pile_up(desk, company, backlog)
        with working(ground):
            waits = [page_for(desk, company) for _ in range(emergencies)]
            tell(table, f"{backlog:,} letters waiting, {waiting(desk):,} still at the end", waits, 10)
        db.engine.dispose()


def tell(table: Table, what: str, waits: Sequence[float], goal: float) -> None:
    """Tell the median and the 95th percentile of one situation."""
    table.tell(f"{what}: median", float(np.median(waits)), unit="s", n=len(waits))
    p95 = float(np.quantile(waits, 0.95))
    table.tell(f"{what}: p95", p95, goal, at_most=True, unit="s", n=len(waits))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--emergencies", type=int, default=20, help="emergencies a situation (20)")
    parser.add_argument("--backlog", type=int, default=20_000, help="letters that wait (20000)")
    options = parser.parse_args(arguments)
    table = Table()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as home, EmbeddedServers(Path(home)) as addresses:
        measure(
            table, Ground(Path(home), addresses.database_url, addresses.redis_url), options.emergencies, options.backlog
        )
    table.write(RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-pages-handed-over.json", options=vars(options))
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
