"""How many statements a page of the inbox asks the database: the way there and back is most of what a page costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from hub.db import db
from hub.desk import Desk
from hub.models import Company, Message, Ticket
from hub.services.intake import accept, receive
from hub.services.triage.triage import triage
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail
from tests.web.visitors import sign_in, token_on

MOST = 8
# It writes a message, its search words, an outbox row, two events and what keeps it from going twice; it looks for finished work.
MOST_TO_REPLY = 21
SHOWN_AT_ONCE = 50


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    """Return the ticket of a resident with a home, sorted by triage."""
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, make_unit(desk, company), aylin, make_contact(desk, company, name="Omar Haddad"))
    with desk.transaction():
        accept(desk, arrive(make_mail("The tap in the kitchen drips.")))
    receive(desk)
    while triage(desk):
        pass
    return desk.session.scalars(select(Ticket)).one()


@pytest.fixture
def browser(app: APIFlask, desk: Desk, ticket: Ticket) -> FlaskClient:
    """Return the browser of an agent who has looked at the ticket before."""
    found = sign_in(app, desk, make_agent(desk, desk.session.get_one(Company, ticket.company_id)))
    found.get(f"/inbox/all/{ticket.id}")
    return found


@contextmanager
def listening() -> Iterator[list[str]]:
    """Yield what is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def asked_by(visit: Callable[[], TestResponse]) -> tuple[TestResponse, list[str]]:
    """Return the answer to a request and what it asked the database, nothing being known from before."""
    db.session.remove()
    with listening() as asked:
        answer = visit()
    return answer, asked


def write_messages(desk: Desk, ticket: Ticket, count: int) -> None:
    """Put more messages on a ticket, by turns of the resident and of an agent, a minute apart."""
    with desk.transaction() as session:
        for number in range(count):
            ours = number % 2 == 0
            session.add(
                Message(
                    company_id=ticket.company_id,
                    ticket_id=ticket.id,
                    direction="out" if ours else "in",
                    channel="email",
                    author_kind="agent" if ours else "contact",
                    author_name="Maria Keller" if ours else "Aylin Demir",
                    text=f"Word number {number}.",
                    reply_text=f"Word number {number}.",
                    facts={},
                    created_at=desk.clock.now() + timedelta(minutes=number + 1),
                )
            )


@pytest.mark.parametrize("address", ["/inbox/all?list=1", "/inbox/mine", "/inbox/all", "/search?q=tap+drips"])
def test_a_list_asks_at_most_eight_things(browser: FlaskClient, address: str) -> None:
    answer, asked = asked_by(lambda: browser.get(address))

    assert answer.status_code == 200
    assert len(asked) <= MOST, asked


@pytest.mark.parametrize("messages", [10, 500])
def test_a_ticket_asks_at_most_eight_things_however_long_it_is(
    desk: Desk, browser: FlaskClient, ticket: Ticket, messages: int
) -> None:
    number = ticket.id
    write_messages(desk, ticket, messages - 1)

    whole, for_the_page = asked_by(lambda: browser.get(f"/inbox/all/{number}"))
    part, for_the_pane = asked_by(lambda: browser.get(f"/inbox/all/{number}", headers={"HX-Request": "true"}))

    assert [whole.status_code, part.status_code] == [200, 200]
    assert len(for_the_page) <= MOST, for_the_page
    assert len(for_the_pane) < len(for_the_page)


def test_a_ticket_that_nobody_has_read_asks_at_most_eight_things(
    desk: Desk, browser: FlaskClient, ticket: Ticket
) -> None:
    number = ticket.id
    with desk.transaction():
        ticket.unread = True

    answer, asked = asked_by(lambda: browser.get(f"/inbox/all/{number}"))

    assert answer.status_code == 200
    assert len(asked) <= MOST, asked


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["without script", "with script"])
def test_sending_a_reply_asks_no_more_than_it_has_to_write(
    browser: FlaskClient, ticket: Ticket, headers: dict[str, str]
) -> None:
    number, seen = ticket.id, ticket.last_inbound_id
    page = browser.get(f"/inbox/all/{number}").get_data(as_text=True)
    words = {"csrf_token": token_on(page), "kind": "reply", "body_reply": "We send Tom.", "last_seen": seen}
    words |= {"form_id": "5d2b3c1e-76d5-4f5d-9f0e-2f4c1b1a7a10", "then": "next"}

    answer, asked = asked_by(lambda: browser.post(f"/tickets/{number}/messages?view=all", data=words, headers=headers))

    assert answer.status_code in {200, 302}
    assert len(asked) <= MOST_TO_REPLY, asked


def test_a_long_ticket_begins_with_its_newest_messages_and_leads_to_those_before(
    desk: Desk, browser: FlaskClient, ticket: Ticket
) -> None:
    number = ticket.id
    write_messages(desk, ticket, 2 * SHOWN_AT_ONCE + 9)

    pages, address = [], f"/inbox/all/{number}"
    while address:
        page = browser.get(address).get_data(as_text=True)
        pages.append([each for each in range(2 * SHOWN_AT_ONCE + 9) if f"Word number {each}." in page])
        before = page.partition("?before=")[2].partition('"')[0]
        address = f"/inbox/all/{number}?before={before}" if before else ""

    assert [len(each) for each in pages] == [SHOWN_AT_ONCE, SHOWN_AT_ONCE, 9]
    assert sorted(number for page in pages for number in page) == list(range(2 * SHOWN_AT_ONCE + 9))
    assert "The tap in the kitchen drips." in page
    assert "Newest messages" in page
