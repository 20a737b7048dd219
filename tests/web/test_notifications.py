"""The bell and the log of what one was told of, as a browser without script shows them."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.models import Company
from hub.services.sending.reply import write_note
from tests.factories import make_agent, make_company
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in, token_on

BADGE = '<span class="rail-badge" aria-hidden="true">1</span>'


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def jonas(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company, "Jonas Weber")


@pytest.fixture
def browser(app: APIFlask, desk: Desk, jonas: Actor) -> FlaskClient:
    return sign_in(app, desk, jonas)


def ask_jonas(desk: Desk, company: Company) -> int:
    """Name him in a note, and return the ticket."""
    number = take_in(desk, mail(subject="Cellar key"))[0].ticket_id
    with desk.transaction():
        write_note(desk, make_agent(desk, company), number, "@Jonas Weber, where is it?")
    return number


def test_the_bell_counts_and_the_log_says_who_wants_what(browser: FlaskClient, desk: Desk, company: Company) -> None:
    number = ask_jonas(desk, company)

    inbox = browser.get("/inbox/mine").text
    bell = browser.get("/me/notifications?part=bell").text
    log = " ".join(browser.get("/me/notifications").text.split())

    assert BADGE in inbox
    assert BADGE in bell
    assert "<html" not in bell
    assert f'<span>Maria Keller asks you</span> <a href="/tickets/{number}">#{number} Cellar key</a>' in log


def test_opening_the_ticket_empties_the_bell(browser: FlaskClient, desk: Desk, company: Company) -> None:
    number = ask_jonas(desk, company)

    browser.get(f"/inbox/all/{number}")

    assert BADGE not in browser.get("/inbox/mine").text
    assert "Maria Keller asks you" in browser.get("/me/notifications").text


def test_all_are_seen_with_one_button(browser: FlaskClient, desk: Desk, company: Company) -> None:
    ask_jonas(desk, company)
    page = browser.get("/me/notifications").text

    browser.post("/me/notifications/seen", data={"csrf_token": token_on(page)})
    after = browser.get("/me/notifications").text

    assert "I have seen all of them" in page
    assert "I have seen all of them" not in after


def test_who_was_told_of_nothing_reads_what_would_stand_there(browser: FlaskClient) -> None:
    assert "Nobody has asked for you yet." in browser.get("/me/notifications").text


def test_operations_have_no_bell_for_tickets(app: APIFlask, desk: Desk, company: Company) -> None:
    tom = sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS))

    assert 'id="bell"' not in tom.get("/board").text
    assert tom.get("/me/notifications").status_code == 403
