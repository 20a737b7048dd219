"""What leaves: handed over at least once with one id, in order, or visibly failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from channels.message import OutboundMessage, Outcome, Receipt
from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from hub.domain.delivery import BACK_OFF, MAIL_PATIENCE, UNDO
from hub.domain.ticket import TicketStatus
from hub.errors import Refused
from hub.models import Identity, OutboxRow, Ticket, TicketEvent
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import retry
from tests.services.steps import (
    LOST,
    REFUSED,
    RETRY,
    Office,
    after_undo,
    answer,
    events_of,
    fresh,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
)


def test_a_reply_leaves_only_after_its_undo_time(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    answer(office)

    clock.at += UNDO - timedelta(milliseconds=1)
    send_all(desk)
    early = len(providers["email"].sent)
    clock.at += timedelta(milliseconds=1)
    send_all(desk)

    assert (early, len(providers["email"].sent)) == (0, 1)
    assert [each.state for each in outbox(desk)] == ["accepted"]


def test_a_scheduled_reply_leaves_at_its_hour(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    ticket_id = answer(office).ticket_id or 0
    with desk.transaction():
        reply(desk, office.maria, ticket_id, Draft("Tomorrow.", send_at=clock.at + timedelta(days=1)))

    clock.at += timedelta(hours=23)
    send_all(desk)
    before = [each.text for each in providers["email"].sent]
    clock.at += timedelta(hours=1)
    send_all(desk)

    assert before == ["We come at nine."]
    assert [each.text for each in providers["email"].sent] == ["We come at nine.", "Tomorrow."]


def test_a_refused_attempt_waits_longer_each_time_with_the_same_id(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [RETRY] * 5
    row = answer(office)
    after_undo(clock)
    waits = []

    for _ in range(5):
        send_all(desk)
        row = fresh(desk, row)
        waits.append(row.next_at - clock.at)
        clock.at = row.next_at
    send_all(desk)

    assert waits == list(BACK_OFF[1:])
    assert {each.message_id for each in providers["email"].sent} == {row.rfc_message_id}
    assert (fresh(desk, row).state, len(providers["email"].sent)) == ("accepted", 6)


def test_a_wait_that_the_provider_names_is_kept_and_counts_as_no_attempt(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["sms"].answers = [Receipt(Outcome.RETRY, error="429", retry_after=7)] * 3
    row = answer(office, text_message("No water"))
    after_undo(clock)

    for _ in range(3):
        send_all(desk)
        row = fresh(desk, row)
        assert (row.next_at - clock.at, row.attempts) == (timedelta(seconds=7), 0)
        clock.at = row.next_at
    send_all(desk)

    assert fresh(desk, row).state == "accepted"


def test_mail_that_is_refused_for_a_day_has_visibly_failed(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [RETRY] * 100
    row = answer(office)
    began = clock.at

    while row.state != "failed":
        clock.at = row.next_at
        send_all(desk)
        row = fresh(desk, row)

    assert MAIL_PATIENCE <= clock.at - began <= MAIL_PATIENCE + timedelta(hours=1, seconds=8)
    assert "not sent" in events_of(desk, row.ticket_id or 0)


def test_a_final_failure_brings_the_ticket_back_to_its_author_with_the_reason(
    office: Office, clock: FixedClock
) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [REFUSED]
    row = answer(office)
    after_undo(clock)

    send_all(desk)

    ticket = ticket_of_row(desk, row)
    assert (ticket.status, ticket.assignee_id, ticket.unread) == (TicketStatus.OPEN, office.maria.agent_id, True)
    assert ticket.waiting_since is not None
    assert ticket.due_at is not None
    event = desk.session.scalars(select(TicketEvent).where(TicketEvent.kind == "not sent")).one()
    assert event.facts["reason"] == REFUSED.error


def ticket_of_row(desk: Desk, row: OutboxRow) -> Ticket:
    desk.session.expire_all()
    return desk.session.get_one(Ticket, row.ticket_id)


def test_a_reply_that_one_of_its_people_was_refused_brings_the_ticket_back(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [Receipt(Outcome.ACCEPTED, "1", "omar@example.com was refused: 550 5.1.1 Nobody")]
    row = answer(office)
    after_undo(clock)

    send_all(desk)

    ticket = ticket_of_row(desk, row)
    assert (fresh(desk, row).state, ticket.status, ticket.unread) == ("accepted", TicketStatus.OPEN, True)
    event = desk.session.scalars(select(TicketEvent).where(TicketEvent.kind == "not sent to all")).one()
    assert event.facts["reason"] == "omar@example.com was refused: 550 5.1.1 Nobody"


def test_a_failed_reply_on_a_ticket_nobody_has_goes_to_whoever_wrote_it(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [REFUSED]
    row = answer(office)
    with desk.transaction() as session:
        session.execute(update(Ticket).values(assignee_id=None, status="closed", closed_at=clock.at))
    after_undo(clock)

    send_all(desk)

    ticket = ticket_of_row(desk, row)
    assert (ticket.status, ticket.closed_at, ticket.assignee_id) == ("open", None, office.maria.agent_id)


def test_a_failed_reply_is_tried_again_by_its_button_with_the_same_id(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [REFUSED]
    row = answer(office)
    after_undo(clock)
    send_all(desk)

    with desk.transaction() as session:
        retry(desk, session.get_one(OutboxRow, row.id))
    send_all(desk)

    assert fresh(desk, row).state == "accepted"
    assert len({each.message_id for each in providers["email"].sent}) == 1


def test_mail_with_an_unknown_outcome_leaves_again_with_the_same_message_id(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [LOST]
    row = answer(office)
    after_undo(clock)
    send_all(desk)
    unknown = fresh(desk, row).state

    clock.at += timedelta(minutes=1)
    send_all(desk)

    assert (unknown, fresh(desk, row).state) == ("unknown", "accepted")
    assert [each.message_id for each in providers["email"].sent] == [row.rfc_message_id] * 2


def test_replies_of_a_ticket_leave_in_the_order_they_were_written(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [RETRY]
    ticket_id = answer(office, words="First.").ticket_id or 0
    with desk.transaction():
        reply(desk, office.maria, ticket_id, Draft("Second."))
    after_undo(clock)

    send_all(desk)
    tried = [each.text for each in providers["email"].sent]
    clock.at += timedelta(minutes=1)
    send_all(desk)

    assert tried == ["First."]
    assert [each.text for each in providers["email"].sent] == ["First.", "First.", "Second."]


def test_a_ticket_that_waits_holds_up_no_other(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    providers["email"].answers = [RETRY]
    answer(office, words="First.")
    after_undo(clock)
    send_all(desk)
    (other,) = take_in(desk, mail(sender="Ben <ben@example.com>"))
    with desk.transaction():
        reply(desk, office.maria, other.ticket_id, Draft("Other."))
    after_undo(clock)

    send_all(desk)

    assert [each.text for each in providers["email"].sent] == ["First.", "Other."]


def test_a_reply_by_text_to_a_number_that_said_stop_is_refused_before_it_is_written(
    office: Office,
) -> None:
    desk = office.desk
    (message,) = take_in(desk, text_message("No water"))
    take_in(desk, text_message("STOP"))

    with pytest.raises(Refused, match=r"\+12025550123 said STOP"), desk.transaction():
        reply(desk, office.maria, message.ticket_id, Draft("We come."))

    assert outbox(desk, "reply") == []


def test_a_text_already_leased_does_not_leave_after_stop_and_its_author_hears_why(
    office: Office, clock: FixedClock
) -> None:
    desk, providers = office.desk, office.providers
    providers["sms"].answers = [LOST]
    row = answer(office, text_message("No water"))
    after_undo(clock)
    send_all(desk)
    with desk.transaction() as session:
        session.execute(update(Identity).values(opted_out_at=clock.at))

    clock.at += timedelta(minutes=1)
    send_all(desk)

    row = fresh(desk, row)
    assert len(providers["sms"].sent) == 1
    assert (row.state, "said STOP" in row.error) == ("failed", True)
    assert ticket_of_row(desk, row).status == "open"


def test_a_report_that_is_quicker_than_the_providers_answer_stays_true(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    row = answer(office, text_message("No water"))
    after_undo(clock)

    def deliver_first(message: OutboundMessage) -> Receipt:
        with Session(db.engine) as other, other.begin():
            other.execute(update(OutboxRow).values(state="delivered", provider_id="SM1", delivered_at=clock.at))
        return Receipt(Outcome.ACCEPTED, provider_id="SM1")

    providers["sms"].answers = [deliver_first]
    send_all(desk)

    row = fresh(desk, row)
    assert (row.state, row.provider_id, row.accepted_at) == ("delivered", "SM1", clock.at)


def test_a_channel_that_breaks_its_promise_and_raises_holds_up_no_other_row(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    broken = answer(office, words="Breaks.")
    (message,) = take_in(desk, mail(sender="ben@example.com"))
    with desk.transaction():
        reply(desk, office.maria, message.ticket_id, Draft("Whole."))
    after_undo(clock)

    def fail(_: OutboundMessage) -> Receipt:
        raise UnicodeEncodeError("ascii", "ü", 0, 1, "ordinal not in range")

    providers["email"].answers = [fail]
    send_all(desk)

    assert [each.text for each in providers["email"].sent] == ["Breaks.", "Whole."]
    assert fresh(desk, broken).state == "unknown"
    assert "UnicodeEncodeError" in fresh(desk, broken).error


def test_a_channel_that_is_gone_fails_visibly(office: Office, clock: FixedClock) -> None:
    desk = office.desk
    row = answer(office)
    desk = replace(desk, channels={kind: each for kind, each in desk.channels.items() if kind != "email"})
    after_undo(clock)

    send_all(desk)

    assert fresh(desk, row).state == "failed"
    assert "No channel is called 'email'" in fresh(desk, row).error


def test_a_reply_in_the_portal_is_there_at_once(office: Office) -> None:
    desk, providers = office.desk, office.providers
    (message,) = take_in(desk, mail())

    with desk.transaction():
        reply(desk, office.maria, message.ticket_id, Draft("Look here.", channel="portal"))
    send_all(desk)

    assert [each.state for each in outbox(desk)] == ["delivered"]
    assert len(providers["portal"].sent) == 1


def test_an_acknowledgement_that_fails_returns_no_ticket(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    row = answer(office)
    with desk.transaction() as session:
        session.execute(update(OutboxRow).values(purpose="acknowledgement"))
    providers["email"].answers = [REFUSED]
    after_undo(clock)

    send_all(desk)

    assert ticket_of_row(desk, row).status == "pending"
    assert events_of(desk, row.ticket_id or 0)[-1] == "not sent"


def test_an_automatic_answer_that_fails_gives_the_question_to_people(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    row = answer(office)
    with desk.transaction() as session:
        session.execute(update(OutboxRow).values(purpose="answer"))
    providers["email"].answers = [REFUSED]
    after_undo(clock)

    send_all(desk)

    assert ticket_of_row(desk, row).status == "open"
