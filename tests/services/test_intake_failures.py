"""What cannot be filed: parked where a person sees it, delaying no other message, never counted against it by accident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from hub.models import Envelope, Message, Ticket
from hub.services.intake import accept, receive
from hub.services.intake.parking import retry
from hub.services.intake.receive import LEASE, _claim, is_passing
from tests.factories import make_company
from tests.letters import arrive, make_mail
from tests.services.steps import Office, mail, take_in, text_message

HEADER = (
    make_mail("", sender="Aylin <aylin@example.com>", subject="Photos of the flood").partition(b"\n\n")[0] + b"\n\n"
)


@contextmanager
def trap(state: str, *, only: str = "%") -> Iterator[None]:
    """Make PostgreSQL refuse the messages whose subject is like a pattern, with an error of a class."""
    with Session(db.engine) as session, session.begin():
        session.execute(text(TRAP.format(state=state, only=only)))
    try:
        yield
    finally:
        db.session.rollback()
        with Session(db.engine) as session, session.begin():
            session.execute(text("DROP TRIGGER trap ON messages; DROP FUNCTION trap"))


TRAP = """
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject LIKE '{only}' THEN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '{state}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trap BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION trap();
"""


def accepted(desk: Desk, *arrivals: bytes) -> None:
    with desk.transaction():
        for each in arrivals:
            accept(desk, arrive(each))


def rows(desk: Desk) -> list[Envelope]:
    desk.session.expire_all()
    return list(desk.session.scalars(select(Envelope).order_by(Envelope.id)))


@pytest.mark.parametrize("state", ["40P01", "53100", "57P01"])
def test_a_batch_that_meets_a_database_in_trouble_is_let_go_uncounted(desk: Desk, state: str) -> None:
    make_company(desk, mail="desk@example.org")
    accepted(desk, make_mail("one"), make_mail("two"))

    with trap(state), pytest.raises(OperationalError):
        receive(desk)
    waiting = [(each.state, each.attempts, each.lease_until) for each in rows(desk)]
    receive(desk)

    assert waiting == [("new", 0, None)] * 2
    assert [each.state for each in rows(desk)] == ["done", "done"]


@pytest.mark.parametrize("state", ["54000", "57014"])
def test_a_message_the_database_refuses_is_parked_and_delays_no_other(desk: Desk, state: str) -> None:
    make_company(desk, mail="desk@example.org")
    accepted(desk, make_mail(subject="good"), make_mail(subject="poison"), make_mail(subject="good too"))

    with trap(state, only="poison"):
        receive(desk)
        others = [each.state for each in rows(desk)]
        receive(desk)
        receive(desk)

    assert others == ["done", "new", "done"]
    assert [each.state for each in rows(desk)] == ["done", "parked", "done"]
    stub = desk.session.scalars(select(Ticket).where(Ticket.subject.startswith("Message could not be read"))).one()
    assert (stub.status, stub.unread) == ("new", True)
    assert "after 3 attempts" in stub.preview


def test_a_worker_that_died_leaves_its_batch_to_the_next_after_the_lease(desk: Desk, clock: FixedClock) -> None:
    make_company(desk, mail="desk@example.org")
    accepted(desk, make_mail())
    with desk.transaction():
        _claim(desk, limit=25, only=())
    at_once = receive(desk)
    clock.at += LEASE + LEASE

    receive(desk)

    assert at_once == []
    assert [(each.state, each.attempts) for each in rows(desk)] == [("done", 2)]


def test_a_message_too_large_to_fetch_is_a_ticket_that_names_its_sender_and_size(office: Office) -> None:
    take_in(office.desk, arrive(HEADER, source="imap:1", too_large="73400320", rcpt_to="desk@example.org"))

    stub = office.desk.session.scalars(select(Ticket)).one()
    assert stub.subject == "Message could not be read (from aylin@example.com, 73,400,320 bytes)"
    assert "73,400,320 bytes, and 50 MB are taken" in stub.preview
    assert [each.state for each in rows(office.desk)] == ["parked"]
    assert office.desk.session.scalars(select(Message)).all() == []


def test_a_message_the_mail_server_does_not_give_out_is_a_ticket_with_its_words(office: Office) -> None:
    take_in(office.desk, arrive(HEADER, source="imap:1", unfetched="NO [SERVERBUG] Internal error"))

    stub = office.desk.session.scalars(select(Ticket)).one()
    assert "The mail server did not give it out (NO [SERVERBUG] Internal error)" in stub.preview


def test_old_messages_that_cannot_be_read_are_parked_without_a_ticket(office: Office) -> None:
    take_in(office.desk, b"", history=True)

    assert [each.state for each in rows(office.desk)] == ["parked"]
    assert office.desk.session.scalars(select(Ticket)).all() == []


def test_a_parked_message_that_can_be_read_after_all_closes_its_stub(office: Office) -> None:
    (envelope,) = parked_once(office)

    with office.desk.transaction():
        retry(office.desk, office.maria, envelope.id)
    receive(office.desk)

    stub, real = office.desk.session.scalars(select(Ticket).order_by(Ticket.id)).all()
    assert [each.state for each in rows(office.desk)] == ["done"]
    assert (stub.status, stub.merged_into_id) == ("closed", real.id)


def parked_once(office: Office) -> list[Envelope]:
    """Park a message that is sound: the database refused it three times."""
    accepted(office.desk, make_mail(subject="poison"))
    with trap("54000", only="poison"):
        for _ in range(3):
            receive(office.desk)
    return rows(office.desk)


BARE = b"From: alarm@example.com\r\nTo: desk@example.org\r\nSubject: ALARM\r\n\r\nBoiler 3 is off\r\n"


def test_two_devices_that_write_the_same_bytes_are_two_messages(office: Office) -> None:
    messages = take_in(
        office.desk, arrive(BARE, source="smtp"), arrive(BARE, source="smtp"), arrive(BARE, source="api")
    )

    assert len(messages) == 3


def test_a_mailbox_that_was_renumbered_brings_nothing_twice(office: Office) -> None:
    take_in(office.desk, arrive(BARE, source="imap:1"))

    again = take_in(office.desk, arrive(BARE, source="imap:1"))
    elsewhere = take_in(office.desk, arrive(BARE, source="imap:2"))

    assert (len(again), len(elsewhere)) == (0, 1)
    assert [each.state for each in rows(office.desk)] == ["done", "duplicate", "done"]


def test_one_mail_with_its_id_is_one_message_through_whatever_door(office: Office) -> None:
    raw = make_mail(Message_ID="<one@example.com>")

    messages = take_in(office.desk, arrive(raw, source="imap:1"), arrive(raw, source="smtp"), arrive(raw, source="api"))

    assert len(messages) == 1
    assert [each.duplicate_of_id for each in rows(office.desk)][1:] == [rows(office.desk)[0].id] * 2


def test_one_mail_to_two_of_our_addresses_is_one_ticket(office: Office) -> None:
    def delivered(number: int) -> bytes:
        received = (
            f"Received: from mx{number}.example.com by mx.example.org; Mon, 16 Nov 2026 08:59:0{number} +0000\r\n"
        )
        return received.encode() + make_mail(Message_ID="<one@example.com>")

    messages = take_in(office.desk, delivered(1), delivered(2))

    assert len(messages) == 1


def test_a_text_is_filed_before_a_backlog_of_mail(office: Office) -> None:
    with office.desk.transaction():
        for number in range(30):
            accept(office.desk, mail(sender=f"p{number}@example.com"))
        accept(office.desk, text_message("No water"))

    receive(office.desk, limit=5)

    channels = office.desk.session.scalars(select(Message.channel).order_by(Message.id)).all()
    assert channels == ["sms", "email", "email", "email", "email"]


@pytest.mark.parametrize(
    ("state", "passing"),
    [
        *[(state, True) for state in ("40P01", "40001", "53100", "55P03", "57P01", "08006", None)],
        *[(state, False) for state in ("54000", "57014", "22021")],
    ],
)
def test_only_what_the_database_suffers_itself_is_no_fault_of_the_message(state: str | None, passing: bool) -> None:
    class Trouble(Exception):
        sqlstate = state

    assert is_passing(OperationalError("INSERT", {}, Trouble())) is passing
    assert not is_passing(ValueError("of the message"))


def test_tickets_of_messages_that_come_one_by_one_are_numbered_one_by_one(office: Office) -> None:
    numbers = [take_in(office.desk, mail(sender=f"p{number}@example.com"))[0].ticket_id for number in range(4)]

    assert numbers == [1, 2, 3, 4]


def test_tickets_of_messages_that_come_together_are_numbered_without_a_gap(office: Office) -> None:
    messages = take_in(office.desk, *[mail(sender=f"p{number}@example.com") for number in range(5)])

    assert [each.ticket_id for each in messages] == [1, 2, 3, 4, 5]
    assert [each.id for each in messages] == [1, 2, 3, 4, 5]


def test_a_message_this_process_has_no_room_for_is_the_message_s_own_matter() -> None:
    no_room = Exception("cannot allocate memory for input buffer")
    gone = Exception("server closed the connection unexpectedly")

    assert not is_passing(OperationalError("SELECT", {}, no_room))
    assert is_passing(OperationalError("SELECT", {}, gone))
