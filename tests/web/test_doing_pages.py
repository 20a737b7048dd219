"""The pages of rarer doings, as a browser without script uses them."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hub.db import db
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Message, OutboxRow, Task, Ticket
from hub.services.intake import accept, receive
from hub.services.sending.reply import write_note
from tests.factories import make_agent, make_company, make_contact
from tests.letters import arrive, make_mail
from tests.web.visitors import sign_in, token_on


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    company = make_company(desk, mail="desk@example.org")
    make_contact(desk, company, email="aylin@example.com", role="resident")
    with desk.transaction():
        accept(desk, arrive(make_mail("The tap in the kitchen drips.", to="desk@example.org")))
    receive(desk)
    return desk.session.scalars(select(Ticket)).one()


@pytest.fixture
def browser(app: APIFlask, desk: Desk, ticket: Ticket) -> FlaskClient:
    return sign_in(app, desk, make_agent(desk, desk.session.get_one(Company, ticket.company_id)))


def send(browser: FlaskClient, url: str, **form: str) -> str:
    """Fill in the form of a page, follow where it leads, and return the page."""
    token = token_on(browser.get(url).get_data(as_text=True))
    return browser.post(url, data={"csrf_token": token, **form}, follow_redirects=True).get_data(as_text=True)


def test_a_fee_is_waived_within_the_limit_and_not_beyond(desk: Desk, ticket: Ticket, browser: FlaskClient) -> None:
    url = f"/tickets/{ticket.id}/allow/waive_fee"

    refused = send(browser, url, what="the late fee", amount="80")
    done = send(browser, url, what="the late fee", amount="20")

    assert "Your role may waive up to 50.00 EUR" in refused
    assert "Promised, and the task is made" in done
    assert "we have waived the late fee of 20.00 EUR" in done
    assert [each.team for each in desk.session.scalars(select(Task))] == ["billing"]


def test_a_visit_asks_for_a_day_to_come(ticket: Ticket, browser: FlaskClient) -> None:
    page = send(browser, f"/tickets/{ticket.id}/allow/book_visit", what="the drain", day="2020-01-01")

    assert "Choose a day that is still to come." in page


def test_a_message_is_forwarded_on_record_and_can_be_taken_back(
    desk: Desk, ticket: Ticket, browser: FlaskClient
) -> None:
    message = desk.session.scalars(select(Message)).one()
    url = f"/tickets/{ticket.id}/messages/{message.id}/forward"

    wrong = send(browser, url, to="nobody")
    page = send(browser, url, to="claims@example.net", text="For your file 12.")
    note = desk.session.scalars(select(Message).where(Message.direction == "out")).one()
    send_back = browser.post(f"/messages/{note.public_id}/undo", data={"csrf_token": token_on(page)})

    assert "write it like name@example.org" in wrong
    assert "Maria Keller forwarded a message to claims@example.net" in page
    row = desk.session.scalars(select(OutboxRow)).one()
    assert (row.recipient, row.state) == ("claims@example.net", "cancelled")
    assert row.payload["text"].startswith("For your file 12.")
    assert "The tap in the kitchen drips." in row.payload["text"]
    assert send_back.status_code == 200


def test_paper_has_notes_only_where_they_are_asked_for(
    app: APIFlask, desk: Desk, ticket: Ticket, browser: FlaskClient
) -> None:
    maria = make_agent(desk, desk.session.get_one(Company, ticket.company_id), "Maria Two")
    with desk.transaction():
        write_note(desk, maria, ticket.id, "Call the owner first.")

    plain = browser.get(f"/tickets/{ticket.id}/print").get_data(as_text=True)
    whole = browser.get(f"/tickets/{ticket.id}/print?notes").get_data(as_text=True)

    assert "The tap in the kitchen drips." in plain
    assert ("Call the owner first." in plain, "Call the owner first." in whole) == (False, True)


def test_operations_find_none_of_these_pages(app: APIFlask, desk: Desk, ticket: Ticket) -> None:
    company = desk.session.get_one(Company, ticket.company_id)
    tom = sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS))
    paths = ("print", "merge", "allow/waive_fee", "messages/1/forward", "insertions", "colleagues", "presence")

    answers = {path: tom.get(f"/tickets/{ticket.id}/{path}").status_code for path in (*paths,)}

    assert set(answers.values()) == {403}
    assert tom.get("/tickets/new").status_code == 403


def test_a_page_of_the_inbox_asks_no_more_for_more_tickets(
    app: APIFlask, desk: Desk, ticket: Ticket, browser: FlaskClient
) -> None:
    asked: list[str] = []

    def count(*given: object) -> None:
        asked.append(str(given[2]))

    browser.get("/inbox/all?list=1")
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        browser.get("/inbox/all?list=1")
        few = len(asked)
        for _ in range(5):
            with desk.transaction():
                accept(desk, arrive(make_mail("Another tap drips.", to="desk@example.org")))
        receive(desk)
        asked.clear()
        browser.get("/inbox/all?list=1")
        many = len(asked)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)

    assert many == few
