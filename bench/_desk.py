"""A desk of its own for a benchmark that asks its pages in this process: servers, an empty migrated database, the application."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apiflask import APIFlask

from hub.app import create_app
from hub.clock import SystemClock
from hub.db import db
from hub.embedded import EmbeddedServers
from hub.schema import upgrade_schema
from hub.settings import Settings


@contextmanager
def own_desk() -> Iterator[APIFlask]:
    """Lend the application inside its context; nothing of it remains."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as home, EmbeddedServers(Path(home)) as servers:
        settings = Settings(
            home=Path(home),
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            secret_key="a secret of a benchmark, long enough to be one",
            base_url="http://desk.example.org",
        )
        app = create_app(settings, clock=SystemClock())
        upgrade_schema(app)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
