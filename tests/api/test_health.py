"""The health page tells the truth, and within a second."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from apiflask import APIFlask

from hub.app import create_app
from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from hub.models import ChannelAccount
from hub.services.health import Probe, Records, judge
from hub.services.intake import accept
from hub.settings import Settings
from tests.factories import make_company, save
from tests.letters import arrive, make_mail


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """Lend a port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield int(listening.getsockname()[1])


def test_a_desk_that_works_says_so(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    company = make_company(desk)
    save(
        desk, ChannelAccount(company_id=company.id, channel="email", address="desk@example.org", last_fetch_at=clock.at)
    )
    save(desk, ChannelAccount(company_id=company.id, channel="sms", address="+12025550100"))

    answer = app.test_client().get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "database": "ok",
        "redis": "ok",
        "oldest_waiting_seconds": 0,
        "mailboxes": [{"name": "desk@example.org", "last_fetch_at": clock.at.isoformat(), "last_error": None}],
    }


def test_messages_that_wait_too_long_are_told(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    make_company(desk)
    with desk.transaction():
        accept(desk, arrive(make_mail(), received_at=clock.at))
        accept(desk, arrive(make_mail(), received_at=clock.at - timedelta(days=9)), history=True)
    clock.at += timedelta(minutes=11)

    answer = app.test_client().get("/health")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["oldest_waiting_seconds"] == 660


def test_a_mailbox_in_trouble_is_told(app: APIFlask, desk: Desk) -> None:
    company = make_company(desk)
    save(
        desk,
        ChannelAccount(
            company_id=company.id, channel="email", address="desk@example.org", last_error="Wrong password."
        ),
    )

    answer = app.test_client().get("/health").get_json()

    assert (answer["status"], answer["mailboxes"][0]["last_error"]) == ("degraded", "Wrong password.")


def test_a_redis_that_hangs_delays_nobody(settings: Settings, clock: FixedClock, app: APIFlask, deaf_port: int) -> None:
    hanging = create_app(replace(settings, redis_url=f"redis://127.0.0.1:{deaf_port}"), clock=clock)
    began = time.monotonic()

    answers = [hanging.test_client().get("/health") for _ in range(3)]

    assert time.monotonic() - began < 3.0
    assert [each.status_code for each in answers] == [200] * 3
    assert {each.get_json()["redis"] for each in answers} == {"does not answer"}
    with hanging.app_context():
        db.engine.dispose()


def test_a_database_that_hangs_is_down_within_a_second(settings: Settings, clock: FixedClock, deaf_port: int) -> None:
    url = f"postgresql+psycopg://desk@127.0.0.1:{deaf_port}/desk?connect_timeout=2"
    hanging = create_app(replace(settings, database_url=url), clock=clock)
    began = time.monotonic()

    answer = hanging.test_client().get("/health")

    assert time.monotonic() - began < 1.0
    assert (answer.status_code, answer.get_json()["database"]) == (503, "does not answer")
    with hanging.app_context():
        db.engine.dispose()


def test_a_database_that_takes_no_writes_is_down() -> None:
    found = judge(Records(writable=False), redis_answers=True)

    assert (found.status, found.database) == ("down", "takes no writes")


def test_a_probe_asks_no_second_question_while_the_first_hangs() -> None:
    asked: list[int] = []
    release = threading.Event()

    def ask() -> str:
        asked.append(1)
        release.wait(5)
        return "here"

    probe = Probe(ask)
    for _ in range(3):
        probe.start()
        assert probe.wait(0.01) is None

    release.set()

    assert probe.wait(5) == "here"
    assert len(asked) == 1
