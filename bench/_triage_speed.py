"""How fast triage is: the classifier alone in a process of its own, and messages from received to routed by real workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from bench._intake_ground import Ground
from bench._intake_worker import peak_megabytes
from bench._triage_tables import Table
from channels.message import Envelope as Arrival
from classifiers import emergencies
from classifiers.cascade import load
from hub.app import desk_of
from hub.db import db
from hub.desk import Desk
from hub.embedded import EmbeddedServers
from hub.models import Message
from hub.processes import dies_with_parent, wait_until
from hub.services.intake import accept_all
from hub.services.settings.configuration import read_directory

BATCH = 64
ROUTED = 1_000
ALONE = 40
WORKERS = 2
PATIENCE = 300.0
_numbers = count(1)
LOADING = """
import json, sys, time
sys.path.insert(0, {root!r})
from bench._intake_worker import peak_megabytes
began, used = time.monotonic(), time.process_time()
from classifiers.cascade import load
load().triage(["The tap drips."])
print(json.dumps([time.monotonic() - began, time.process_time() - used, peak_megabytes()]))
"""


def speed(table: Table, texts: Sequence[str]) -> None:
    """Tell milliseconds of processor a message, memory and time to load, on texts no cache has seen."""
    root = str(Path(__file__).resolve().parent.parent)
    program = [sys.executable, "-c", LOADING.format(root=root)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    wall, processor, megabytes = json.loads(done.stdout)
    table.tell("a process that has only loaded the classifier: memory", megabytes, 350, at_most=True, unit="MB")
    table.tell("loading it, scikit-learn included", wall, unit="s")
    table.tell("loading it: processor", processor, unit="s")
    half = len(texts) // 2
    classifier = load()
    classifier.triage(texts[-1:])
    rules = each_takes(lambda: [emergencies.check(text) for text in texts[:half]], half)
    table.tell("rules alone, a message", rules, 2, at_most=True, unit="ms")
    alone = each_takes(lambda: [classifier.triage([text]) for text in texts[:half]], half)
    table.tell("triage one by one, a message", alone, unit="ms")
    together = each_takes(lambda: classifier.triage(texts[half : half + BATCH]), BATCH)
    table.tell(f"triage in batches of {BATCH}, a message", together, unit="ms")
    table.tell("memory of this process at its highest", peak_megabytes(), unit="MB")


def each_takes(work: Callable[[], object], count: int) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began) / count


def flow(table: Table, texts: Sequence[str]) -> None:
    """Time texts from received to routed by two real workers: many at once, and one after the other."""
    with tempfile.TemporaryDirectory() as home, EmbeddedServers(Path(home)) as addresses:
        ground = Ground(Path(home), addresses.database_url, addresses.redis_url)
        app = ground.app()
        with app.app_context():
            desk = desk_of(app)
            with desk.transaction():
                company = read_directory(desk).first_company_id
            workers = [_worker(ground) for _ in range(WORKERS)]
            try:
                for _ in range(WORKERS * 4):  # what a worker loads once is not the price of a message
                    _route(desk, company, texts[:50])
                rate = ROUTED / _route(desk, company, texts[50 : 50 + ROUTED])
                waits = [_route(desk, company, [text], every=0.005) for text in texts[-ALONE:]]
                memory = max(_peak(each.pid) for each in workers)
            finally:
                for each in workers:
                    each.terminate()
                for each in workers:
                    each.wait(120)
                db.engine.dispose()
    table.tell(
        f"received to routed, {WORKERS} workers, load {os.getloadavg()[0]:.1f}", rate, 100, unit="a second", n=ROUTED
    )
    table.tell("received to routed, one at a time: median", 1000 * float(np.median(waits)), unit="ms", n=ALONE)
    p95 = 1000 * float(np.quantile(waits, 0.95))
    table.tell("received to routed, one at a time: p95", p95, 1000, at_most=True, unit="ms", n=ALONE)
    table.tell("memory of a worker at its highest", memory, 350, at_most=True, unit="MB")


def _worker(ground: Ground) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "hub", "worker"],
        env=ground.environment,
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
    )


def _route(desk: Desk, company: int, texts: Sequence[str], *, every: float = 0.02) -> float:
    """Return the seconds from the first text's arrival until the last one is routed."""
    with desk.transaction() as session:
        before = session.scalar(select(func.count()).where(Message.triaged_at.is_not(None))) or 0
    began = time.monotonic()
    for at in range(0, len(texts), 100):
        with desk.transaction():
            accept_all(desk, [_arrival(text) for text in texts[at : at + 100]], company_id=company)

    def routed() -> bool:
        with desk.transaction() as session:
            count = session.scalar(
                select(func.count()).where(Message.triaged_at.is_not(None), Message.direction == "in")
            )
            return (count or 0) >= before + len(texts)

    if not wait_until(routed, PATIENCE, every=every):
        raise AssertionError(f"{PATIENCE:.0f} seconds were not enough.")
    return time.monotonic() - began


def _arrival(text: str) -> Arrival:
    """Return a plain mail from somebody who has not written before."""
    number = next(_numbers)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Person {number} <person.{number}@example.com>"
    mail["To"] = "desk@example.org"
    mail["Subject"] = f"Matter {number}"
    mail["Message-ID"] = f"<{number}@bench.example.com>"
    mail.set_content(text)
    return Arrival("email", "bench", str(number), mail.as_bytes(), datetime.now(UTC))


def _peak(pid: int) -> float:
    """Return the most memory a process ever had, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
