"""Real servers for every test: one embedded PostgreSQL and Valkey a test process, emptied between tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from apiflask import APIFlask
from flask import g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from hub.app import create_app
from hub.clock import FixedClock
from hub.db import Base, db
from hub.desk import Desk
from hub.embedded import Addresses, EmbeddedServers
from hub.schema import upgrade_schema
from hub.settings import Settings
from hub.web.limits import limiter

if TYPE_CHECKING:
    from playwright.sync_api import Browser

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("tests")

MONDAY_MORNING = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
TOGETHER = ("tests/journeys/", "tests/chaos/")
# These need neither the product that the other journeys share nor each other.
APART = (
    "tests/journeys/test_a_day_of_operations.py",
    "tests/journeys/test_hostile_layers.py",
    "tests/journeys/test_setup.py",
    "tests/journeys/test_the_whole_day.py",
)
SLOW = {"slow", "browser", "servers"}
COUNTING = ("_storage", "_limiter")
SECRET = "a secret of the tests, long enough to be one"
# A tenth of the time that TRUNCATE of all tables takes; the role passes over foreign keys and the guard of the events.
EMPTY = "SET LOCAL session_replication_role = replica;" + ";".join(
    f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables
)
COUNT_ANEW = """
    SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
# What a test with many rows left dead, every test after it would read through again.
GROWN = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 1000000
"""


class KeepingTogether(LoadScopeScheduling):
    """Gives each file to one of the processes, and all files that share one product or one rig to the same.

    Not by `xdist_group`: pytest 9.2 no longer shows xdist 3.8 the groups of its tests.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """Return what one process runs alone: a folder whose tests share what is expensive, else a file."""
    path = nodeid.split("::", maxsplit=1)[0]
    return path if path in APART else next((folder for folder in TOGETHER if path.startswith(folder)), path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it at the end."""
    slow = {scope_of(item.nodeid) for item in items if SLOW & {mark.name for mark in item.iter_markers()}}

    def rank(item: pytest.Item) -> tuple[bool, bool]:
        scope = scope_of(item.nodeid)
        return scope not in TOGETHER, scope not in slow

    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> KeepingTogether:
    """Return how tests are shared out where they run side by side (`-n`)."""
    return KeepingTogether(config, log)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Lend this test process its servers; `HUB_TEST_DATABASE_URL` puts another PostgreSQL in the place of the embedded one."""
    home = tmp_path_factory.mktemp("servers")
    outside = os.environ.get("HUB_TEST_DATABASE_URL")
    with EmbeddedServers(home, durable=False) as addresses:
        if not outside:
            yield addresses
            return
        name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        admin = create_engine(outside, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield Addresses(admin.url.set(database=name).render_as_string(hide_password=False), addresses.redis_url)
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def settings(servers: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings of a desk in practice mode on the test servers."""
    return Settings(
        home=Path(tmp_path_factory.mktemp("home")),
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        secret_key=SECRET,
        base_url="http://desk.example.org",
        demo=True,
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Lend the one Chromium of a test process: Playwright runs once in each."""
    from tools.preview import chromium as run_chromium  # noqa: PLC0415 - most test processes open no window

    with run_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def clock() -> FixedClock:
    """Return the clock of the session's application."""
    return FixedClock(MONDAY_MORNING)


class Visitor(FlaskClient):
    """A browser whose requests share nothing, although a test keeps one application context open around them all."""

    def open(self, *given: Any, **named: Any) -> TestResponse:
        """Send a request once what the one before kept for its own time is gone."""
        for name in list(g) if has_app_context() else []:
            g.pop(name)
        return super().open(*given, **named)


@pytest.fixture(scope="session")
def whole_app(settings: Settings, clock: FixedClock) -> Iterator[APIFlask]:
    """Return the application on a migrated database."""
    app = create_app(settings, clock=clock)
    app.test_client_class = Visitor
    app.extensions["limits of the tests"] = {each: limiter.__dict__[each] for each in COUNTING}
    upgrade_schema(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(whole_app: APIFlask, clock: FixedClock) -> Iterator[APIFlask]:
    """Lend the application on an empty database, the clock on a Monday morning at nine."""
    clock.at = MONDAY_MORNING
    # The limits of pages are one thing for a process: an application that a test makes takes them along to its servers.
    limiter.__dict__.update(whole_app.extensions["limits of the tests"])
    with whole_app.app_context():
        yield whole_app
        db.session.rollback()
        db.session.execute(text(EMPTY))
        db.session.execute(text(COUNT_ANEW))
        grown = db.session.scalars(text(GROWN)).all()
        db.session.commit()
        if grown:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"VACUUM {', '.join(grown)}"))


@pytest.fixture
def desk(app: APIFlask) -> Desk:
    """Return the desk inside an application context."""
    found: Desk = app.extensions["desk"]
    return found
