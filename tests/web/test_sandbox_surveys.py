"""The one question of NPS at the sandbox, from closing to the number: by text, by mail and in the portal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.survey import ANSWERED_WITHIN, CHANGE_OF_MIND
from hub.models import Contact, Identity, Message, Survey, Ticket, TicketEvent
from hub.services.sending.reply import Draft, reply
from tests.web.test_sandbox import aylin, company, here, leave, maria, take_in, write
from tests.web.visitors import sign_in_person, token_on, visit

__all__ = ["aylin", "company", "here", "maria"]


class Phone:
    """Aylin's side of the sandbox, and the desk behind it."""

    def __init__(self, client: FlaskClient, desk: Desk, owner: Contact, agent: Actor, clock: FixedClock) -> None:
        self.client, self.desk, self.owner, self.agent, self.clock = client, desk, owner, agent, clock

    def text(self, words: str) -> Message:
        """Text from the phone, and return what came of it."""
        write(self.client, "/sandbox/texts", self.owner, text=words)
        return take_in(self.desk)[-1]

    def solve(self, message: Message, *, channel: str = "") -> Ticket:
        """Answer and close; the question leaves for wherever the person is."""
        with self.desk.transaction():
            reply(self.desk, self.agent, message.ticket_id, Draft("It is done.", channel=channel, close=True))
        leave(self.desk, self.clock)
        return self.ticket(message)

    def shown(self) -> str:
        """Return what phone and mailbox show."""
        return self.client.get(f"/sandbox?part=devices&person={self.owner.id}").text

    def ticket(self, message: Message) -> Ticket:
        return self.desk.session.get_one(Ticket, message.ticket_id, populate_existing=True)

    def survey(self) -> Survey:
        """Return the only question there is."""
        return self.desk.session.scalars(select(Survey).execution_options(populate_existing=True)).one()

    def said(self, kind: str) -> int:
        query = select(TicketEvent.id).where(TicketEvent.kind == kind)
        return len(self.desk.session.scalars(query).all())


@pytest.fixture
def phone(here: FlaskClient, desk: Desk, aylin: Contact, maria: Actor, clock: FixedClock) -> Phone:
    return Phone(here, desk, aylin, maria, clock)


@pytest.fixture
def asked(phone: Phone) -> Phone:
    """Return a phone on which the question has arrived."""
    phone.solve(phone.text("no hot water"))
    assert "how likely are you to recommend us" in phone.shown()
    return phone


@pytest.mark.parametrize(("words", "score"), [("10!!", 10), ("ten", 10), ("9", 9), ("0", 0)])
def test_a_number_texted_is_the_score_and_opens_nothing(asked: Phone, words: str, score: int) -> None:
    message = asked.text(words)

    assert asked.survey().score == score
    assert asked.ticket(message).status == "closed"


@pytest.mark.parametrize("words", ["11", "You never came, this is a disgrace", "3 days without water"])
def test_a_complaint_or_a_number_off_the_scale_reaches_people_and_counts_nothing(asked: Phone, words: str) -> None:
    message = asked.text(words)

    ticket = asked.ticket(message)
    assert asked.survey().score is None
    assert (ticket.status, ticket.unread) == ("open", True)


def test_stop_instead_of_a_number_ends_texts_and_counts_nothing(asked: Phone) -> None:
    asked.text("STOP")
    asked.text("9")

    stopped = select(Identity.opted_out_at).where(Identity.contact_id == asked.owner.id, Identity.kind == "phone")
    assert asked.desk.session.scalar(stopped) is not None
    assert asked.said("opted out") == 1


def test_a_second_number_within_a_day_changes_the_one_vote_and_a_later_one_does_not(asked: Phone) -> None:
    asked.text("4")
    asked.text("8")
    changed = asked.survey().score
    asked.clock.at += CHANGE_OF_MIND + timedelta(minutes=1)
    asked.text("1")

    assert (changed, asked.survey().score) == (8, 8)
    assert (asked.said("survey answered"), asked.said("survey answer changed")) == (1, 1)


def test_a_number_that_comes_after_a_week_is_a_message(asked: Phone) -> None:
    asked.clock.at += ANSWERED_WITHIN

    message = asked.text("9")

    assert asked.survey().score is None
    assert asked.ticket(message).status == "new"


def test_a_mail_has_eleven_links_that_scanners_may_open_and_only_the_button_votes(app: APIFlask, phone: Phone) -> None:
    write(phone.client, "/sandbox/mails", phone.owner, subject="Kitchen tap", text="It drips.")
    phone.solve(take_in(phone.desk)[-1])
    path = f"/nps/{phone.survey().public_id}"
    assert path in phone.shown()

    scanned = [visit(app).open(f"{path}?score={each}", method=how) for each in range(11) for how in ("GET", "HEAD")]
    before = phone.survey().score
    browser = visit(app)
    page = browser.get(f"{path}?score=9").text
    for score in ("9", "9", "6"):
        browser.post(path, data={"csrf_token": token_on(page), "score": score})

    assert {each.status_code for each in scanned} == {200}
    assert re.search(r'value="9"\s+checked', page)
    assert (before, phone.survey().score) == (None, 6)
    assert phone.said("survey answered") == 1


@pytest.mark.parametrize("score", ["11", "-1", "ten", "10!!", ""])
def test_the_page_takes_only_its_eleven_numbers(app: APIFlask, asked: Phone, score: str) -> None:
    browser, path = visit(app), f"/nps/{asked.survey().public_id}"
    token = token_on(browser.get(path).text)

    answer = browser.post(path, data={"csrf_token": token, "score": score})

    assert answer.status_code == 422
    assert asked.survey().score is None


def test_the_portal_leads_to_the_question_until_it_is_answered(app: APIFlask, phone: Phone) -> None:
    ticket = phone.solve(phone.text("no hot water"), channel="portal")
    mail = select(Identity).where(Identity.contact_id == phone.owner.id, Identity.kind == "email")
    browser = sign_in_person(app, phone.desk, phone.owner, phone.desk.session.scalars(mail).one())
    path = f"/nps/{phone.survey().public_id}"

    before = browser.get(f"/portal/requests/{ticket.public_id}").text
    browser.post(path, data={"csrf_token": token_on(browser.get(path).text), "score": "10"})
    after = browser.get(f"/portal/requests/{ticket.public_id}").text

    assert (path in before, path in after) == (True, False)
    assert phone.survey().score == 10


def test_a_person_is_asked_once_in_ninety_days_whichever_way_they_write(asked: Phone) -> None:
    write(asked.client, "/sandbox/mails", asked.owner, subject="Kitchen tap", text="It drips.")

    asked.solve(take_in(asked.desk)[-1])

    assert asked.survey().channel == "sms"
