"""The clock process: what is due is queued, by one clock a desk however many are started."""

from __future__ import annotations

import signal
import threading

from flask import Flask
from sqlalchemy import text

from hub.db import db
from hub.desk import Desk
from hub.jobs import context
from hub.jobs.schedule import run_clock
from hub.memory import stay_below

LOCK_SPACE = 0x66F
LOOK_AGAIN = 5.0


def run_alone(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT, while holding the clock's lock; a second clock waits for the first to end."""
    context.serve(app)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    desk: Desk = app.extensions["desk"]
    stay_below(desk.settings.memory)
    with app.app_context():
        while not stop.is_set():
            with db.engine.connect() as guard:
                if guard.scalar(text("SELECT pg_try_advisory_lock(:space, 0)"), {"space": LOCK_SPACE}):
                    guard.commit()
                    run_clock(desk.background, desk.clock, stop)
            stop.wait(LOOK_AGAIN)
