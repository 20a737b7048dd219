"""The resident loops of a worker: each drains what waits and sleeps until woken, or for a second at most."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

from hub.db import db
from hub.desk import Desk
from hub.services import intake
from hub.services.emergencies.alarms import climb
from hub.services.intake.media import fetch_media
from hub.services.operations.task_photos import fetch_task_photos
from hub.services.sending import provider_events, sending, webhooks
from hub.services.triage.triage import triage

log = logging.getLogger(__name__)

IDLE = 1.0
LONGEST_REST = 30.0
SLOW_CHANNELS = ("email", "sms", "slack", "voice", "webhook")
URGENT_CHANNELS = ("email", "sms")
Step = Callable[[Desk], int]


@dataclass
class Loop:
    """One thread that repeats one step: at once while there is work, else when woken or after a second."""

    name: str
    wakes_on: str
    step: Step
    woken: threading.Event = field(default_factory=threading.Event)

    def run(self, app: Flask, stop: threading.Event) -> None:
        """Repeat the step until told to stop; a failure is logged and waited out, longer each time."""
        failures = 0
        while not stop.is_set():
            self.woken.clear()
            try:
                with app.app_context():
                    worked = self.step(app.extensions["desk"])
                failures = 0
            except Exception:
                failures += 1
                worked = 0
                log.exception("The %s loop failed and goes on.", self.name)
                with app.app_context():
                    db.engine.dispose()
                stop.wait(min(2.0**failures, LONGEST_REST))
            if not worked:
                self.woken.wait(IDLE)


def make_loops() -> list[Loop]:
    """Return the loops of a worker: one sender a provider, so that a hanging mail server never holds a text back.

    What cannot wait has senders of its own, behind no backlog; alarms climb by themselves, whatever else is down.
    """
    senders = [Loop(f"send {kind}", "send", _sender(kind)) for kind in SLOW_CHANNELS]
    senders += [Loop(f"send {kind} now", "send", _urgent_sender(kind)) for kind in URGENT_CHANNELS]
    return [
        Loop("receive", "receive", lambda desk: len(intake.receive(desk))),
        Loop("look ahead", "receive", intake.Lookout().look),
        Loop("triage", "triage", triage),
        Loop("climb", "climb", climb),
        Loop("apply", "apply", provider_events.apply_events),
        Loop("media", "media", fetch_media),
        Loop("task photos", "media", fetch_task_photos),
        Loop("webhooks", "webhooks", webhooks.announce),
        *senders,
        Loop("send others", "send", _other_sender),
    ]


def wake(name: str) -> None:
    """Hurry every loop that waits for a name."""
    for loop in LOOPS:
        if loop.wakes_on == name:
            loop.woken.set()


def _sender(kind: str) -> Step:
    return lambda desk: sending.send(desk, channels=(kind,))


def _urgent_sender(kind: str) -> Step:
    return lambda desk: sending.send(desk, channels=(kind,), urgent=True)


def _other_sender(desk: Desk) -> int:
    return sending.send(desk, channels=tuple(sorted(set(desk.channels) - set(SLOW_CHANNELS))))


LOOPS = make_loops()
