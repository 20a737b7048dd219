"""What is promised, as an administrator keeps it: each condition moves a due time; misses are noted, told and escalated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.models import SlaPolicy, Ticket, TicketEvent
from hub.services.metrics.sla_watch import watch_clocks
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company
from tests.services.steps import Office, events_of, mail, take_in, triage_all
from tests.web.visitors import sign_in, token_on

TEN = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # in Berlin


@pytest.fixture
def robin(app: APIFlask, office: Office) -> FlaskClient:
    return sign_in(app, office.desk, make_agent(office.desk, office.company, "Robin Sander", Role.ADMIN))


@pytest.fixture
def number(office: Office) -> int:
    (message,) = take_in(office.desk, mail())
    triage_all(office.desk)
    return message.ticket_id


def promise(browser: FlaskClient, **fields: str) -> TestResponse:
    token = token_on(browser.get("/admin/promises").text)
    usual = {"clock": "first_response", "amount": "30", "unit": "minutes", "hours": "business"}
    return browser.post("/admin/promises", data={"csrf_token": token} | usual | fields)


def ticket_of(office: Office, number: int) -> Ticket:
    office.desk.session.expire_all()
    return office.desk.session.get_one(Ticket, number)


def watch(office: Office) -> int:
    with office.desk.transaction():
        return watch_clocks(office.desk)


def events(office: Office, number: int, kind: str) -> list[TicketEvent]:
    found = office.desk.session.query(TicketEvent).filter_by(ticket_id=number, kind=kind).order_by(TicketEvent.id)
    return list(found)


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 30),
        ({"amount": "2", "unit": "hours"}, 120),
        ({"hours": "calendar", "amount": "1", "unit": "days"}, 1440),
        ({"queue": "maintenance"}, 30),
        ({"queue": "billing"}, 240),
        ({"priority": "normal"}, 30),
        ({"priority": "high"}, 240),
        ({"topic": "plumbing"}, 30),
        ({"topic": "heating"}, 240),
        ({"channel": "email"}, 30),
        ({"channel": "sms"}, 240),
    ],
)
def test_a_promise_moves_what_is_due_where_it_holds(
    office: Office, robin: FlaskClient, number: int, fields: dict[str, str], minutes: int
) -> None:
    answer = promise(robin, **fields)

    ticket = ticket_of(office, number)
    moved = events(office, number, "due changed")
    assert answer.status_code == 302
    assert ticket.due_at == TEN + timedelta(minutes=minutes)
    assert [each.facts["reason"] for each in moved] == (["promise changed"] if minutes != 240 else [])
    assert ("First answer is due at" in robin.get(f"/inbox/all/{number}").text) is (minutes != 240)


def test_a_promise_removed_gives_way_to_the_usual(office: Office, robin: FlaskClient, number: int) -> None:
    promise(robin)
    row = office.desk.session.query(SlaPolicy).one()

    robin.post(f"/admin/promises/{row.id}/remove", data={"csrf_token": token_on(robin.get("/admin/promises").text)})

    assert ticket_of(office, number).due_at == TEN + timedelta(hours=4)
    assert events(office, number, "due changed")[-1].facts["reason"] == "promise removed"


def test_the_same_promise_again_takes_its_own_place(office: Office, robin: FlaskClient, number: int) -> None:
    promise(robin)
    promise(robin, amount="45")

    assert office.desk.session.query(SlaPolicy).count() == 1
    assert ticket_of(office, number).due_at == TEN + timedelta(minutes=45)


def test_a_miss_is_warned_of_noted_once_and_escalated(
    office: Office, robin: FlaskClient, number: int, clock: FixedClock
) -> None:
    promise(robin, warn="10", escalates="yes")

    clock.at = TEN + timedelta(minutes=21)
    watch(office)
    warned = events_of(office.desk, number)
    clock.at = TEN + timedelta(minutes=31)
    watch(office)
    again = watch(office)

    happened = events_of(office.desk, number)
    page = robin.get(f"/inbox/all/{number}").text
    assert warned[-1] == "promise near"
    assert happened[-2:] == ["promise missed", "escalated"]
    assert again == 0
    assert ticket_of(office, number).priority == "high"
    assert "First answer is late" in page
    assert "Late by 1 min" in page


def test_an_answer_in_time_is_a_promise_kept(office: Office, number: int, clock: FixedClock) -> None:
    clock.at = TEN + timedelta(hours=1)
    with office.desk.transaction():
        reply(office.desk, office.maria, number, Draft("We come at nine."))

    kept = events(office, number, "promise kept")
    assert [each.facts["clock"] for each in kept] == ["first_response", "news"]
    assert ticket_of(office, number).due_at is None


def test_a_change_of_queue_or_priority_moves_what_is_due_and_says_why(
    office: Office, robin: FlaskClient, number: int
) -> None:
    promise(robin, queue="billing")
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, number, Change(queue="billing"))
    in_billing = ticket_of(office, number).due_at
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, number, Change(queue="leasing", priority="urgent"))

    reasons = [each.facts["reason"] for each in events(office, number, "due changed")]
    assert in_billing == TEN + timedelta(minutes=30)
    assert ticket_of(office, number).due_at == TEN + timedelta(minutes=15)
    assert reasons == ["queue changed", "queue changed, priority changed"]


def test_a_solution_pauses_while_the_person_is_waited_for(
    office: Office, robin: FlaskClient, number: int, clock: FixedClock
) -> None:
    promise(robin, clock="resolution", amount="6", unit="hours")
    clock.at = TEN + timedelta(hours=1)
    with office.desk.transaction():
        reply(office.desk, office.maria, number, Draft("Which tap is it?"))
    paused = ticket_of(office, number).clocks["resolution"]
    clock.at = TEN + timedelta(hours=3)
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, number, Change(status="open"))

    assert paused == {"used": 3600.0}
    assert ticket_of(office, number).clocks["resolution"]["due"] == (TEN + timedelta(hours=8)).isoformat()


@pytest.mark.parametrize(
    ("fields", "field", "remedy"),
    [
        ({"clock": "everything"}, "clock", "Promise: choose one"),
        ({"amount": "soon"}, "amount", "Within: a whole number"),
        ({"amount": "0"}, "amount", "Within: a whole number"),
        ({"amount": "9999", "unit": "days"}, "amount", "at most a year"),
        ({"queue": "nowhere"}, "queue", "Queue: choose one"),
        ({"topic": "nothing"}, "topic", "Topic: choose one"),
        ({"warn": "30"}, "warn", "Warn: whole minutes, fewer"),
    ],
)
def test_a_mistake_names_the_field_and_the_remedy(
    robin: FlaskClient, fields: dict[str, str], field: str, remedy: str
) -> None:
    answer = promise(robin, **fields)

    assert answer.status_code == 422
    assert remedy in answer.text
    assert f'id="field-{field}-error"' in answer.text


def test_promises_are_kept_by_administrators_of_the_company_alone(
    app: APIFlask, office: Office, robin: FlaskClient
) -> None:
    other = make_company(office.desk, "Hafen Homes")
    maria = sign_in(app, office.desk, office.maria)

    assert maria.get("/admin/promises").status_code == 403
    assert robin.get(f"/admin/promises?company={other.slug}").status_code == 404
    assert promise(robin, company=other.slug).status_code == 404
