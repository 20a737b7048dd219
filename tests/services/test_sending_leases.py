"""Leases of the outbox: senders that die, lose what they held, are slow, or are two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from channels.message import OutboundMessage, Receipt
from hub.clock import FixedClock, SystemClock
from hub.db import db
from hub.domain.delivery import UNDO
from hub.models import OutboxRow
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import FRESH, LEASE, release_lost, send
from tests.services.steps import (
    ACCEPTED,
    REFUSED,
    Office,
    after_undo,
    answer,
    fresh,
    mail,
    outbox,
    send_all,
    take_in,
)


def test_a_row_of_a_sender_that_died_is_taken_again_with_the_same_id(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    row = answer(office)
    after_undo(clock)

    def die(message: OutboundMessage) -> Receipt:
        raise KeyboardInterrupt

    providers["email"].answers = [die]
    with pytest.raises(KeyboardInterrupt):
        send(desk)
    left = fresh(desk, row).state
    again_at_once = send(desk)
    clock.at += LEASE + timedelta(seconds=1)
    with desk.transaction():
        released = release_lost(desk)
    send_all(desk)

    assert (left, again_at_once, released) == ("sending", 0, 1)
    assert fresh(desk, row).state == "accepted"
    assert [each.id for each in providers["email"].sent] == [row.id, row.id]


def test_a_sender_that_lost_its_lease_settles_nothing(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    row = answer(office)
    after_undo(clock)

    def sleep_too_long(message: OutboundMessage) -> Receipt:
        clock.at += LEASE + timedelta(seconds=1)
        with Session(db.engine) as other, other.begin():
            other.execute(update(OutboxRow).values(lease_token=text("gen_random_uuid()")))
        return REFUSED

    providers["email"].answers = [sleep_too_long]
    send(desk)

    assert fresh(desk, row).state == "sending"


def test_a_slow_batch_renews_what_it_has_not_begun_and_leaves_what_it_lost(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    rows = []
    for name in ("ann", "ben", "cem"):
        (message,) = take_in(desk, mail(sender=f"{name}@example.com"))
        with desk.transaction():
            reply(desk, office.maria, message.ticket_id, Draft(f"Hello {name}"))
        rows.append(outbox(desk)[-1])
    after_undo(clock)
    taken = rows[1].id

    def be_slow(message: OutboundMessage) -> Receipt:
        clock.at += FRESH
        with Session(db.engine) as other, other.begin():
            other.execute(update(OutboxRow).where(OutboxRow.id == taken).values(lease_token=text("gen_random_uuid()")))
        return ACCEPTED

    providers["email"].answers = [be_slow]
    send(desk)

    assert [each.text for each in providers["email"].sent] == ["Hello ann", "Hello cem"]
    assert [fresh(desk, each).state for each in rows] == ["accepted", "sending", "accepted"]


class OnAnotherMachine(FixedClock):
    """A machine's own clock, beside the one all share."""

    def shared(self) -> ColumnElement[datetime] | datetime:
        return SystemClock().shared()


@pytest.mark.parametrize("apart", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_sender_whose_clock_is_apart_takes_nothing_that_another_has_in_its_hands(
    office: Office, clock: FixedClock, apart: timedelta
) -> None:
    ours = replace(office.desk, clock=OnAnotherMachine(clock.at + UNDO))
    theirs = replace(office.desk, clock=OnAnotherMachine(clock.at + UNDO + apart))
    answer(office)
    taken: list[int] = []

    def another_sender_looks(message: OutboundMessage) -> Receipt:
        with theirs.transaction():
            release_lost(theirs)
        taken.append(send(theirs))
        return ACCEPTED

    office.providers["email"].answers = [another_sender_looks]
    sent = send(ours)

    assert (sent, taken, len(office.providers["email"].sent)) == (1, [0], 1)


@pytest.mark.parametrize("apart", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_lease_ends_by_the_clock_of_the_database_whatever_the_senders_say(
    office: Office, clock: FixedClock, apart: timedelta
) -> None:
    died = replace(office.desk, clock=OnAnotherMachine(clock.at + UNDO + apart))
    successor = replace(office.desk, clock=OnAnotherMachine(clock.at + UNDO))
    row = answer(office)

    def die(message: OutboundMessage) -> Receipt:
        raise KeyboardInterrupt

    office.providers["email"].answers = [die]
    with office.desk.transaction() as session:
        session.execute(update(OutboxRow).values(next_at=clock.at - timedelta(days=1)))
    with pytest.raises(KeyboardInterrupt):
        send(died)
    with office.desk.transaction() as session:
        left = session.scalar(select(OutboxRow.lease_until - func.now()))
        session.execute(update(OutboxRow).values(lease_until=func.now() - timedelta(seconds=1)))
    send(successor)

    assert left is not None
    assert LEASE - timedelta(minutes=1) < left <= LEASE
    assert fresh(office.desk, row).state == "accepted"


def test_two_senders_at_once_never_take_one_row(office: Office, clock: FixedClock) -> None:
    desk, providers = office.desk, office.providers
    answer(office)
    after_undo(clock)
    taken: list[int] = []

    def another_sender_looks(message: OutboundMessage) -> Receipt:
        query = select(OutboxRow).where(OutboxRow.state == "pending").with_for_update(skip_locked=True)
        with Session(db.engine) as other:
            taken.append(len(other.scalars(query).all()))
        return ACCEPTED

    providers["email"].answers = [another_sender_looks]
    send_all(desk)

    assert taken == [0]
    assert len(providers["email"].sent) == 1


def test_an_outcome_is_written_again_when_the_database_breaks_a_deadlock(office: Office, clock: FixedClock) -> None:
    desk = office.desk
    row = answer(office)
    after_undo(clock)
    with Session(db.engine) as other, other.begin():
        other.execute(text(TRAP))
    try:
        send_all(desk)
    finally:
        with Session(db.engine) as other, other.begin():
            other.execute(text(UNTRAP))

    assert fresh(desk, row).state == "accepted"


TRAP = """
CREATE SEQUENCE settles;
CREATE FUNCTION break_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'accepted' AND nextval('settles') = 1 THEN
    RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER break_once BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION break_once();
"""
UNTRAP = "DROP TRIGGER break_once ON outbox; DROP FUNCTION break_once; DROP SEQUENCE settles"
