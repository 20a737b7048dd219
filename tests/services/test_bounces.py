"""What comes back: the row has failed, the ticket says so, and a forged report changes nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from channels.message import Envelope
from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import Identity, OutboxRow, Participant, Ticket, TicketEvent
from hub.services.sending.reply import Draft, reply
from tests.factories import make_company, make_contact, save
from tests.letters import arrive
from tests.services.steps import Office, answer, events_of, mail, outbox, send_all, take_in

AYLIN = "aylin@example.com"


def report_of(message_id: str, *, recipient: str = AYLIN, status: str = "5.1.1", action: str = "failed") -> Envelope:
    """Return a delivery report as mail servers write it (RFC 3464)."""
    raw = f"""From: Mail Delivery System <MAILER-DAEMON@example.com>
To: desk@example.org
Subject: Undelivered Mail Returned to Sender
Date: Mon, 16 Nov 2026 09:01:00 +0000
Message-ID: <{uuid4()}@example.com>
MIME-Version: 1.0
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user here

--b
Content-Type: message/rfc822

From: desk@example.org
To: {recipient}
Subject: Re: Tap
Message-ID: <{message_id}>

We come at nine.
--b--
"""
    return arrive(raw.replace("\n", "\r\n").encode(), mail_from="", rcpt_to="desk@example.org")


def sent_reply(office: Office, clock: FixedClock) -> OutboxRow:
    row = answer(office, mail(sender=AYLIN))
    clock.at += UNDO
    send_all(office.desk)
    return row


def fresh(office: Office) -> OutboxRow:
    return outbox(office.desk, "reply", "survey", "acknowledgement")[0]


def test_a_report_about_a_known_id_fails_the_row_and_returns_the_ticket(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    take_in(office.desk, report_of(row.rfc_message_id or ""))

    row = fresh(office)
    ticket = office.desk.session.get_one(Ticket, row.ticket_id)
    assert row.state == "failed"
    assert AYLIN in row.error
    assert (ticket.status, ticket.assignee_id, ticket.unread) == ("open", office.maria.agent_id, True)
    assert ticket.due_at is not None
    assert "bounced" in events_of(office.desk, ticket.id)


def test_the_report_itself_stands_on_the_ticket_it_is_about(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    (message,) = take_in(office.desk, report_of(row.rfc_message_id or ""))

    assert (message.ticket_id, message.kind, message.author_kind) == (row.ticket_id, "bounce", "machine")
    assert message.may_answer is False


@pytest.mark.parametrize("known", ["altered", "absent"])
def test_a_forged_report_changes_nothing(office: Office, clock: FixedClock, known: str) -> None:
    row = sent_reply(office, clock)
    forged = f"{uuid4()}.t{row.ticket_id}@example.org" if known == "altered" else f"{uuid4()}@example.net"

    (message,) = take_in(office.desk, report_of(forged))

    ticket = office.desk.session.get_one(Ticket, row.ticket_id)
    assert (fresh(office).state, ticket.status) == ("accepted", "pending")
    assert message.ticket_id != row.ticket_id
    assert office.desk.session.scalars(select(Identity.dead_since).where(Identity.value == AYLIN)).one() is None


def test_a_report_to_another_company_changes_nothing_here(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)
    other = make_company(office.desk, "Hafen Homes", mail="office@example.net")

    take_in(office.desk, report_of(row.rfc_message_id or ""), company_id=other.id)

    assert fresh(office).state == "accepted"


def test_a_delay_is_no_failure(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    take_in(office.desk, report_of(row.rfc_message_id or "", status="4.4.1", action="delayed"))

    assert fresh(office).state == "accepted"


def test_an_address_that_does_not_exist_is_written_to_no_more(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    take_in(office.desk, report_of(row.rfc_message_id or ""))

    dead = office.desk.session.scalars(select(Identity.dead_since).where(Identity.value == AYLIN)).one()
    assert dead is not None


def test_a_full_mailbox_does_not_kill_an_address(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    take_in(office.desk, report_of(row.rfc_message_id or "", status="5.2.2"))

    assert fresh(office).state == "failed"
    assert office.desk.session.scalars(select(Identity.dead_since).where(Identity.value == AYLIN)).one() is None


def test_of_several_people_the_one_that_failed_is_named_and_marked(office: Office, clock: FixedClock) -> None:
    first = answer(office, mail(sender=AYLIN))
    ben = make_contact(office.desk, office.company, "Ben", email="ben@example.com")
    save(office.desk, Participant(company_id=office.company.id, ticket_id=first.ticket_id, contact_id=ben.id))
    with office.desk.transaction():
        reply(office.desk, office.maria, first.ticket_id or 0, Draft("For both of you."))
    both = outbox(office.desk, "reply")[1]
    clock.at += UNDO
    send_all(office.desk)

    take_in(office.desk, report_of(both.rfc_message_id or "", recipient="ben@example.com"))

    both = outbox(office.desk, "reply")[1]
    assert both.recipient == "aylin@example.com, ben@example.com"
    assert both.error.startswith("ben@example.com refused it")
    dead = office.desk.session.scalars(select(Identity.value).where(Identity.dead_since.is_not(None))).all()
    assert dead == ["ben@example.com"]


@pytest.mark.parametrize("purpose", ["survey", "acknowledgement"])
def test_a_question_or_acknowledgement_that_comes_back_opens_no_closed_ticket(
    office: Office, clock: FixedClock, purpose: str
) -> None:
    row = sent_reply(office, clock)
    with office.desk.transaction() as session:
        session.execute(update(OutboxRow).values(purpose=purpose))
        session.execute(update(Ticket).values(status="closed", closed_at=clock.at, waiting_since=None))

    take_in(office.desk, report_of(row.rfc_message_id or ""))

    ticket = office.desk.session.get_one(Ticket, row.ticket_id)
    assert (fresh(office).state, ticket.status) == ("failed", "closed")


def test_the_same_report_twice_is_told_once(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    take_in(office.desk, report_of(row.rfc_message_id or ""), report_of(row.rfc_message_id or ""))

    told = select(func.count()).select_from(TicketEvent).where(TicketEvent.kind == "bounced")
    assert office.desk.session.scalar(told) == 1


def test_a_vacation_note_changes_no_status_and_starts_no_clock(office: Office, clock: FixedClock) -> None:
    row = sent_reply(office, clock)

    (message,) = take_in(
        office.desk,
        mail(
            "I am away until Friday.",
            sender=AYLIN,
            Auto_Submitted="auto-replied",
            In_Reply_To=f"<{row.rfc_message_id}>",
        ),
    )

    ticket = office.desk.session.get_one(Ticket, row.ticket_id)
    assert (message.ticket_id, message.kind) == (row.ticket_id, "auto_reply")
    assert (ticket.status, ticket.waiting_since) == ("pending", None)
