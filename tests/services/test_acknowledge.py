"""'We have your message': once, to people, without the sender's own words for strangers, within budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from classifiers.classifier import Band, Classifier, Triage
from classifiers.labels import Priority, Queue
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Company, Ticket, TicketEvent
from tests.services.steps import (
    Office,
    acknowledged,
    mail,
    make_resident,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
    triage_all,
)

CANARY = "zinnia-9f3a"


def test_a_new_ticket_is_acknowledged_once_with_its_number(office: Office) -> None:
    make_resident(office)
    (first,) = take_in(office.desk, mail(Message_ID="<one@example.com>"))
    acknowledged(office)
    take_in(office.desk, mail("It is worse.", In_Reply_To="<one@example.com>"))

    (row,) = acknowledged(office)

    assert row.recipient == "aylin@example.com"
    assert f"#{first.ticket_id}" in row.payload["text"]
    assert row.payload["automatic"] is True


def test_an_acknowledgement_is_no_response_by_a_person(office: Office) -> None:
    (message,) = take_in(office.desk, mail())

    acknowledged(office)

    ticket = ticket_of(office.desk, message)
    assert (ticket.first_response_at, ticket.status) == (None, "new")
    assert ticket.waiting_since is not None
    assert ticket.due_at is not None


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 16, 9, tzinfo=UTC), "You will hear from us by Monday 14:00."),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), "You will hear from us by Monday 12:00."),
    ],
)
def test_people_are_told_by_when_they_hear_in_their_own_time(
    office: Office, clock: FixedClock, at: datetime, words: str
) -> None:
    clock.at = at
    take_in(office.desk, mail())

    (row,) = acknowledged(office)

    assert words in row.payload["text"]
    assert "closed" not in row.payload["text"]


def test_out_of_hours_the_words_say_that_we_are_closed_and_whom_to_call(office: Office, clock: FixedClock) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(emergency_phone="+49 30 23125 000"))
    clock.at = datetime(2026, 11, 21, 20, tzinfo=UTC)
    take_in(office.desk, mail())

    (row,) = acknowledged(office)

    assert "We are closed just now." in row.payload["text"]
    assert "In an emergency call +49 30 23125 000." in row.payload["text"]


def test_nothing_is_acknowledged_after_an_automatic_answer(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    with office.desk.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == message.ticket_id).values(machine_answered=True))

    assert acknowledged(office) == []


def test_a_company_that_does_not_want_it_acknowledges_nothing(office: Office) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(acknowledges=False))
    take_in(office.desk, mail())

    assert acknowledged(office) == []


def test_old_mail_is_acknowledged_to_nobody(office: Office) -> None:
    take_in(office.desk, mail(sender="old@example.com"), history=True)

    assert acknowledged(office) == []


def test_an_acknowledgement_of_mail_that_lay_unfetched_waits_for_a_person(office: Office, clock: FixedClock) -> None:
    take_in(office.desk, mail(sender="late@example.com", facts={"late": "1"}))

    rows = acknowledged(office)
    clock.at += timedelta(days=2)
    send_all(office.desk)

    assert [each.state for each in rows] == ["held"]
    assert office.providers["email"].sent == []


def test_quiet_hours_hold_an_acknowledgement_until_morning(office: Office, clock: FixedClock) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(quiet_from=time(22), quiet_until=time(7)))
    clock.at = datetime(2026, 11, 16, 22, tzinfo=UTC)  # 23:00 in Berlin
    take_in(office.desk, text_message("No water"))

    (row,) = acknowledged(office)

    assert row.next_at == datetime(2026, 11, 17, 6, tzinfo=UTC)


def test_a_resident_is_greeted_by_name_only_when_it_is_surely_them(office: Office) -> None:
    make_resident(office)
    take_in(office.desk, mail(sender="Mallory <aylin@example.com>"))
    take_in(
        office.desk,
        mail(
            sender="Mallory <aylin@example.com>",
            facts={"authserv_id": "mx.example.org"},
            Authentication_Results="mx.example.org; dmarc=pass header.from=example.com",
        ),
    )

    unsure, sure = (each.payload["text"] for each in acknowledged(office))

    assert unsure.startswith("We have your message")
    assert sure.startswith("Hello Aylin Demir, we have your message")


def test_a_silent_prediction_moves_the_ticket_and_is_acknowledged_all_the_same(office: Office) -> None:
    thought = Triage("plumbing", Queue.MAINTENANCE, Priority.NORMAL, 0.99, Band.SILENT, needs_task=True)
    desk = replace(office.desk, open_classifier=lambda: cast("Classifier", Fixed(thought)))
    (message,) = take_in(desk, mail())

    triage_all(desk)

    assert ticket_of(desk, message).queue == "maintenance"
    assert len(outbox(desk, "acknowledgement")) == 1


class Fixed:
    trouble = ""

    def __init__(self, thought: Triage) -> None:
        self.thought = thought

    def triage(self, texts: list[str]) -> list[Triage]:
        return [self.thought for _ in texts]


def test_why_nothing_was_said_stands_on_the_ticket(office: Office) -> None:
    take_in(office.desk, mail(sender="victim@example.net"))
    take_in(office.desk, mail(sender="victim@example.net"))

    acknowledged(office)

    reasons = office.desk.session.scalars(select(TicketEvent.facts).where(TicketEvent.kind == "not acknowledged")).all()
    assert [each["reason"] for each in reasons] == ["This address has had as many automatic messages as it may."]


def test_somebody_who_said_stop_is_not_acknowledged_by_text(office: Office, desk: Desk) -> None:
    take_in(office.desk, text_message("STOP"))
    take_in(office.desk, text_message("The tap drips"))

    assert acknowledged(office) == []
