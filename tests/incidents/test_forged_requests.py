"""Forged requests (Request Tracker CVE-2012-4732, osTicket): another site had a signed-in browser post to the desk.

Our rule: whatever changes something is posted with the token of the page it came from, and looking changes nothing. Only calls that
are signed or carry a bearer token need none, and to those a browser's sign-in means nothing.
"""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from hub.domain.access import Role
from hub.models import Agent, Contact, Membership, Message, OutboxRow, SignIn, Task, Ticket, TicketEvent
from tests.factories import make_agent
from tests.incidents.doors import doors
from tests.services.steps import Office, mail, take_in
from tests.web.visitors import sign_in, token_on, visit

CHANGES = ("POST", "PUT", "PATCH", "DELETE")
WITH_A_SIGNATURE = ("/api/", "/hooks/")
WATCHED = (Ticket, Message, OutboxRow, Task, SignIn, Membership, Agent, Contact, TicketEvent)


def counted(office: Office) -> list[tuple[int, str]]:
    """Return how many rows of everything there are, and a hash of the tickets."""
    session = office.desk.session
    session.rollback()
    tickets = session.scalar(text("SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM tickets t"))
    return [(session.scalar(select(func.count()).select_from(each)) or 0, tickets or "") for each in WATCHED]


def test_nothing_is_changed_without_the_token_of_the_page(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    admin = sign_in(app, office.desk, make_agent(office.desk, office.company, "Ines Vogt", role=Role.ADMIN))
    other = token_on(visit(app).get("/login").text)
    addresses = [
        (method, each)
        for method in CHANGES
        for each in doors(app, method, message.ticket_id)
        if not each.startswith(WITH_A_SIGNATURE)
    ]
    forms: list[dict[str, str]] = [{}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other}]
    before = counted(office)

    statuses = {
        (method, address): {
            admin.open(address, method=method, data={"status": "closed", "text": "x", **form}).status_code
            for form in forms
        }
        for method, address in addresses
    }

    assert len(addresses) > 25
    assert {each for each, found in statuses.items() if found != {403}} == set()
    assert counted(office) == before


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""],
)
def test_no_kind_of_content_passes_without_a_token(app: APIFlask, office: Office, content_type: str) -> None:
    (message,) = take_in(office.desk, mail())
    browser = sign_in(app, office.desk, office.maria)
    before = counted(office)

    answer = browser.post(
        f"/tickets/{message.ticket_id}/messages",
        data=b'{"status": "closed"}',
        content_type=content_type,
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert counted(office) == before


def test_programs_addresses_know_no_browser(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    browser = sign_in(app, office.desk, office.maria)
    before = counted(office)

    statuses = [
        browser.patch(f"/api/v1/tickets/{message.ticket_id}", json={"status": "closed"}).status_code,
        browser.post(f"/api/v1/tickets/{message.ticket_id}/messages", json={"kind": "note", "text": "x"}).status_code,
        browser.post("/hooks/sms", data={"Body": "x"}).status_code,
        browser.post("/hooks/slack", data={"payload": "{}"}).status_code,
    ]

    assert statuses[:2] == [401, 401]
    assert all(400 <= each < 500 for each in statuses)
    assert counted(office) == before


def test_looking_at_everything_changes_nothing(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    browser = sign_in(app, office.desk, office.maria)
    paths = [
        f"/inbox/all/{message.ticket_id}",
        f"/tickets/{message.ticket_id}",
        "/inbox",
        "/search?q=tap",
        "/board",
        "/me",
        "/logout",
    ]
    browser.get(paths[0])
    before = counted(office)

    for each in paths:
        browser.get(each)
        browser.head(each)
        browser.options(each)

    assert counted(office) == before
    assert browser.get(paths[0]).status_code == 200


def test_the_session_is_sent_to_no_other_sites_requests_and_read_by_no_script(app: APIFlask, office: Office) -> None:
    cookie = visit(app).get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
