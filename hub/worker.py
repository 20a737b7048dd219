"""The worker process: resident loops in threads, RQ's wake-ups and scheduled jobs in the main thread."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from hub.background import QUEUE, connect
from hub.desk import Desk
from hub.jobs import context
from hub.jobs.loops import LOOPS
from hub.memory import stay_below
from hub.processes import give_memory_back, spare_what_is_loaded

log = logging.getLogger(__name__)

WORKER_TTL = 30
MAINTENANCE = 15


def run_worker(app: Flask) -> None:
    """Run the loops until SIGTERM or SIGINT; without Redis they go on by themselves, a second slower."""
    give_memory_back()
    desk: Desk = app.extensions["desk"]
    stay_below(desk.settings.memory)
    context.serve(app)
    spare_what_is_loaded()
    stop = threading.Event()
    threads = [threading.Thread(target=loop.run, args=(app, stop), name=loop.name, daemon=True) for loop in LOOPS]
    threads.append(threading.Thread(target=_open_classifier, args=(desk,), name="classifier", daemon=True))
    for thread in threads:
        thread.start()

    def leave(*_: Any) -> None:
        stop.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        while not stop.is_set():
            take_wake_ups(desk, stop)
    finally:
        stop.set()
        for loop in LOOPS:
            loop.woken.set()
        for thread in threads:
            thread.join(timeout=10)


def _open_classifier(desk: Desk) -> None:
    """Read the model before the first message of the day waits for it."""
    desk.open_classifier()
    spare_what_is_loaded()


def take_wake_ups(desk: Desk, stop: threading.Event) -> None:
    """Serve RQ's queue until the server is lost; the loops do not need it. Raises `SystemExit` once `stop` is set."""
    if not desk.settings.redis_url:
        stop.wait(1.0)
        return
    try:
        connection = connect(desk.settings.redis_url, patience=WORKER_TTL)
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        worker = LoopWorker(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE,
        )
        worker.stop = stop
        worker.work(logging_level="WARNING")
    except (redis.RedisError, OSError) as error:
        log.warning("Redis is away (%s): the loops go on without wake-ups.", type(error).__name__)
        time.sleep(1.0)


class LoopWorker(SimpleWorker):
    """RQ's worker without its signal handlers: the process has its own, and `stop` says that it was asked to end."""

    stop: threading.Event

    def _install_signal_handlers(self) -> None:
        return

    def heartbeat(self, *given: Any, **named: Any) -> None:
        """Say that this worker lives, unless it was asked to end: Python drops an exit that is raised while it tidies up."""
        if self.stop.is_set():
            raise SystemExit(0)
        super().heartbeat(*given, **named)
