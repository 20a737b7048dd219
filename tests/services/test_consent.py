"""STOP, START and HELP: recorded, confirmed once, obeyed, and the agent told why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import update

from hub.clock import FixedClock
from hub.models import Company
from tests.services.steps import (
    Office,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
    triage_all,
)

ANNA = "+12025550123"


def test_stop_cancels_what_machines_have_waiting(office: Office, clock: FixedClock) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(quiet_from=time(22), quiet_until=time(7)))
    clock.at = datetime(2026, 11, 16, 22, tzinfo=UTC)
    take_in(office.desk, text_message("No water"))
    triage_all(office.desk)

    take_in(office.desk, text_message("STOP"))

    assert [each.state for each in outbox(office.desk, "acknowledgement")] == ["cancelled"]


def test_the_confirmation_leaves_at_once_even_in_quiet_hours(office: Office, clock: FixedClock) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(quiet_from=time(22), quiet_until=time(7)))
    clock.at = datetime(2026, 11, 16, 22, tzinfo=UTC)
    take_in(office.desk, text_message("STOP"))

    send_all(office.desk)

    assert len(office.providers["sms"].sent) == 1


def test_help_is_answered_with_the_emergency_number_three_times_an_hour_at_most(
    office: Office, clock: FixedClock
) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(emergency_phone="+49 30 23125 000"))
    for _ in range(6):
        take_in(office.desk, text_message("HELP"))
        send_all(office.desk)
    answered = len(office.providers["sms"].sent)
    clock.at += timedelta(hours=1, seconds=1)
    take_in(office.desk, text_message("HELP"))
    send_all(office.desk)

    assert (answered, len(office.providers["sms"].sent)) == (3, 4)
    assert "Emergencies: +49 30 23125 000." in office.providers["sms"].sent[0].text


def test_a_keyword_moves_no_queue_and_is_answered_by_no_other_machine(office: Office) -> None:
    (message,) = take_in(office.desk, text_message("STOP"))

    triage_all(office.desk)

    ticket = ticket_of(office.desk, message)
    assert {each.purpose for each in outbox(office.desk)} == {"consent"}
    assert (ticket.queue, ticket.due_at is not None) == ("front-desk", True)
