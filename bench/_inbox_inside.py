"""What cannot be seen from outside: how many statements a page asks, and how long the counts of the views take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from bench._inbox_ground import Inbox
from bench._inbox_visits import Figures, timed
from hub.app import create_app
from hub.clock import SystemClock
from hub.db import db
from hub.desk import Desk
from hub.models import SavedView
from hub.services.inbox.saved_views import count_with_saved
from hub.services.staff.accounts import actor_of
from hub.settings import read_settings

KEPT = ({"queue": "maintenance"}, {"priority": "normal", "assignee": "none"}, {"waiting": "person"})


@contextmanager
def inside(box: Inbox) -> Iterator[Flask]:
    """Lend the application in this process."""
    app = create_app(read_settings(box.environment), clock=SystemClock())
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def count_queries(box: Inbox, path: str) -> int:
    """Return how many statements a page asks for that was looked at before."""
    asked: list[str] = []
    app = create_app(read_settings(box.environment), clock=SystemClock())
    browser = app.test_client(use_cookies=False)
    headers = {"Cookie": box.cookies[0]}
    browser.get(path, headers=headers)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    # no context stands open around the request: what it keeps for its own time is its own
    assert browser.get(path, headers=headers).status_code == 200
    engine.dispose()
    return len(asked)


def time_counts(box: Inbox, times: int) -> Figures:
    """Return how long all views of an agent take to count, those of the desk and three that are kept."""
    with inside(box) as app:
        desk: Desk = app.extensions["desk"]
        actor = actor_of(desk, box.agents[0])
        assert actor is not None
        kept = [SavedView(view="all", filters=each, name=str(number)) for number, each in enumerate(KEPT)]
        return timed(lambda: count_with_saved(desk, actor, kept), times)
