"""From bytes that arrived to a message on a ticket."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Envelope, Message, OutboxRow, Ticket
from hub.services.intake import accept, receive
from hub.services.sending.reply import Draft, reply
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail


def take_in(desk: Desk, *raws: bytes) -> list[Message]:
    """Accept and file some mails and return their messages."""
    with desk.transaction():
        for raw in raws:
            accept(desk, arrive(raw))
    while receive(desk):
        pass
    return list(desk.session.scalars(select(Message).where(Message.direction == "in").order_by(Message.id)))


def test_mail_of_a_resident_becomes_a_ticket_with_their_unit(desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com")
    make_lease(desk, make_unit(desk, company), aylin)

    (message,) = take_in(desk, make_mail("No hot water since yesterday.", subject="No hot water"))

    ticket = desk.session.get(Ticket, message.ticket_id)
    assert ticket is not None
    assert (ticket.subject, ticket.requester_name, ticket.unit_label) == (
        "No hot water",
        "Aylin Demir",
        "Lindenhof 12 3B",
    )
    assert message.text.strip() == "No hot water since yesterday."


def test_the_same_bytes_fetched_again_are_one_message(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    raw = make_mail()

    messages = take_in(desk, raw, raw)

    assert len(messages) == 1
    assert sorted(desk.session.scalars(select(Envelope.state))) == ["done", "duplicate"]


def test_answer_to_our_reply_continues_the_ticket(desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    maria = make_agent(desk, company)
    (first,) = take_in(desk, make_mail())
    with desk.transaction():
        reply(desk, maria, first.ticket_id, Draft("We send somebody."))
    ours = desk.session.scalars(select(Message).where(Message.direction == "out")).one()
    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.message_id == ours.id)).one()

    messages = take_in(
        desk, make_mail("Thank you.", In_Reply_To=f"<{row.rfc_message_id}>", to=row.payload["reply_to"]["value"])
    )

    assert [each.ticket_id for each in messages] == [first.ticket_id, first.ticket_id]
    assert messages[1].facts["threaded_by"] == "token"


def test_stranger_who_names_a_number_in_the_subject_opens_a_ticket_of_their_own(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    (first,) = take_in(desk, make_mail())

    messages = take_in(desk, make_mail(sender="mallory@example.net", subject=f"Re: Tap [#{first.ticket_id}]"))

    assert messages[1].ticket_id != first.ticket_id


def test_message_after_the_grace_window_opens_a_linked_ticket(desk: Desk, clock: FixedClock) -> None:
    make_company(desk, mail="desk@example.org")
    (first,) = take_in(desk, make_mail(Message_ID="<one@example.com>"))
    ticket = desk.session.get(Ticket, first.ticket_id)
    assert ticket is not None
    ticket.status, ticket.closed_at = "closed", clock.at
    desk.session.commit()
    clock.at += timedelta(days=8)

    messages = take_in(desk, make_mail("It drips again.", In_Reply_To="<one@example.com>"))

    follow_up = desk.session.get(Ticket, messages[1].ticket_id)
    assert follow_up is not None
    assert follow_up.follow_up_of_id == ticket.id


def test_unreadable_bytes_are_parked_with_a_ticket_that_a_person_sees(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")

    take_in(desk, b"", make_mail())

    assert sorted(desk.session.scalars(select(Envelope.state))) == ["done", "parked"]
    stub = desk.session.scalars(select(Ticket).where(Ticket.subject.startswith("Message could not be read"))).one()
    assert stub.status == "new"


def test_a_batch_holds_no_more_megabytes_than_a_worker_can(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    long = "We have no hot water. " * 200_000
    with desk.transaction():
        for number in range(3):
            accept(desk, arrive(make_mail(long, subject=f"Long {number}")))

    batches = [len(receive(desk)), len(receive(desk)), len(receive(desk))]

    assert batches == [2, 1, 0]
