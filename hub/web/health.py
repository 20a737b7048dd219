"""`GET /health`: for load balancers, watchdogs and the person on call."""

from __future__ import annotations

import time

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, jsonify

from hub.desk import Desk
from hub.services.health import PATIENCE, Health, Probe, Records, judge, read_records
from hub.web.guards import anybody, guarded

health = guarded(APIBlueprint("health", __name__, enable_openapi=False), anybody)


class HealthCheck:
    """Asks the database and Redis at the same time, and waits for both less than a second."""

    def __init__(self, app: APIFlask) -> None:
        desk: Desk = app.extensions["desk"]

        def ask_database() -> Records:
            with app.app_context():
                return read_records(desk)

        self._database = Probe(ask_database)
        self._redis = Probe(desk.background.alive)

    def ask(self) -> Health:
        """Return how the desk is, within a second whatever hangs."""
        ends = time.monotonic() + PATIENCE.total_seconds()
        self._database.start()
        self._redis.start()
        records = self._database.wait(ends - time.monotonic())
        return judge(records, self._redis.wait(ends - time.monotonic()))


def install_health(app: APIFlask) -> None:
    """Give the application its check; called once it has a desk."""
    app.extensions["health"] = HealthCheck(app)


@health.get("/health")
def show() -> tuple[Response, int]:
    """Answer 200 while messages can be taken, 503 while they cannot."""
    check: HealthCheck = current_app.extensions["health"]
    found = check.ask()
    body = {
        "status": found.status,
        "database": found.database,
        "redis": found.redis,
        "oldest_waiting_seconds": int(found.oldest_waiting.total_seconds()),
        "mailboxes": [
            {
                "name": each.name,
                "last_fetch_at": each.last_fetch_at.isoformat() if each.last_fetch_at else None,
                "last_error": each.last_error or None,
            }
            for each in found.mailboxes
        ],
    }
    return jsonify(body), 503 if found.status == "down" else 200
