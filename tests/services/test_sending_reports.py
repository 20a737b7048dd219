"""What providers say later: counted once, in any order, even before their own answer."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from sqlalchemy import update

from channels.message import DeliveryReport
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.delivery import UNDO
from hub.models import OutboxRow, ProviderEvent
from hub.services.sending.provider_events import KEPT, apply_events, store_reports
from tests.factories import make_company
from tests.services.steps import Office, answer, events_of, outbox, send_all, text_message


def say(desk: Desk, row: OutboxRow, *states: str, provider_id: str = "", by_our_id: bool = True) -> None:
    """Store reports about a row, each with a key of its own."""
    ours = str(row.id) if by_our_id else ""
    with desk.transaction():
        reports = [DeliveryReport(f"event-{uuid4()}", provider_id or row.provider_id, ours, each) for each in states]
        store_reports(desk, "sms", row.company_id, reports)


def sent_text(office: Office, clock: FixedClock) -> OutboxRow:
    answer(office, text_message("No water"))
    clock.at += UNDO
    send_all(office.desk)
    return outbox(office.desk, "reply")[0]


@pytest.mark.parametrize(
    "order",
    random.Random(20261116).sample(
        list(permutations(["accepted", "accepted", "accepted", "delivered", "delivered"])), 12
    ),
)
def test_reports_end_in_the_same_state_in_whatever_order_they_come(
    office: Office, clock: FixedClock, order: tuple[str, ...]
) -> None:
    row = sent_text(office, clock)

    for state in order:
        say(office.desk, row, state)
        apply_events(office.desk)

    assert outbox(office.desk)[0].state == "delivered"
    assert outbox(office.desk)[0].delivered_at == clock.at


@pytest.mark.parametrize("order", [("delivered", "failed"), ("failed", "delivered"), ("delivered", "accepted")])
def test_reports_that_are_applied_together_count_each(
    office: Office, clock: FixedClock, order: tuple[str, ...]
) -> None:
    row = sent_text(office, clock)

    say(office.desk, row, *order)
    apply_events(office.desk)

    assert outbox(office.desk)[0].state == "delivered"


def test_a_report_before_the_providers_own_answer_finds_its_row_by_our_id(office: Office) -> None:
    row = answer(office, text_message("No water"))

    say(office.desk, row, "delivered", provider_id="SM1")
    applied = apply_events(office.desk)

    row = outbox(office.desk)[0]
    assert (applied, row.state, row.provider_id) == (1, "delivered", "SM1")


def test_a_report_that_names_a_row_sent_as_another_message_is_not_believed(office: Office, clock: FixedClock) -> None:
    row = sent_text(office, clock)

    say(office.desk, row, "failed", provider_id="SM-of-another-message")
    apply_events(office.desk)

    assert outbox(office.desk)[0].state == "accepted"


def test_the_same_report_twice_is_one_row(office: Office, clock: FixedClock) -> None:
    row = sent_text(office, clock)
    twice = DeliveryReport("one-event", row.provider_id, str(row.id), "delivered")

    with office.desk.transaction():
        store_reports(office.desk, "sms", row.company_id, [twice, twice])

    assert apply_events(office.desk) == 1


def test_a_report_about_nothing_known_waits_a_day_and_holds_up_no_other(office: Office, clock: FixedClock) -> None:
    row = sent_text(office, clock)
    for _ in range(5):
        say(office.desk, row, "delivered", provider_id=f"SM{uuid4()}", by_our_id=False)
    say(office.desk, row, "delivered")

    applied = apply_events(office.desk, limit=2)
    waiting = apply_events(office.desk)
    with office.desk.transaction() as session:
        session.execute(update(ProviderEvent).values(created_at=clock.at - KEPT - timedelta(seconds=1)))
    given_up = apply_events(office.desk)

    assert (applied, waiting, given_up) == (1, 0, 5)
    assert outbox(office.desk)[0].state == "delivered"


def test_a_text_that_failed_on_its_way_returns_its_ticket_with_the_reason(office: Office, clock: FixedClock) -> None:
    row = sent_text(office, clock)

    with office.desk.transaction():
        report = DeliveryReport("e", row.provider_id, str(row.id), "failed", error="The number is out of service.")
        store_reports(office.desk, "sms", row.company_id, [report])
    apply_events(office.desk)

    row = outbox(office.desk)[0]
    assert (row.state, row.error) == ("failed", "The number is out of service.")
    assert events_of(office.desk, row.ticket_id or 0)[-1] == "not sent"


def test_another_companys_report_changes_nothing_here(office: Office, clock: FixedClock) -> None:
    row = sent_text(office, clock)
    other = make_company(office.desk, "Hafen Homes")

    with office.desk.transaction():
        store_reports(office.desk, "sms", other.id, [DeliveryReport("e", row.provider_id, str(row.id), "failed")])
    apply_events(office.desk)

    assert outbox(office.desk)[0].state == "accepted"
