"""A composer's form is sent once, however often it arrives, and its next drawing is another form."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Company, Message, OutboxRow, Ticket
from hub.services.intake import accept, receive
from tests.factories import make_agent, make_company
from tests.letters import arrive, make_mail
from tests.web.visitors import sign_in, token_on

FORM_ID = re.compile(r'name="form_id" value="([0-9a-f-]{36})"')
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    make_company(desk, mail="desk@example.org")
    with desk.transaction():
        accept(desk, arrive(make_mail("The tap drips.")))
    receive(desk)
    return desk.session.scalars(select(Ticket)).one()


@pytest.fixture
def maria(desk: Desk, ticket: Ticket) -> Actor:
    return make_agent(desk, desk.session.get_one(Company, ticket.company_id))


def open_form(browser: FlaskClient, ticket: Ticket) -> dict[str, str]:
    """Return what the composer of a ticket sends, with a reply in it."""
    page = browser.get(f"/inbox/all/{ticket.id}").text
    return {
        "csrf_token": token_on(page),
        "form_id": form_id_on(page),
        "kind": "reply",
        "body_reply": "We send Tom.",
        "last_seen": str(ticket.last_inbound_id),
        "then": "stay",
    }


def form_id_on(page: str) -> str:
    found = FORM_ID.search(page)
    assert found is not None, "The composer has no id."
    return found.group(1)


def send(
    browser: FlaskClient, ticket_id: int, form: dict[str, str], headers: dict[str, str] | None = None
) -> TestResponse:
    return browser.post(f"/tickets/{ticket_id}/messages?view=all", data=form, headers=headers)


def said(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Message.text).where(Message.author_kind == "agent").order_by(Message.id)))


@pytest.mark.parametrize(("headers", "status"), [({}, 302), (SCRIPT, 200)])
def test_the_same_form_again_is_answered_alike_and_not_sent_again(
    app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor, headers: dict[str, str], status: int
) -> None:
    browser = sign_in(app, desk, maria)
    form = open_form(browser, ticket)

    answers = [send(browser, ticket.id, form, headers) for _ in range(2)]

    assert [each.status_code for each in answers] == [status] * 2
    assert answers[0].headers.get("Location") == answers[1].headers.get("Location")
    assert said(desk) == ["We send Tom."]
    assert len(desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == "reply")).all()) == 1


def test_a_note_is_written_once_too(app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor) -> None:
    browser = sign_in(app, desk, maria)
    form = open_form(browser, ticket) | {"kind": "note", "body_note": "Call the owner."}

    answers = [send(browser, ticket.id, form) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert said(desk) == ["Call the owner."]


def test_the_same_form_from_many_at_once_is_sent_once(app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor) -> None:
    browsers = [sign_in(app, desk, maria) for _ in range(6)]
    forms = [open_form(each, ticket) for each in browsers]
    start, number = Barrier(6), ticket.id

    def press(at: int) -> int:
        start.wait(timeout=20)
        return send(browsers[at], number, forms[at] | {"form_id": forms[0]["form_id"]}).status_code

    with ThreadPoolExecutor(6) as threads:
        statuses = set(threads.map(press, range(6)))

    assert statuses == {302}
    assert said(desk) == ["We send Tom."]


def test_the_composer_after_a_sending_is_another_form(app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor) -> None:
    browser = sign_in(app, desk, maria)
    form = open_form(browser, ticket)

    swapped = form_id_on(send(browser, ticket.id, form, SCRIPT).text)
    send(browser, ticket.id, form | {"form_id": swapped}, SCRIPT)

    assert swapped != form["form_id"]
    assert said(desk) == ["We send Tom."] * 2


def test_other_words_in_the_same_form_are_not_lost(app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor) -> None:
    browser = sign_in(app, desk, maria)
    form = open_form(browser, ticket)

    send(browser, ticket.id, form)
    send(browser, ticket.id, form | {"body_reply": "He comes at nine."})

    assert said(desk) == ["We send Tom.", "He comes at nine."]


def test_a_reply_that_was_held_is_sent_from_the_same_form(
    app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor
) -> None:
    browser = sign_in(app, desk, maria)
    form = open_form(browser, ticket)

    held = send(browser, ticket.id, form | {"last_seen": "0"})
    sent = send(browser, ticket.id, form | {"last_seen": "0", "confirm": "send"})

    assert (held.status_code, sent.status_code) == (409, 302)
    assert said(desk) == ["We send Tom."]


def test_two_colleagues_forms_are_their_own(app: APIFlask, desk: Desk, ticket: Ticket, maria: Actor) -> None:
    jonas = make_agent(desk, desk.session.get_one(Company, ticket.company_id), "Jonas Weber")
    browsers = [sign_in(app, desk, each) for each in (maria, jonas)]
    first = open_form(browsers[0], ticket)

    for browser in browsers:
        send(browser, ticket.id, open_form(browser, ticket) | {"form_id": first["form_id"]})

    assert said(desk) == ["We send Tom."] * 2
