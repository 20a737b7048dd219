"""The sandbox: residents' phones and mailboxes on real intake and real outbox rows, in the demo only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import Purpose
from hub.models import Agent, Alarm, Company, Contact, Identity, Message, Ticket
from hub.services.intake import receive
from hub.services.sandbox import find_resident
from hub.services.sending.outgoing import Letter, addresses_of, post
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import send
from hub.services.settings.configuration import read_directory
from hub.settings import Settings
from tests.factories import make_agent, make_company, make_contact, make_lease, make_step, make_unit, save
from tests.web.visitors import sign_in, token_on

DESK_MAIL, DESK_NUMBER, ON_CALL = "desk@example.org", "+493023125900", "+493023125990"
AYLIN_MAIL, AYLIN_PHONE = "aylin@example.com", "+493023125101"


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail=DESK_MAIL, number=DESK_NUMBER, demo=True, region="DE")


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    actor = make_agent(desk, company)
    desk.session.get_one(Agent, actor.agent_id).demo = True
    desk.session.commit()
    return actor


@pytest.fixture
def aylin(desk: Desk, company: Company) -> Contact:
    person = make_contact(desk, company, email=AYLIN_MAIL, phone=AYLIN_PHONE, role="resident", demo=True)
    make_lease(desk, make_unit(desk, company), person)
    return person


@pytest.fixture
def here(app: APIFlask, settings: Settings, clock: FixedClock, maria: Actor) -> Iterator[FlaskClient]:
    """A browser on the machine the desk runs on."""
    local = create_app(replace(settings, base_url="http://127.0.0.1:8000"), clock=clock)
    yield local.test_client()
    with local.app_context():
        db.engine.dispose()


def write(client: FlaskClient, path: str, person: Contact | str, **words: str) -> TestResponse:
    key = person if isinstance(person, str) else str(person.id)
    token = token_on(client.get(f"/sandbox?person={key}").text)
    return client.post(path, data={"csrf_token": token, "person": key} | words)


def take_in(desk: Desk) -> list[Message]:
    """File what waits and return what came in, oldest first."""
    while receive(desk):
        pass
    return list(desk.session.scalars(select(Message).where(Message.direction == "in").order_by(Message.id)))


def leave(desk: Desk, clock: FixedClock) -> None:
    """Let everything that waits leave."""
    clock.at += timedelta(minutes=1)
    while send(desk):
        pass


def test_a_text_from_the_phone_is_a_message_of_its_owner(here: FlaskClient, desk: Desk, aylin: Contact) -> None:
    answer = write(here, "/sandbox/texts", aylin, text="no hot water")

    assert answer.status_code == 302
    (message,) = take_in(desk)
    assert (message.channel, message.text, message.contact_id) == ("sms", "no hot water", aylin.id)
    ticket = desk.session.get_one(Ticket, message.ticket_id)
    assert ticket.unit_label == "Lindenhof 12 3B"


def test_a_mail_from_the_mailbox_is_believed_to_be_its_owners(here: FlaskClient, desk: Desk, aylin: Contact) -> None:
    write(here, "/sandbox/mails", aylin, subject="Kitchen tap", text="It drips, grüße!")

    (message,) = take_in(desk)
    assert (message.subject, message.text.strip(), message.trust) == ("Kitchen tap", "It drips, grüße!", "verified")


def test_what_was_written_is_on_the_screen_before_and_after_it_is_filed(
    here: FlaskClient, desk: Desk, aylin: Contact
) -> None:
    write(here, "/sandbox/texts", aylin, text="no hot water")
    before = here.get(f"/sandbox?part=devices&person={aylin.id}").text
    take_in(desk)

    after = here.get(f"/sandbox?part=devices&person={aylin.id}").text

    assert [page.count("no hot water") for page in (before, after)] == [1, 1]


def test_an_agents_answer_arrives_once_it_has_left(
    here: FlaskClient, desk: Desk, aylin: Contact, maria: Actor, clock: FixedClock
) -> None:
    write(here, "/sandbox/texts", aylin, text="no hot water")
    (message,) = take_in(desk)
    with desk.transaction():
        reply(desk, maria, message.ticket_id, Draft("Somebody comes at four."))
    waiting = here.get(f"/sandbox?part=devices&person={aylin.id}").text
    leave(desk, clock)

    arrived = here.get(f"/sandbox?part=devices&person={aylin.id}").text

    assert "Somebody comes at four." not in waiting
    assert "Somebody comes at four." in arrived


def test_an_answer_to_a_mail_continues_its_ticket(
    here: FlaskClient, desk: Desk, aylin: Contact, maria: Actor, clock: FixedClock
) -> None:
    write(here, "/sandbox/mails", aylin, subject="Kitchen tap", text="It drips.")
    (first,) = take_in(desk)
    with desk.transaction():
        reply(desk, maria, first.ticket_id, Draft("Is Monday fine?"))
    leave(desk, clock)
    page = here.get(f"/sandbox?person={aylin.id}").text
    found = re.search(r"reply=([0-9a-f-]{36})", page)
    assert found is not None

    write(here, "/sandbox/mails", aylin, subject="Re: Kitchen tap", text="Monday it is.", answers=found.group(1))

    assert [each.ticket_id for each in take_in(desk)] == [first.ticket_id] * 2


def test_links_in_a_mail_can_be_followed(
    here: FlaskClient, desk: Desk, aylin: Contact, company: Company, clock: FixedClock
) -> None:
    with desk.transaction():
        recipients = addresses_of(desk, aylin, "email")
        letter = Letter(Purpose.SIGN_IN, "Sign in here: http://127.0.0.1:8000/login/link/abc", subject="Your code")
        post(desk, read_directory(desk), letter, company_id=company.id, channel="email", recipients=recipients)
    leave(desk, clock)

    page = here.get(f"/sandbox?person={aylin.id}").text

    assert 'href="http://127.0.0.1:8000/login/link/abc"' in page


def test_somebody_with_two_addresses_has_one_mailbox(desk: Desk, company: Company, aylin: Contact) -> None:
    save(desk, Identity(company_id=company.id, contact_id=aylin.id, kind="email", value="aylin@example.org"))

    found = find_resident(desk, str(aylin.id))

    assert (found.mail, found.mails) == (AYLIN_MAIL, (AYLIN_MAIL, "aylin@example.org"))


def test_whoever_is_on_call_has_a_phone_and_no_mailbox(
    here: FlaskClient, desk: Desk, company: Company, aylin: Contact
) -> None:
    key = f"on-call-{make_step(desk, company, 'Tom Ritter', ON_CALL).id}"

    page = here.get(f"/sandbox?person={key}").text
    texted = write(here, "/sandbox/texts", key, text="ACK 12")
    mailed = write(here, "/sandbox/mails", key, subject="Hello", text="Hello")

    assert ON_CALL in page
    assert (texted.status_code, mailed.status_code) == (302, 422)
    assert [each.author_address for each in take_in(desk)] == [ON_CALL]


@pytest.mark.parametrize("words", ["", "   ", "x" * 1601])
def test_an_empty_or_endless_text_is_refused_with_a_sentence(here: FlaskClient, aylin: Contact, words: str) -> None:
    answer = write(here, "/sandbox/texts", aylin, text=words)

    assert answer.status_code == 422
    assert "at most 1600 characters" in answer.text


def test_only_people_of_the_demo_can_be_played(here: FlaskClient, desk: Desk, company: Company, aylin: Contact) -> None:
    real = make_contact(desk, company, "Nora Lindt", email="nora@example.com", phone="+493023125102", role="resident")

    answer = here.get(f"/sandbox?person={real.id}")

    assert answer.status_code == 404
    assert "Nora Lindt" not in here.get("/sandbox").text


def test_looking_signs_nobody_in_and_a_press_does(here: FlaskClient, aylin: Contact, maria: Actor) -> None:
    page = here.get("/sandbox").text
    looked = here.get("/inbox").status_code
    asked = here.get("/sandbox/enter").status_code

    pressed = here.post("/sandbox/enter", data={"csrf_token": token_on(page), "next": "/sandbox"})

    assert (looked, asked, pressed.status_code, pressed.headers["Location"]) == (302, 405, 302, "/sandbox")
    assert "Come in as Maria Keller" in page
    assert "<iframe" not in page
    assert "<iframe" in here.get("/sandbox").text


def test_nobody_is_let_in_by_a_press_without_the_pages_token(here: FlaskClient, aylin: Contact, maria: Actor) -> None:
    assert here.post("/sandbox/enter", data={"who": "maria.keller@example.org"}).status_code == 403
    assert here.get("/inbox").status_code == 302


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Host": "evil.example.com"}])
def test_a_press_from_elsewhere_lets_nobody_in(
    here: FlaskClient, aylin: Contact, maria: Actor, headers: dict[str, str]
) -> None:
    token = token_on(here.get("/sandbox").text)

    answer = here.post("/sandbox/enter", data={"csrf_token": token}, headers=headers)

    assert answer.status_code in {302, 403}
    assert here.get("/inbox").status_code == 302


def test_elsewhere_the_sandbox_asks_who_is_there(app: APIFlask, aylin: Contact, maria: Actor) -> None:
    answer = app.test_client().get("/sandbox")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/sandbox")


def test_staff_may_use_it_from_elsewhere(app: APIFlask, desk: Desk, aylin: Contact, maria: Actor) -> None:
    assert sign_in(app, desk, maria).get("/sandbox").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_a_visitor_behind_a_proxy_is_not_at_this_machine(here: FlaskClient, aylin: Contact, header: str) -> None:
    assert here.get("/sandbox", headers={header: "127.0.0.1"}).status_code == 302


def test_a_name_that_only_leads_here_is_not_this_machine(here: FlaskClient, aylin: Contact) -> None:
    """A page of somebody else's, whose name was made to lead to this machine, is not let in."""
    assert here.get("/sandbox", headers={"Host": "evil.example.com"}).status_code == 302


def test_without_the_demo_there_is_no_sandbox(app: APIFlask, settings: Settings, clock: FixedClock) -> None:
    real = create_app(replace(settings, demo=False), clock=clock)

    answers = [real.test_client().get(path).status_code for path in ("/sandbox", "/sandbox?part=devices")]

    assert answers == [404, 404]
    with real.app_context():
        db.engine.dispose()


def test_the_on_call_phone_shows_page_and_call_and_its_key_takes_the_emergency(
    here: FlaskClient, desk: Desk, company: Company, aylin: Contact, clock: FixedClock
) -> None:
    key = f"on-call-{make_step(desk, company, 'Tom Ritter', ON_CALL).id}"
    write(here, "/sandbox/texts", aylin, text="Water is pouring through the ceiling")
    take_in(desk)
    leave(desk, clock)
    screen = here.get(f"/sandbox?part=devices&person={key}").text
    page = re.search(r'name="page" value="(\d+)"', screen)
    assert page is not None

    write(here, "/sandbox/keys", key, page=page[1])

    after = here.get(f"/sandbox?part=devices&person={key}").text
    assert ["Text back ACK" in screen, "Press 1 to take it" in screen] == [True, True]
    assert 'name="page"' not in after
    assert desk.session.scalars(select(Alarm.acknowledged_by)).all() == ["Tom Ritter"]
