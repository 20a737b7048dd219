"""The application a scheduled job runs in: set once by the process that runs jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from hub.desk import Desk

_app: list[Flask] = []


def serve(app: Flask) -> None:
    """Make this application the one jobs run in."""
    _app[:] = [app]


@contextmanager
def desk_for_job() -> Iterator[Desk]:
    """Lend the desk inside an application context."""
    with _app[0].app_context():
        desk: Desk = _app[0].extensions["desk"]
        yield desk
