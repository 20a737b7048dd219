"""An agent writes: to the people of a ticket, or a note that never leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.domain.delivery import UNDO
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid, NotFound, Refused, Stale
from hub.models import Attachment, Identity, Message, OutboxRow, Survey
from hub.services.sending.reply import LONGEST_SMS, Draft, File, reply, reply_subject, undo_reply, write_note
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import (
    Office,
    answer,
    events_of,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
)


def written(office: Office, number: int, draft: Draft) -> Message:
    with office.desk.transaction():
        return reply(office.desk, office.maria, number, draft)


def undone(office: Office, message: Message) -> tuple[str, int]:
    with office.desk.transaction():
        return undo_reply(office.desk, office.maria, message.public_id)


def test_a_reply_stops_the_clock_and_waits_for_the_requester(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    clock.at += timedelta(minutes=12)

    written(office, message.ticket_id, Draft("We come at nine."))

    ticket = ticket_of(office.desk, message)
    assert (ticket.status, ticket.waiting_since, ticket.due_at) == (TicketStatus.PENDING, None, None)
    assert (ticket.first_response_at, ticket.assignee_id) == (clock.at, office.maria.agent_id)


def test_only_the_first_reply_is_the_response_that_counts(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    written(office, message.ticket_id, Draft("One moment."))
    first = clock.at
    clock.at += timedelta(hours=1)

    written(office, message.ticket_id, Draft("We come at nine."))

    assert ticket_of(office.desk, message).first_response_at == first


def test_a_reply_is_held_when_the_person_has_written_again(office: Office) -> None:
    (first,) = take_in(office.desk, mail(Message_ID="<one@example.com>"))
    take_in(office.desk, mail("It is worse now.", In_Reply_To="<one@example.com>"))

    with pytest.raises(Stale, match="wrote again while you were writing"):
        written(office, first.ticket_id, Draft("All is well?", last_seen=first.id))

    office.desk.session.rollback()
    assert outbox(office.desk, "reply") == []


def test_a_reply_to_what_was_on_the_screen_is_taken(office: Office) -> None:
    (first,) = take_in(office.desk, mail(Message_ID="<one@example.com>"))
    (second,) = take_in(office.desk, mail("It is worse now.", In_Reply_To="<one@example.com>"))

    written(office, first.ticket_id, Draft("We come now.", last_seen=second.id))

    assert len(outbox(office.desk, "reply")) == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\0", " \0 "])
def test_an_empty_text_is_refused_by_the_name_of_its_field(office: Office, text: str) -> None:
    (message,) = take_in(office.desk, mail())

    with pytest.raises(Invalid, match="the text is empty") as refusal:
        written(office, message.ticket_id, Draft(text))

    assert refusal.value.field == "body"


def test_a_text_message_too_long_to_send_is_refused_with_its_length(office: Office) -> None:
    (message,) = take_in(office.desk, text_message("No water"))

    with pytest.raises(Invalid, match=f"may have {LONGEST_SMS} characters, this one has {LONGEST_SMS + 1}"):
        written(office, message.ticket_id, Draft("x" * (LONGEST_SMS + 1)))


@pytest.mark.parametrize("role", [Role.OPERATIONS])
def test_operations_cannot_write_to_people_nor_even_see_the_ticket(office: Office, role: Role) -> None:
    (message,) = take_in(office.desk, mail())
    tom = make_agent(office.desk, office.company, "Tom Ritter", role)

    with pytest.raises(NotFound):
        reply(office.desk, tom, message.ticket_id, Draft("Hello"))
    with pytest.raises(NotFound):
        write_note(office.desk, tom, message.ticket_id, "Hello")

    assert outbox(office.desk) == []


def test_an_agent_of_another_company_finds_no_ticket(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    stranger = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")

    with pytest.raises(NotFound):
        reply(office.desk, stranger, message.ticket_id, Draft("Hello"))


def test_an_agent_of_other_queues_finds_no_ticket(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    leasing = make_agent(office.desk, office.company, "Lena Vogt", queues=["leasing"])

    with pytest.raises(NotFound):
        reply(office.desk, leasing, message.ticket_id, Draft("Hello"))


def test_a_note_never_leaves(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())

    with office.desk.transaction():
        note = write_note(office.desk, office.maria, message.ticket_id, "The neighbour has a key.")
    clock.at += timedelta(days=2)
    send_all(office.desk)

    assert outbox(office.desk) == []
    assert (note.visibility, note.channel) == ("internal", "note")
    ticket = ticket_of(office.desk, message)
    assert (ticket.status, ticket.first_response_at) == ("new", None)
    assert ticket.waiting_since is not None


def test_a_note_cannot_be_taken_back_as_a_reply(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    with office.desk.transaction():
        note = write_note(office.desk, office.maria, message.ticket_id, "Call first.")
        change_ticket(office.desk, office.maria, message.ticket_id, Change(status="closed"))

    with pytest.raises(Refused, match="nothing to take back"):
        undone(office, note)

    assert ticket_of(office.desk, message).status == "closed"


def test_undo_gives_the_text_back_and_restores_status_and_clock(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    before = ticket_of(office.desk, message)
    status, waiting_since, due_at = before.status, before.waiting_since, before.due_at
    sent = written(office, message.ticket_id, Draft("We come at nine."))
    clock.at += timedelta(seconds=5)

    text, number = undone(office, sent)
    clock.at += UNDO
    send_all(office.desk)

    after = ticket_of(office.desk, message)
    assert (text, number) == ("We come at nine.", message.ticket_id)
    assert (after.status, after.waiting_since, after.first_response_at) == (status, waiting_since, None)
    assert after.due_at is not None
    assert due_at is None or after.due_at == due_at
    assert office.providers["email"].sent == []
    assert [each.state for each in outbox(office.desk)] == ["cancelled"]
    withdrawn = office.desk.session.get_one(Message, sent.id)
    assert withdrawn.visibility == "internal"


def test_undo_of_reply_and_close_asks_nobody_how_it_was(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    sent = written(office, message.ticket_id, Draft("Done.", close=True))
    asked = office.desk.session.scalar(select(func.count()).select_from(Survey))

    undone(office, sent)
    clock.at += timedelta(days=1)
    send_all(office.desk)

    after = ticket_of(office.desk, message)
    assert asked == 1
    assert (after.status, after.closed_at) == ("new", None)
    assert {each.state for each in outbox(office.desk)} == {"cancelled"}
    assert office.desk.session.scalar(select(func.count()).select_from(Survey)) == 0


def test_undo_keeps_a_ticket_open_on_which_somebody_wrote_meanwhile(office: Office, clock: FixedClock) -> None:
    (first,) = take_in(office.desk, mail(Message_ID="<one@example.com>"))
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, first.ticket_id, Change(status="closed"))
    sent = written(office, first.ticket_id, Draft("One more thing."))
    take_in(office.desk, mail("It drips again.", In_Reply_To="<one@example.com>"))

    undone(office, sent)

    after = ticket_of(office.desk, first)
    assert (after.status, after.waiting_since) == ("open", clock.at)


def test_undo_of_a_reply_on_a_closed_ticket_closes_it_again(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, message.ticket_id, Change(status="closed"))
    closed_at = clock.at
    clock.at += timedelta(hours=1)
    sent = written(office, message.ticket_id, Draft("One more thing."))
    between = ticket_of(office.desk, message).closed_at

    undone(office, sent)

    after = ticket_of(office.desk, message)
    assert (between, after.status, after.closed_at) == (None, "closed", closed_at)


def test_what_has_left_cannot_be_taken_back(office: Office, clock: FixedClock) -> None:
    row = answer(office)
    clock.at += UNDO
    send_all(office.desk)

    with pytest.raises(Refused, match="already left"):
        undone(office, office.desk.session.get_one(Message, row.message_id))


def test_nobody_takes_back_what_a_colleague_wrote(office: Office) -> None:
    row = answer(office)
    jonas = make_agent(office.desk, office.company, "Jonas Weber")
    message = office.desk.session.get_one(Message, row.message_id)

    with pytest.raises(Refused):
        undo_reply(office.desk, jonas, message.public_id)


def test_a_reply_goes_back_the_way_the_message_came(office: Office) -> None:
    answer(office, mail(sender="Aylin <aylin@example.com>"))
    answer(office, text_message("No water", sender="+12025550123"))

    assert [(each.channel, each.recipient) for each in outbox(office.desk)] == [
        ("email", "aylin@example.com"),
        ("sms", "+12025550123"),
    ]


def test_a_person_who_wrote_from_their_second_address_is_answered_there(office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email="old@example.com")
    with office.desk.transaction() as session:
        session.add(Identity(company_id=office.company.id, contact_id=aylin.id, kind="email", value="new@example.com"))

    row = answer(office, mail(sender="new@example.com"))

    assert row.recipient == "new@example.com"


def test_files_of_a_reply_leave_with_it(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    written(
        office, message.ticket_id, Draft("See the plan.", files=(File("plan.pdf", "application/pdf", b"%PDF-1.7"),))
    )
    clock.at += UNDO

    send_all(office.desk)

    (sent,) = office.providers["email"].sent
    assert [(each.name, each.data) for each in sent.attachments] == [("plan.pdf", b"%PDF-1.7")]
    assert office.desk.session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_a_scheduled_time_needs_its_zone(office: Office) -> None:
    (message,) = take_in(office.desk, mail())

    with pytest.raises(Invalid, match="with its zone"):
        written(office, message.ticket_id, Draft("Later.", send_at=datetime(2026, 11, 17, 9)))  # noqa: DTZ001


def test_the_subject_names_the_ticket_once(office: Office) -> None:
    (message,) = take_in(office.desk, mail(subject="Tap"))
    ticket = ticket_of(office.desk, message)

    first = reply_subject(ticket)
    ticket.subject = first

    assert first == f"Re: Tap [#{ticket.id}]"
    assert reply_subject(ticket) == first
    office.desk.session.rollback()


def test_a_reply_answers_the_mail_it_is_about_and_asks_for_answers_at_a_signed_address(office: Office) -> None:
    row = answer(office, mail(Message_ID="<one@example.com>"))

    assert row.payload["in_reply_to"] == "one@example.com"
    assert row.payload["reply_to"]["value"].startswith("desk+")
    assert row.payload["automatic"] is False
    assert events_of(office.desk, row.ticket_id or 0)[-1] == "reply"


def test_a_reply_that_is_refused_leaves_nothing_behind(office: Office) -> None:
    (message,) = take_in(office.desk, mail())

    with pytest.raises(Refused, match="nobody to send this to"):
        written(office, message.ticket_id, Draft("By text.", channel="sms"))

    office.desk.session.expire_all()
    assert office.desk.session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    assert office.desk.session.scalar(select(func.count()).select_from(Message).where(Message.direction == "out")) == 0
