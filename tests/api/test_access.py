"""Who may call the API: the bearer of a token, with the rights of its account as they are now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Agent, ApiToken, Company, Membership, Task
from hub.services.staff.accounts import start_sign_in
from hub.web.guards import SIGN_IN
from tests.api.arrivals import take_in
from tests.api.conftest import Program, program_as
from tests.factories import make_contact, make_lease, make_unit, save

IMPOSSIBLE = ("0", "-1", "1e3", "99999999999999999999", "9223372036854775808", "١٢٣", "%00", "+1", "01", "x")
STAFF_ONLY = ["/tickets", "/tickets/1", "/tickets/1/messages", "/contacts", "/contacts/1", "/leases", "/outbox"]


def test_a_token_opens_the_api_and_its_use_is_noted(desk: Desk, maria: Program, clock: FixedClock) -> None:
    answer = maria.get("/tickets")

    assert answer.status_code == 200
    assert desk.session.scalars(select(ApiToken)).one().last_used_at == clock.at


def test_the_use_of_a_token_is_noted_to_the_minute(desk: Desk, maria: Program, clock: FixedClock) -> None:
    maria.get("/tickets")
    first = clock.at
    clock.at += timedelta(seconds=59)
    maria.get("/tickets")
    row = desk.session.scalars(select(ApiToken)).one()
    assert row.last_used_at == first

    clock.at += timedelta(seconds=1)
    maria.get("/tickets")

    assert row.last_used_at == clock.at


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer nothing", "Basic YTpi", "Token fd_x", "Bearer fd_\xe4", "fd_x"]
)
def test_without_a_valid_token_nothing_is_told(app: APIFlask, company: Company, authorization: str) -> None:
    answer = app.test_client().get("/api/v1/tickets", headers={"Authorization": authorization})

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["status"] == 401


@pytest.mark.parametrize("name", ["token", "access_token", "api_key"])
def test_a_token_in_an_address_is_refused_even_beside_a_valid_one(maria: Program, name: str) -> None:
    answer = maria.get(f"/tickets?{name}={maria.token}")

    assert answer.status_code == 401
    assert "logs" in answer.get_json()["detail"]


def test_a_revoked_token_ends_at_once(desk: Desk, maria: Program, clock: FixedClock) -> None:
    desk.session.execute(update(ApiToken).values(revoked_at=clock.at))
    desk.session.commit()

    assert maria.get("/tickets").status_code == 401


def test_the_token_of_a_colleague_who_left_ends_at_once(desk: Desk, maria: Program) -> None:
    desk.session.execute(update(Agent).values(active=False))
    desk.session.commit()

    assert maria.get("/tickets").status_code == 401


def test_a_signed_in_browser_is_no_program(app: APIFlask, desk: Desk, maria: Program) -> None:
    signed_in = start_sign_in(desk, agent_id=maria.agent_id)
    desk.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session[SIGN_IN] = signed_in.secret

    assert client.get("/api/v1/tickets").status_code == 401


@pytest.mark.parametrize("path", STAFF_ONLY)
def test_operations_see_no_words_and_no_addresses_of_people(
    desk: Desk, company: Company, tom: Program, path: str
) -> None:
    take_in(desk, company)

    answer = tom.get(path)

    assert answer.status_code == 403
    assert "aylin@example.com" not in answer.text


def test_operations_cannot_write_to_people(desk: Desk, company: Company, tom: Program) -> None:
    message = take_in(desk, company)

    answers = [
        tom.post(f"/tickets/{message.ticket_id}/messages", json={"kind": kind, "text": "We come"})
        for kind in ("reply", "note")
    ]

    assert [each.status_code for each in answers] == [403, 403]


def test_operations_see_their_tasks_and_places(desk: Desk, company: Company, tom: Program) -> None:
    save(desk, Task(company_id=company.id, kind="repair", title="Tap", team="maintenance"))
    make_unit(desk, company)

    statuses = [tom.get(path).status_code for path in ("/tasks", "/tasks/1", "/properties", "/units", "/units/1")]

    assert statuses == [200] * 5


def test_an_account_without_a_company_is_told_so(desk: Desk, maria: Program) -> None:
    desk.session.execute(update(Membership).values(agent_id=save(desk, Agent(email="x@example.org", name="X")).id))
    desk.session.commit()

    assert [maria.get(path).status_code for path in ("/tickets", "/tasks", "/articles")] == [403] * 3


def test_what_is_owed_is_shown_only_where_it_may_be_seen(
    app: APIFlask, desk: Desk, company: Company, maria: Program, ines: Program
) -> None:
    jan = make_contact(desk, company, "Jan Novak")
    make_lease(desk, make_unit(desk, company), jan, balance_cents=-32_000, deposit_cents=228_000)
    granted = program_as(app, desk, company, Role.AGENT, balances=True)

    balances = [each.get("/leases/1").get_json()["balance_cents"] for each in (maria, ines, granted)]

    assert balances == [None, -32_000, -32_000]
    assert maria.get("/leases/1").get_json()["deposit_cents"] is None


def test_an_agent_of_some_queues_sees_only_theirs(app: APIFlask, desk: Desk, company: Company, maria: Program) -> None:
    first, second = take_in(desk, company, "one"), take_in(desk, company, "two", sender="b@example.com")
    maria.patch(f"/tickets/{second.ticket_id}", {"queue": "billing"})
    biller = program_as(app, desk, company, Role.AGENT, queues=["billing"])

    listed = biller.get("/tickets").get_json()["items"]

    assert [each["number"] for each in listed] == [second.ticket_id]
    assert biller.get(f"/tickets/{first.ticket_id}").status_code == 404
    assert biller.get(f"/tickets/{first.ticket_id}/messages").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/tickets", 405),
        ("DELETE", "/tickets/1", 405),
        ("TRACE", "/tickets", 405),
        ("GET", "/tickets/", 404),
        ("GET", "/tickets;x=.css", 404),
        ("GET", "/invoices", 404),
        ("GET", "/../health", 404),
    ],
)
def test_what_is_not_there_is_not_there(maria: Program, method: str, path: str, status: int) -> None:
    answer = maria.call(method, path)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


@pytest.mark.parametrize(
    "path", ["/tickets/{}", "/tickets/{}/messages", "/envelopes/{}", "/contacts/{}", "/tasks/{}", "/outbox/{}"]
)
def test_a_number_that_cannot_be_is_not_there(maria: Program, path: str) -> None:
    answers = {number: maria.get(path.format(number)).status_code for number in IMPOSSIBLE}

    assert answers == dict.fromkeys(IMPOSSIBLE, 404)


def test_a_method_in_a_header_or_field_changes_nothing(desk: Desk, company: Company, maria: Program) -> None:
    message = take_in(desk, company)

    answer = maria.post(
        f"/tickets/{message.ticket_id}", json={"status": "closed"}, headers={"X-HTTP-Method-Override": "PATCH"}
    )

    assert answer.status_code == 405
