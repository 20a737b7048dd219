"""What becomes of an answer from the help centre: solved, a person, or silence, by text, mail, link and portal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from channels.segments import count_segments
from classifiers.classifier import Band, Triage
from classifiers.emergencies import check
from classifiers.labels import Priority, Queue
from hub.clock import FixedClock
from hub.domain.verdict import Verdict
from hub.errors import NotFound, Refused
from hub.models import Company, GivenAnswer, Ticket, TicketEvent
from hub.services.help.article_import import seed_articles
from hub.services.help.given_answers import (
    close_silent,
    find_by_link,
    link_of,
    settle_by_link,
    settle_in_portal,
)
from hub.services.inbox.inbox import list_tickets
from hub.services.sending.reply import Draft, reply
from tests.services.steps import (
    Office,
    events_of,
    mail,
    outbox,
    take_in,
    text_message,
    thinking,
    ticket_of,
    triage_all,
)

QUESTION = "How do I get a name plate on the letterbox?"
NUMBER = "+12025550123"
ASKING = Triage("name-plate", Queue.FRONT_DESK, Priority.NORMAL, 0.9, Band.SILENT)


@pytest.fixture
def helping(office: Office) -> Office:
    """Return a company with the first articles whose desk answers by itself."""
    with office.desk.transaction() as session:
        seed_articles(office.desk, office.company.id)
        session.execute(update(Company).values(answers_by_itself=True))
    return replace(office, desk=thinking(office.desk, ASKING))


def texted(office: Office, *more: str) -> Ticket:
    """Let somebody ask by text, be answered, and write more."""
    (message,) = take_in(office.desk, text_message(QUESTION, sender=NUMBER))
    triage_all(office.desk)
    assert len(outbox(office.desk, "answer")) == 1
    for each in more:
        take_in(office.desk, text_message(each, sender=NUMBER))
        triage_all(office.desk)
    return ticket_of(office.desk, message)


def mailed(office: Office) -> Ticket:
    (message,) = take_in(office.desk, mail(QUESTION))
    triage_all(office.desk)
    return ticket_of(office.desk, message)


def given_on(office: Office, ticket: Ticket) -> GivenAnswer:
    return office.desk.session.scalars(
        select(GivenAnswer).where(GivenAnswer.ticket_id == ticket.id).execution_options(populate_existing=True)
    ).one()


def token_of(office: Office, ticket: Ticket) -> str:
    return link_of(office.desk, given_on(office, ticket)).rpartition("/")[2]


def test_a_text_is_answered_in_two_segments_with_a_short_link_and_two_ways_on(helping: Office) -> None:
    texted(helping)

    (row,) = outbox(helping.desk, "answer")
    assert count_segments(row.payload["text"]).segments <= 2
    assert "http://desk.example.org/k/" in row.payload["text"]
    assert row.payload["text"].endswith("Reply 1 = solved, 2 = a person.")


@pytest.mark.parametrize("word", ["1", "1.", " 1 thanks", "eins", "One", "uno", "1️⃣", "solved", "erledigt, danke"])
def test_one_by_text_closes_the_ticket_as_solved(helping: Office, word: str) -> None:
    ticket = texted(helping, word)

    assert (ticket.status, given_on(helping, ticket).state) == ("closed", "solved")
    assert "answer solved it" in events_of(helping.desk, ticket.id)
    assert len(outbox(helping.desk, "answer", "acknowledgement")) == 1


@pytest.mark.parametrize("word", ["2", "2 please", "Zwei", "dos por favor", "a person please", "It is still not there"])
def test_two_by_text_brings_the_ticket_to_the_top_with_all_that_was_said(helping: Office, word: str) -> None:
    desk = helping.desk
    take_in(desk, mail("A question from long ago.", sender="b@example.com"))
    triage_all(desk)
    with desk.transaction() as session:
        late = desk.clock.now() - timedelta(days=9)
        session.execute(update(Ticket).values(due_at=late, status="open"))

    ticket = texted(helping, word)

    first = list_tickets(desk, helping.maria, "unassigned").tickets[0]
    assert first.id == ticket.id
    assert (ticket.status, ticket.wants_person, ticket.priority) == ("open", True, "high")
    assert ticket.waiting_since == ticket.first_message_at
    assert given_on(helping, ticket).state == "person"


def test_a_number_means_nothing_where_no_answer_is_open(helping: Office) -> None:
    desk = thinking(helping.desk)
    (message,) = take_in(desk, text_message("1", sender=NUMBER))
    triage_all(desk)

    ticket = ticket_of(desk, message)
    assert ticket.status == "new"
    assert "answer solved it" not in events_of(desk, ticket.id)


def test_a_number_means_nothing_once_a_person_has_been_asked_for(helping: Office) -> None:
    ticket = texted(helping, "2", "1")

    assert (ticket.status, given_on(helping, ticket).state) == ("open", "person")


def test_thanks_neither_solve_anything_nor_call_a_person(helping: Office) -> None:
    ticket = texted(helping, "Thank you!")

    assert given_on(helping, ticket).state == "open"
    assert ticket.status != "closed"


def test_danger_told_after_an_answer_is_danger_and_no_verdict(helping: Office) -> None:
    words = "I smell gas in the stairwell"
    danger = replace(ASKING, emergency=check(words), priority=Priority.URGENT)
    ticket = texted(helping)
    desk = thinking(helping.desk, danger)
    take_in(desk, text_message(words, sender=NUMBER))
    triage_all(desk)

    assert office_ticket(helping, ticket).emergency


def office_ticket(office: Office, ticket: Ticket) -> Ticket:
    return office.desk.session.get_one(Ticket, ticket.id, populate_existing=True)


def test_a_mail_names_the_article_and_two_signed_links(helping: Office) -> None:
    ticket = mailed(helping)

    (row,) = outbox(helping.desk, "answer")
    link = link_of(helping.desk, given_on(helping, ticket))
    assert f"{link}?said=solved" in row.payload["text"]
    assert f"{link}?said=person" in row.payload["text"]
    assert "http://desk.example.org/help/residents/articles/" in row.payload["text"]


def test_looking_at_a_link_changes_nothing(helping: Office) -> None:
    ticket = mailed(helping)

    find_by_link(helping.desk, token_of(helping, ticket))

    assert given_on(helping, ticket).state == "open"


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.SOLVED, "closed"), (Verdict.PERSON, "open")])
def test_a_press_on_the_links_page_is_taken_once(helping: Office, verdict: Verdict, status: str) -> None:
    ticket = mailed(helping)
    token = token_of(helping, ticket)

    for _ in range(2):
        with helping.desk.transaction():
            settle_by_link(helping.desk, token, verdict)

    said = [each for each in events_of(helping.desk, ticket.id) if each in {"answer solved it", "person wanted"}]
    assert office_ticket(helping, ticket).status == status
    assert len(said) == 1


def test_who_called_it_solved_may_still_ask_for_a_person(helping: Office) -> None:
    ticket = mailed(helping)
    token = token_of(helping, ticket)
    with helping.desk.transaction():
        settle_by_link(helping.desk, token, Verdict.SOLVED)

    with helping.desk.transaction():
        settle_by_link(helping.desk, token, Verdict.PERSON)

    found = office_ticket(helping, ticket)
    assert (found.status, found.wants_person, found.closed_at) == ("open", True, None)


def test_a_guessed_link_finds_nothing(helping: Office) -> None:
    ticket = mailed(helping)
    number, _, signature = token_of(helping, ticket).partition("-")
    other = signature[:-1] + ("A" if signature[-1] != "A" else "B")

    for guess in (f"{number}-{other}", f"{int(number) + 1}-{signature}", number, "", "x" * 500, f"0-{signature}"):
        with pytest.raises(NotFound):
            find_by_link(helping.desk, guess)


def test_an_old_link_says_that_it_has_ended(helping: Office, clock: FixedClock) -> None:
    token = token_of(helping, mailed(helping))

    clock.at += timedelta(days=61)

    with pytest.raises(Refused, match="has ended"):
        find_by_link(helping.desk, token)


def test_a_reply_by_mail_that_asks_on_is_for_a_person(helping: Office) -> None:
    ticket = mailed(helping)
    take_in(helping.desk, mail("And who pays for it?", subject=f"Re: [#{ticket.id}] name plate"))
    triage_all(helping.desk)

    found = office_ticket(helping, ticket)
    assert (found.status, found.wants_person) == ("open", True)
    assert len(outbox(helping.desk, "answer")) == 1


def test_a_person_who_answers_takes_the_ticket_from_the_top(helping: Office) -> None:
    ticket = texted(helping, "2")
    with helping.desk.transaction():
        reply(helping.desk, helping.maria, ticket.id, Draft("We put it up on Monday."))

    assert not office_ticket(helping, ticket).wants_person


def test_solved_after_a_person_answered_leaves_the_ticket_to_them(helping: Office) -> None:
    ticket = mailed(helping)
    token = token_of(helping, ticket)
    with helping.desk.transaction():
        reply(helping.desk, helping.maria, ticket.id, Draft("Could you send a photo?"))

    with helping.desk.transaction():
        settle_by_link(helping.desk, token, Verdict.SOLVED)

    assert office_ticket(helping, ticket).status == "pending"


def test_the_portal_takes_the_same_words(helping: Office) -> None:
    ticket = mailed(helping)

    with helping.desk.transaction():
        settle_in_portal(helping.desk, ticket.id, Verdict.SOLVED)

    assert given_on(helping, ticket).way == "portal"


def test_a_request_without_an_answer_has_nothing_to_judge(helping: Office) -> None:
    (message,) = take_in(thinking(helping.desk), mail("xyzzy"))

    with pytest.raises(NotFound):
        settle_in_portal(helping.desk, message.ticket_id, Verdict.SOLVED)


def test_every_answer_is_an_event_with_its_evidence(helping: Office) -> None:
    ticket = mailed(helping)

    line = helping.desk.session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "answered from help centre")
    ).one()
    assert {"article", "title", "url", "confidence", "why", "passage", "nearest"} <= set(line.facts)
    assert line.facts["passage"] == given_on(helping, ticket).passage


def test_silence_leaves_a_ticket_waiting_and_is_no_success(helping: Office, clock: FixedClock) -> None:
    ticket = mailed(helping)
    clock.at += timedelta(days=300)

    with helping.desk.transaction():
        assert close_silent(helping.desk) == 0

    waiting = list_tickets(helping.desk, helping.maria, "waiting").tickets
    assert [each.id for each in waiting] == [ticket.id]


def test_where_a_time_was_chosen_silence_closes_without_calling_it_solved(helping: Office, clock: FixedClock) -> None:
    ticket = mailed(helping)
    with helping.desk.transaction() as session:
        session.execute(update(Company).values(settings={"silence_days": 7}))
    helping.desk.session.expire_all()

    clock.at += timedelta(days=6)
    with helping.desk.transaction():
        early = close_silent(helping.desk)
    clock.at += timedelta(days=2)
    with helping.desk.transaction():
        late = close_silent(helping.desk)

    assert (early, late) == (0, 1)
    assert office_ticket(helping, ticket).status == "closed"
    assert given_on(helping, ticket).state == "silent"
    assert "answer solved it" not in events_of(helping.desk, ticket.id)


def test_a_second_matter_on_an_answered_ticket_is_for_a_person(helping: Office) -> None:
    ticket = texted(helping, "How do I sort my rubbish?")

    assert len(outbox(helping.desk, "answer")) == 1
    assert ticket.wants_person
