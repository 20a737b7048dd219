"""Texts land on the ticket their sender wrote on last: a question of its own is answered there, a reply is an agent's."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.models import Company, Ticket
from hub.services.help.articles import publish_articles
from hub.services.sending.reply import Draft, reply
from knowledgebase.article import Audience
from knowledgebase.seed import first_articles
from tests.factories import make_contact, make_lease, make_unit
from tests.services.steps import Office, events_of, outbox, take_in, text_message, thinking, ticket_of, triage_all

AYLIN = "+12025550123"
QUESTION = "How do I get a second key for the front door?"
OTHER_MATTER = Triage("other", Queue.FRONT_DESK, Priority.NORMAL, 0.9, Band.SILENT, needs_task=False)


@pytest.fixture(autouse=True)
def help_centre(office: Office) -> None:
    """A help centre that may answer, and a resident who may ask."""
    ours = [each for each in first_articles() if each.audience is Audience.RESIDENTS and each.language == "en"]
    aylin = make_contact(office.desk, office.company, "Aylin Demir", phone=AYLIN, role="resident")
    make_lease(office.desk, make_unit(office.desk, office.company), aylin)
    with office.desk.transaction() as session:
        publish_articles(office.desk, office.company.id, ours)
        session.execute(update(Company).values(answers_by_itself=True))


def ask(office: Office, words: str = QUESTION) -> Ticket:
    desk = thinking(office.desk, OTHER_MATTER)
    (message,) = take_in(desk, text_message(words, sender=AYLIN))
    triage_all(desk)
    return ticket_of(desk, message)


def talk_before(office: Office, *, answer: str = "It is repaired. Thank you for your patience.") -> Ticket:
    ticket = ask(office, "The lamp in the yard flickers")
    if answer:
        with office.desk.transaction():
            reply(office.desk, office.maria, ticket.id, Draft(answer))
    return ticket


def test_a_question_of_its_own_is_answered_on_the_ticket_it_landed_on(office: Office) -> None:
    before = talk_before(office)

    ticket = ask(office)

    assert ticket.id == before.id
    (row,) = outbox(office.desk, "answer")
    assert row.recipient == AYLIN
    assert "answered from help centre" in events_of(office.desk, ticket.id)
    assert ticket.waiting_since is not None


def test_a_ticket_has_one_answer_by_the_machine_and_no_more(office: Office) -> None:
    talk_before(office)
    first = ask(office)
    with office.desk.transaction():
        reply(office.desk, office.maria, first.id, Draft("I hope that helped."))

    ask(office)

    assert len(outbox(office.desk, "answer")) == 1


def test_what_may_answer_our_question_is_left_to_the_agent(office: Office) -> None:
    talk_before(office, answer="Which door do you mean?")

    ask(office)

    assert outbox(office.desk, "answer") == []


def test_a_question_beside_one_that_waits_is_left_to_the_agent(office: Office) -> None:
    talk_before(office, answer="")

    ask(office)

    assert outbox(office.desk, "answer") == []


def test_a_question_while_work_is_open_is_left_to_the_agent(office: Office) -> None:
    before = talk_before(office)
    with office.desk.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == before.id).values(blocker="T-1 to do"))

    ask(office)

    assert outbox(office.desk, "answer") == []
