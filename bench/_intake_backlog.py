"""Whether a text waits behind mail: 20,000 mails accepted, one real worker filing and triaging them, and texts coming in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from bench._intake_ground import Ground
from bench._intake_letters import letters
from channels.message import Envelope as Arrival
from hub.app import desk_of
from hub.db import db
from hub.desk import Desk
from hub.models import Envelope, Message
from hub.processes import dies_with_parent
from hub.services.intake import accept, accept_all
from hub.services.settings.configuration import read_directory
from tests.journeys.running import wait_for

TEXTS = 8
PAUSE = 1.0
PATIENCE = 120.0
DESK = "+12025550100"


def measure_backlog(ground: Ground, mails: int) -> dict[str, Any]:
    """Time texts from accepted to filed and to triaged, while mail waits the whole time."""
    app = ground.app()
    with app.app_context():
        desk = desk_of(app)
        with desk.transaction():
            company = read_directory(desk).first_company_id
        source = letters(mails, seed=20)
        while some := list(islice(source, 200)):
            arrivals = [
                Arrival("email", "bench", f"{id(some)}-{each[:400]!r}", each, datetime.now(UTC)) for each in some
            ]
            with desk.transaction():
                accept_all(desk, arrivals, company_id=company)
        worker = subprocess.Popen(
            [sys.executable, "-m", "hub", "worker"],
            env=ground.environment,
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
        )
        try:
            wait_for(lambda: _count(desk, Envelope.state == "done"), "The first mail on its ticket", seconds=60)
            waits = [_text(desk, company, number) for number in range(TEXTS)]
            left = _count(desk, Envelope.state == "new")
            peak = _peak(worker.pid)
        finally:
            worker.terminate()
            worker.wait(30)
            db.engine.dispose()
    filed, triaged = [each[0] for each in waits], [each[1] for each in waits]
    return {
        "mails": mails,
        "left": left,
        "load": round(os.getloadavg()[0], 1),
        "filed_seconds": [round(each, 2) for each in sorted(filed)],
        "triaged_seconds": [round(each, 2) for each in sorted(triaged)],
        "worker_megabytes": peak,
    }


def _text(desk: Desk, company: int, number: int) -> tuple[float, float]:
    time.sleep(PAUSE)  # texts a second apart, so that each meets another batch of mail
    form = {"MessageSid": f"SM{number:032x}", "AccountSid": "AC", "From": f"+1202555{number + 110:04}", "To": DESK}
    raw = urlencode(form | {"Body": f"When does the office open on day {number}?", "NumMedia": "0"}).encode()
    began = time.monotonic()
    with desk.transaction():
        envelope = accept(
            desk, Arrival("sms", "twilio:0", form["MessageSid"], raw, datetime.now(UTC)), company_id=company
        )
    filed = _until(desk, began, select(Message.id).join(Envelope, Envelope.message_id == Message.id), envelope.id)
    triaged = _until(
        desk,
        began,
        select(Message.triaged_at)
        .join(Envelope, Envelope.message_id == Message.id)
        .where(Message.triaged_at.is_not(None)),
        envelope.id,
    )
    return filed, triaged


def _until(desk: Desk, began: float, question: Any, envelope: int) -> float:
    """Return the seconds until a question about an envelope has an answer, to a tenth."""

    def look() -> bool:
        with desk.transaction() as session:
            return session.scalar(question.where(Envelope.id == envelope)) is not None

    wait_for(look, f"Envelope {envelope} on its ticket", seconds=PATIENCE)
    return time.monotonic() - began


def _count(desk: Desk, condition: Any) -> int:
    with desk.transaction() as session:
        return len(session.scalars(select(Envelope.id).where(condition)).all())


def _peak(pid: int) -> float:
    """Return the most memory a process ever had, in megabytes; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)
