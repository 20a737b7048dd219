"""Request Tracker CVE-2023-41259, Zammad: headers that steer the desk were believed when they came in with a mail.

Our rule: what a header of ours says counts on the way out only; from outside it is a header like any other.
"""

from __future__ import annotations

from channels.message import Envelope
from tests.factories import make_contact
from tests.incidents.letters import AYLIN, MALLORY, OURS
from tests.letters import arrive, make_mail
from tests.services.steps import Office, mail, take_in, ticket_of


def test_control_headers_from_outside_are_ignored(office: Office) -> None:
    (first,) = take_in(office.desk, mail(sender=AYLIN))

    (message,) = take_in(
        office.desk,
        mail(
            sender="mallory@example.net",
            X_Hub_Ticket_Id=str(first.ticket_id),
            X_Hub_Internal="1",
            X_Hub_Outbox="00000000-0000-0000-0000-000000000000",
        ),
    )

    assert message.ticket_id != first.ticket_id
    assert message.visibility == "public"


HEADERS = [
    *("X-Hub-Ticket-Id: {ticket}", "X-Hub-Ticket: {ticket}", "X-Hub-Company: {company}", "X-Hub-Trust: verified"),
    *("X-Zammad-Ticket-Id: {ticket}", "X-RT-Ticket: {ticket}", "X-OTRS-TicketNumber: {ticket}", "X-Hub-Loop: no"),
    *(
        "X-Zammad-Ticket-State: closed",
        "X-Priority: 1",
        "Authentication-Results: dmarc=pass",
        "X-Original-From: {aylin}",
    ),
    *("Sender: agent1@example.org", "Sender: {aylin}", "Resent-From: {aylin}", "Return-Path: <{aylin}>"),
]
SAYINGS = ["auto-replied", "AUTO-GENERATED", "auto-notified; owner=x", "no", "nonsense", ""]


def with_header(line: str) -> Envelope:
    """Return a mail of Mallory's that begins with a header of their choice."""
    return arrive(line.encode() + b"\n" + make_mail("Hello", sender=MALLORY), rcpt_to="desk@example.org", **OURS)


def test_a_header_changes_neither_ticket_nor_trust_nor_person(office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email=AYLIN)
    (first,) = take_in(office.desk, mail(sender=AYLIN))
    lines = [each.format(ticket=first.ticket_id, company=office.company.id, aylin=AYLIN) for each in HEADERS]

    messages = take_in(office.desk, *map(with_header, lines))

    assert len(messages) == len(lines)
    for line, message in zip(lines, messages, strict=True):
        ticket = ticket_of(office.desk, message)
        assert message.ticket_id != first.ticket_id, line
        assert (message.trust, message.visibility, message.contact_id == aylin.id) == ("unverified", "public", False), (
            line
        )
        assert (ticket.status, ticket.priority, ticket.assignee_id) == ("new", "normal", None), line


def test_whatever_a_mail_says_of_its_machine_it_is_kept(office: Office) -> None:
    messages = take_in(office.desk, *[with_header(f"Auto-Submitted: {each}") for each in SAYINGS])

    assert [each.text.strip() for each in messages] == ["Hello"] * len(SAYINGS)
    assert {each.author_address for each in messages} == {MALLORY}
