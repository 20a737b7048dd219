"""Danger: answered and paged at once, once, whoever writes and however often."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select, update

from classifiers.classifier import Band, Triage
from classifiers.emergencies import Emergency, EmergencyKind
from classifiers.labels import Priority, Queue
from classifiers.safety import safety_text
from hub.clock import FixedClock
from hub.domain.access import Role
from hub.models import Company, Message, OnCallStep, Ticket
from hub.services.emergencies.alarms import MOST_ALARMS_OF_A_SENDER
from hub.services.emergencies.safety_texts import write_safety_texts
from hub.services.inbox.notices import read_notices
from hub.services.sending.reply import Draft, reply
from tests.factories import make_agent, make_company, make_step
from tests.services.steps import (
    Office,
    events_of,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    thinking,
    ticket_of,
    triage_all,
)

GAS = "There is a strong smell of gas in the kitchen"
ON_CALL = "+12025550199"


@pytest.fixture(autouse=True)
def somebody_on_call(office: Office) -> None:
    make_step(office.desk, office.company, "Tom Ritter", ON_CALL)


def test_a_message_of_danger_is_answered_and_paged_before_any_triage(office: Office) -> None:
    (message,) = take_in(office.desk, text_message(GAS))
    send_all(office.desk)

    ticket = ticket_of(office.desk, message)
    assert (ticket.emergency, ticket.priority, ticket.queue) == (True, "urgent", "maintenance")
    assert {each.recipients[0].value for each in office.providers["sms"].sent} == {message.author_address, ON_CALL}
    assert [each.recipients[0].value for each in office.providers["voice"].sent] == [ON_CALL]
    assert {each.purpose for each in outbox(office.desk)} == {"safety", "page"}


def test_thanks_after_an_emergency_page_nobody_again(office: Office) -> None:
    take_in(office.desk, text_message(GAS))
    take_in(office.desk, text_message("Thank you, I am outside now"))

    assert [each.channel for each in outbox(office.desk, "page")] == ["sms", "voice"]
    assert len(outbox(office.desk, "safety")) == 1


def test_danger_told_later_on_an_open_ticket_is_as_urgent_as_on_a_new_one(office: Office) -> None:
    (first,) = take_in(office.desk, text_message("The tap in the bathroom drips"))
    triage_all(office.desk)
    with office.desk.transaction():
        reply(office.desk, office.maria, first.ticket_id, Draft("Tom comes tomorrow at nine."))
    before = ticket_of(office.desk, first)
    assert (before.emergency, before.priority) == (False, "normal")

    (later,) = take_in(office.desk, text_message("Now water is leaking through the ceiling"))

    ticket = ticket_of(office.desk, later)
    assert ticket.id == first.ticket_id
    assert (ticket.emergency, ticket.emergency_kind, ticket.priority) == (True, "flood", "urgent")
    assert events_of(office.desk, ticket.id).count("emergency") == 1
    assert [each.recipient for each in outbox(office.desk, "safety", "page")] == [
        later.author_address,
        ON_CALL,
        ON_CALL,
    ]
    triage_all(office.desk)
    due = ticket_of(office.desk, later).due_at
    assert due is not None
    assert due - later.created_at == timedelta(minutes=15)


def test_danger_told_twice_is_one_event_and_calm_words_lower_nothing(office: Office) -> None:
    (message,) = take_in(office.desk, text_message(GAS))
    take_in(office.desk, text_message("There is a gas leak, it smells of gas everywhere"))

    take_in(office.desk, text_message("Could you also send me my lease, please?"))
    triage_all(office.desk)

    ticket = ticket_of(office.desk, message)
    assert (ticket.emergency, ticket.emergency_kind, ticket.priority) == (True, "gas", "urgent")
    assert events_of(office.desk, ticket.id).count("emergency") == 1


def test_another_danger_on_the_same_ticket_gets_its_own_words_and_page(office: Office) -> None:
    take_in(office.desk, text_message(GAS))
    take_in(office.desk, text_message("Now the house is on fire, flames in the kitchen"))

    words = [each.payload["text"] for each in outbox(office.desk, "safety")]
    assert len(set(words)) == 2
    pages = [each.payload["text"] for each in outbox(office.desk, "page") if each.channel == "sms"]
    assert ["gas" in pages[0], "fire" in pages[1], len(pages)] == [True, True, 2]


def test_an_automatic_answer_before_does_not_keep_the_safety_text_back(office: Office) -> None:
    (message,) = take_in(office.desk, text_message("How do I open a window?"))
    with office.desk.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == message.ticket_id).values(machine_answered=True))

    take_in(office.desk, text_message(GAS))

    assert len(outbox(office.desk, "safety")) == 1


def test_a_machine_that_answers_our_safety_text_stops_being_answered(office: Office, clock: FixedClock) -> None:
    for _ in range(20):
        take_in(office.desk, mail(GAS, sender="bot@example.com", subject="Re: gas"))
        clock.at += timedelta(minutes=1)

    tickets = office.desk.session.scalars(select(Ticket).order_by(Ticket.id)).all()
    assert len(tickets) == 20
    assert all(each.emergency for each in tickets)
    assert len(outbox(office.desk, "safety")) == 3
    assert len(outbox(office.desk, "page")) == 2 * MOST_ALARMS_OF_A_SENDER  # a text and a call each
    assert "safety text not sent" in events_of(office.desk, tickets[-1].id)


def test_machine_mail_and_old_mail_page_nobody(office: Office) -> None:
    take_in(office.desk, mail(GAS, Auto_Submitted="auto-replied"))
    take_in(office.desk, mail(GAS, sender="b@example.com"), history=True)

    assert outbox(office.desk) == []


def test_quiet_hours_hold_no_emergency(office: Office, clock: FixedClock) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(quiet_from=time(22), quiet_until=time(7)))
    clock.at = datetime(2026, 11, 16, 23, tzinfo=UTC)
    take_in(office.desk, text_message(GAS))

    send_all(office.desk)

    assert len(office.providers["sms"].sent) == 2
    assert len(office.providers["voice"].sent) == 1


def test_somebody_who_said_stop_gets_no_text_and_people_are_told(office: Office) -> None:
    take_in(office.desk, text_message("STOP"))

    (message,) = take_in(office.desk, text_message(GAS))

    assert outbox(office.desk, "safety") == []
    assert len(outbox(office.desk, "page")) == 2
    assert "safety text not sent" in events_of(office.desk, message.ticket_id)


def test_a_company_with_nobody_on_call_shows_so(office: Office) -> None:
    with office.desk.transaction() as session:
        session.execute(delete(OnCallStep))

    (message,) = take_in(office.desk, text_message(GAS))

    assert "nobody on call" in events_of(office.desk, message.ticket_id)


def test_triage_never_lowers_an_emergency_and_makes_its_task(office: Office) -> None:
    (message,) = take_in(office.desk, text_message(GAS))

    triage_all(office.desk)

    ticket = ticket_of(office.desk, message)
    assert (ticket.emergency, ticket.priority, ticket.queue) == (True, "urgent", "maintenance")
    assert "task created" in events_of(office.desk, ticket.id)
    assert outbox(office.desk, "acknowledgement") == []


def test_open_emergencies_are_shown_to_those_who_may_see_them_until_answered(office: Office) -> None:
    other = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")
    tom = make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)
    (message,) = take_in(office.desk, mail(GAS))

    shown = [len(read_notices(office.desk, each).emergencies) for each in (office.maria, other, tom)]
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("Leave the house. We are on our way."))

    assert shown == [1, 0, 0]
    assert read_notices(office.desk, office.maria).emergencies == []


def test_the_safety_text_is_a_message_on_the_ticket(office: Office) -> None:
    take_in(office.desk, text_message(GAS))

    said = office.desk.session.scalars(select(Message).where(Message.direction == "out")).one()

    assert (said.author_kind, said.kind, said.visibility) == ("machine", "safety", "public")


def test_danger_that_only_the_model_sees_is_answered_paged_and_given_a_task_as_any_other(office: Office) -> None:
    found = Emergency(EmergencyKind.FLOOD, ("kitchen light",), found_by="model")
    thought = Triage("plumbing", Queue.MAINTENANCE, Priority.URGENT, 0.9, Band.SILENT, emergency=found, needs_task=True)
    desk = thinking(office.desk, thought)
    (message,) = take_in(desk, text_message("The light in the kitchen has turned into an aquarium"))
    before = outbox(desk, "page")

    triage_all(desk)

    ticket = ticket_of(desk, message)
    assert before == []
    assert (ticket.emergency, ticket.priority, ticket.queue) == (True, "urgent", "maintenance")
    assert [each.recipient for each in outbox(desk, "safety", "page")] == [message.author_address, ON_CALL, ON_CALL]
    assert {"emergency", "paged", "task created"} <= set(events_of(desk, ticket.id))


def test_a_company_says_it_in_its_own_words_with_its_number_at_the_end(office: Office) -> None:
    admin = make_agent(office.desk, office.company, "Robin Sander", Role.ADMIN)
    with office.desk.transaction() as session:
        company = session.get_one(Company, office.company.id)
        company.emergency_phone = "+1 202 555 0150"
        write_safety_texts(office.desk, admin, company, "en", {"gas": "Leave the house and ring the bell of number 9."})

    take_in(office.desk, text_message(GAS), text_message("My kitchen is on fire", sender="+12025550177"))

    gas, fire = (str(each.payload["text"]) for each in outbox(office.desk, "safety"))
    assert gas.startswith("Leave the house and ring the bell of number 9. ")
    assert "+1 202 555 0150" in gas
    assert fire.startswith(safety_text("fire", "en"))
