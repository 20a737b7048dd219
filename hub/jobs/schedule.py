"""What runs when: each job with its seconds between runs."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime

from hub.background import Background
from hub.clock import Clock

log = logging.getLogger(__name__)

EVERY: dict[str, int] = {
    "sweep.sweep": 30,
    "watch.watch": 30,
    "measure.measure": 60,
    "reconcile.reconcile": 300,
    "teach.teach": 900,
    "orders.chase": 60,
}


def due_slots(now: datetime, last: dict[str, int]) -> dict[str, int]:
    """Return the jobs whose next time slot has begun since they last ran; a missed slot runs once, not many times."""
    slots = {job: int(now.timestamp()) // seconds for job, seconds in EVERY.items()}
    return {job: slot for job, slot in slots.items() if last.get(job) != slot}


def tick(background: Background, clock: Clock, last: dict[str, int]) -> None:
    """Queue what is due; without a queue it runs here, so that losing Redis stops nothing."""
    for job, slot in due_slots(clock.now(), last).items():
        last[job] = slot
        if not background.run(job, str(slot)):
            run_here(job)


def run_here(job: str) -> None:
    """Run a job in this process; its failure is logged and the next slot tries again."""
    module, _, function = job.rpartition(".")
    work: Callable[[], None] = getattr(importlib.import_module(f"hub.jobs.{module}"), function)
    try:
        work()
    except Exception:
        log.exception("The scheduled job %s failed.", job)


def run_clock(background: Background, clock: Clock, stop: threading.Event) -> None:
    """Tick once a second until told to stop."""
    last: dict[str, int] = {}
    while not stop.wait(1.0):
        tick(background, clock, last)
